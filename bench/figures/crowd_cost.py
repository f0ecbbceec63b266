"""What one action costs before a crowd: the server's CPU, the time until the last page has it, others' waits."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

from bench.figures.base import Run, Values
from bench.figures.warm import warm
from bench.load.others import Others, Window

Action = Callable[[], float]
"""Gives the seconds until the last client had it."""
AFTER = 0.35
"""Seconds in which the rest of an action is done: badges may follow by up to a quarter of one."""


def cost(run: Run, crowd: str, action: str, size: int, act: Action, times: int) -> Values:
    """What the server does unasked, such as its clock and its pings, is measured before and taken off."""

    waiting = run.span()

    def whole() -> float:
        with waiting:
            until_last = act()
        run.loop.rest(AFTER)
        return until_last

    if action == "day":
        warm(run, whole, first=1, most=times)
    else:
        warm(run, act, first=2)
    run.loop.rest(0.5)
    with run.span() as unasked:
        run.loop.rest(run.size.seconds)
    with run.span() as span:
        durations = [whole() for _ in range(times)]
    seconds = span.server - unasked.server / unasked.wall * span.wall
    beside, without = _waits(run, whole, times)
    return {
        f"{action}_us@{crowd}": seconds / times / size * 1e6,
        f"{action}_last_ms@{crowd}": median(durations) * 1e3,
        f"{action}_wait_ms@{crowd}": max(beside) * 1e3,
        f"{action}_more_ms@{crowd}": (median(beside) - median(without)) * 1e3,
        "busy": waiting.busy,
    }


def _waits(run: Run, whole: Action, times: int) -> tuple[list[float], list[float]]:
    """Seconds of the longest request of somebody else's beside each, and of the longest in as long a time after it."""
    others = Others(run.port, "/healthz", run.desk.headers("admin1"))
    run.loop.rest(0.5)
    beside: list[Window] = []
    without: list[Window] = []
    for _ in range(times):
        began = perf_counter()
        whole()
        ended = perf_counter()
        run.loop.rest(ended - began)
        beside.append((began, ended))
        without.append((ended, perf_counter()))
    others.stop()
    return [others.longest_touching(window) for window in beside], [others.longest_within(window) for window in without]
