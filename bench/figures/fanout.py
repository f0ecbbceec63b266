"""One message to everyone, each page another person's: what one more costs, and when the last has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from statistics import median
from time import perf_counter

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.warm import warm
from bench.load.pages import Crowd, Page

ROWS = (
    Row("message_us", "server CPU per delivered message", "µs", (Goal(0.6, "express"), Goal(1.2, "limit"))),
    Row("last_ms", "until the last of all different people has one push", "ms", (Goal(1.0, "express"),)),
    Row("frame_bytes", "bytes of one message", "B"),
)


def measure(run: Run) -> Values:
    pages: list[Page] = []
    values: Values = {}
    marks = count(1)
    for size in run.size.sockets:
        pages += run.room.open_people(size - len(pages), first=len(pages))
        crowd = Crowd(run.loop, pages)
        warm(run, partial(_announce, run, crowd, marks))
        received = sum(page.received() for page in pages)
        full, waiting, times = run.span(), run.span(), []
        with full:
            for _ in range(run.size.broadcasts):
                with waiting:
                    times.append(_announce(run, crowd, marks))
        values[f"last_ms@{size}"] = median(times) * 1e3
        values[f"cpu_ms@{size}"] = full.server / run.size.broadcasts * 1e3
        values["frame_bytes"] = (sum(page.received() for page in pages) - received) / size / run.size.broadcasts
        values["busy"] = waiting.busy
    least, most = run.size.sockets[0], run.size.sockets[-1]
    # The growth alone: what the action itself costs is another figure.
    values["message_us"] = (values[f"cpu_ms@{most}"] - values[f"cpu_ms@{least}"]) / (most - least) * 1e3
    values["last_ms"] = values[f"last_ms@{most}"]
    return values


def _announce(run: Run, crowd: Crowd, marks: Iterator[int]) -> float:
    """Seconds until the last page has it."""
    mark = next(marks)
    crowd.expect(run.room.announced(mark))
    began = perf_counter()
    run.room.announce(mark)
    run.loop.until(lambda: crowd.arrived() and not run.room.busy(), 60.0, "all pages to get a broadcast")
    return crowd.last - began
