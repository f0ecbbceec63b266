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

EVERYTHING, CHECKS, HISTORY = "bench", "bench checks", "bench history"
"""Parts of the pages, by the name in their marks."""
OF_THEIR_OWN = {"checks", "history"}
"""Figures with a part each."""


def main() -> None:
    """Writes the report anew: python -m bench.report build/bench/results.json docs"""
    results, docs = sys.argv[1:]
    write(json.loads(Path(results).read_text()), Path(docs))


def write(measured: dict[str, Any], docs: Path) -> None:
    """Replaces what stands between the marks in docs/performance.md and docs/scaling.md; what people wrote around it
    stays, and so does a part of which nothing was measured."""
    results = Results(measured["results"])
    (docs / "charts").mkdir(parents=True, exist_ok=True)
    made = (
        f"A {measured['size']} run on {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."
    )
    if results.figures() - OF_THEIR_OWN:
        parts = (tables.figures, tables.lists, tables.actions, tables.round_trips, tables.generator)
        notes = _notes(measured["missing"], results.failures(results.figures() - OF_THEIR_OWN))
        charts = graphs.draw(results, measured["rows"], docs / "charts")
        images = [f"![{title}](charts/{name})" for name, title in charts]
        _replace(docs / "performance.md", EVERYTHING, [*(part(results) for part in parts), notes, made, *images])
    if "checks" in results.figures():
        missing = {name: why for name, why in measured["missing"].items() if name in tables.ROBOTS}
        notes = _notes(missing, results.failures({"checks"}))
        _replace(docs / "performance.md", CHECKS, [tables.checks(results), notes, made])
        _replace(docs / "scaling.md", CHECKS, [tables.licences(results), notes, made])
    if "history" in results.figures():
        missing = {name: why for name, why in measured["missing"].items() if name in tables.HISTORIES}
        notes = _notes(missing, results.failures({"history"}))
        _replace(docs / "performance.md", HISTORY, [tables.history(results, measured["history"]), notes, made])


def _notes(missing: dict[str, str], failures: list[str]) -> str:
    left_out = [f"{TARGETS[name].label} is left out: {why}" for name, why in missing.items()]
    return "\n".join(f"- {note}" for note in (*left_out, *failures))


def _replace(page: Path, part: str, paragraphs: list[str]) -> None:
    """On the terminal too. A page without the marks gets them at its end."""
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    print(f"{body}\n")
    begin, end = f"<!-- {part}: written by make bench -->", f"<!-- {part}: end -->"
    text = page.read_text() if page.exists() else f"# {page.stem.capitalize()}\n"
    before, marked, after = text.partition(begin)
    after = after.partition(end)[2] if marked else "\n"
    page.write_text(f"{before if marked else before + chr(10)}{begin}\n\n{body}\n\n{end}{after}")


if __name__ == "__main__":
    main()
