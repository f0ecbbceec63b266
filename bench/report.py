"""The report: tables on the terminal and in performance.md, with charts of what grows."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from bench import graphs, tables
from bench.results import Results
from bench.targets import TARGETS

BEGIN, END = "<!-- bench: written by make bench -->", "<!-- bench: end -->"


def main() -> None:
    """Writes the report anew: python -m bench.report build/bench/results.json docs"""
    results, docs = sys.argv[1:]
    write(json.loads(Path(results).read_text()), Path(docs))


def write(measured: dict[str, Any], docs: Path) -> None:
    """Replaces what stands between the marks in docs/performance.md; what people wrote around it stays."""
    results = Results(measured["results"])
    notes = [f"- {TARGETS[name].label} is left out: {why}" for name, why in measured["missing"].items()]
    notes += [f"- {failure}" for failure in results.failures()]
    made = (
        f"A {measured['size']} run on {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."
    )
    parts = (tables.figures, tables.lists, tables.actions, tables.round_trips, tables.generator)
    written = [part(results) for part in parts]
    body = "\n\n".join(part for part in (*written, "\n".join(notes), made) if part)
    print(body)
    (docs / "charts").mkdir(parents=True, exist_ok=True)
    images = [f"![{title}](charts/{name})" for name, title in graphs.draw(results, measured["rows"], docs / "charts")]
    page = docs / "performance.md"
    text = page.read_text() if page.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    page.write_text("\n\n".join([f"{before}{BEGIN}", body, *images, f"{END}{after}"]))


if __name__ == "__main__":
    main()
