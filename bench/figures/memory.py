"""What an open page costs that nothing happens on."""

from __future__ import annotations

from bench.figures.base import Goal, Row, Run, Values

ROWS = (Row("socket_kib", "memory per idle socket", "KiB", (Goal(20.0), Goal(1.0, "express"))),)
WARM = 50
"""Sockets opened first: what is loaded or grown for them is not counted."""


def measure(run: Run) -> Values:
    pages = run.desk.open_pages(WARM)
    run.loop.rest(1.0)
    before = run.usage.memory()
    with run.span() as span:
        pages += run.desk.open_pages(run.size.idle - WARM, first=WARM)
    run.loop.rest(1.5)
    return {"socket_kib": (run.usage.memory() - before) / 1024 / (run.size.idle - WARM), "busy": span.busy}
