"""`python -m tests.hostile`: attacks a server of its own, and tells what honest people notice of it; exit 1 when
anything was lost, refused to them or broken, or a goal was missed."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from tests.databases import ROOT
from tests.hostile import table
from tests.hostile.attacks import ATTACKS
from tests.hostile.run import hostile


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and databases end with us
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=5, help="of each attack; those that build up take longer")
    parser.add_argument("--small", action="store_true", help="fewer of everything, as in the test suite")
    parser.add_argument(
        "--only", nargs="+", default=(), choices=tuple(ATTACKS), metavar="ATTACK", help=", ".join(ATTACKS)
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout, whose application is attacked")
    parser.add_argument("--keep", type=Path, help="a new folder in which database and log stay")
    parser.add_argument("--json", type=Path, help="the figures, as a file; what it holds of other attacks stays")
    parser.add_argument("--write", action="store_true", help=f"put the table into {table.DOCUMENT.relative_to(ROOT)}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="codedesk-hostile-") as folder:
        run = hostile(
            given.database, given.keep or Path(folder), seconds=given.seconds, quiet=max(0.4, given.seconds * 0.6),
            small=given.small, names=given.only, root=given.root.resolve(),
        )  # fmt: skip
    figures = table.figures(run)
    if given.json:
        if given.json.exists():  # of other attacks, or of an earlier run
            earlier = json.loads(given.json.read_text())
            figures = earlier | figures | {"attacks": earlier["attacks"] | figures["attacks"]}
        given.json.write_text(json.dumps(figures, indent=1) + "\n")
    print(table.markdown(figures, table.before()))
    if given.write:
        table.write(figures)
    missed = [f"{outcome.attack.name}: {missed}" for outcome in run.outcomes for missed in outcome.missed]
    print("\n".join([f"GOAL MISSED: {each}" for each in missed] + [f"WRONG: {each}" for each in run.all_wrong]))
    sys.exit(1 if missed or run.all_wrong else 0)


if __name__ == "__main__":
    main()
