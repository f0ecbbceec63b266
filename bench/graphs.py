"""Which results are drawn: what grows with viewers, with sockets and with the table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench import charts
from bench.results import Results
from bench.targets import TARGETS


class Growth(NamedTuple):
    name: str
    figure: str
    key: str
    """Of the values: this, an @, and where it stands across."""
    title: str
    across: str


GROWTHS = (
    Growth("viewers.svg", "pair", "pair_ms", "Generate + activate, server CPU", "admin pages open"),
    Growth("sockets.svg", "fanout", "last_ms", "Until the last page has one push", "pages open"),
    Growth("fanout.svg", "fanout", "cpu_ms", "One message to everyone, server CPU", "pages open"),
)
ROWS_TITLE = "A list of 50 rows, server CPU"


def draw(results: Results, rows: list[int], folder: Path) -> Iterator[tuple[str, str]]:
    """Writes the charts of what was measured; gives the file's name and the title of each."""
    for growth in GROWTHS:
        series = {target.label: _points(results, growth, name) for name, target in TARGETS.items()}
        if series := {label: points for label, points in series.items() if points}:
            (folder / growth.name).write_text(charts.lines(growth.title, growth.across, "ms", series))
            yield growth.name, growth.title
    if series := dict(_lists(results, rows)):
        (folder / "rows.svg").write_text(charts.lines(ROWS_TITLE, "codes in the table", "ms", series))
        yield "rows.svg", ROWS_TITLE


def _points(results: Results, growth: Growth, target: str) -> list[tuple[float, float]]:
    keys = [key for key in results.keys(growth.figure, target) if key.startswith(f"{growth.key}@")]
    return [(float(key.partition("@")[2]), results.median(growth.figure, target, key) or 0.0) for key in keys]


def _lists(results: Results, rows: list[int]) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    curves = [("django", "first"), ("codedesk", "first"), ("codedesk", "owner_deep")]
    for target, name in curves:
        medians = [results.median(figure, target, f"{name}_ms") for figure in ("lists", "large")]
        points = [(float(count), value) for count, value in zip(rows, medians, strict=True) if value is not None]
        if len(points) == len(rows):
            yield f"{TARGETS[target].label}, {name.replace('_', ' ')}", points
