"""`python -m tests.chaos`: exit 1 when anything was lost or happened twice."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import tempfile
from pathlib import Path

from tests.chaos.broken import BREAKS
from tests.chaos.run import chaos


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and databases end with us
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="the same dice again; what the machine does in between is its own")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--browsers", type=int, default=0, help="pages held by real Chromium besides")
    parser.add_argument("--break", dest="broken", choices=BREAKS, help="with a relay that is wrong on purpose")
    parser.add_argument("--keep", type=Path, help="a new folder in which database and logs stay")
    given = parser.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="codedesk-chaos-") as folder:
        result = chaos(
            given.database, given.keep or Path(folder), seed=seed, seconds=given.seconds, broken=given.broken,
            browsers=given.browsers,
        )  # fmt: skip
    print("\n".join(result.lines()))
    sys.exit(1 if result.lost or result.twice else 0)


if __name__ == "__main__":
    main()
