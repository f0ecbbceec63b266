"""Before anything is measured: the figure's own action again and again, until its cost is flat.

Node compiles for thousands of requests: a pair costs Express 5-8 ms after 150 pairs and 2.6 ms after 3,000.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import perf_counter

from bench.figures.base import Run

FLAT = 0.95
"""Of the cheapest portion before it: one that costs at least as much gained nothing from being later."""
FLAT_PORTIONS = 2
"""In a row: one alone may have been disturbed."""


def warm(run: Run, action: Callable[[], object], first: int = 25, most: int | None = None) -> int:
    """Repeats the action in portions, each twice as long as the one before, as what is compiled late gains little in a
    short time. Gives how often it did; `most` (by default the size's) and the size's seconds bound it."""
    most = run.size.warm_most if most is None else min(most, run.size.warm_most)
    end = perf_counter() + run.size.warm_seconds
    done, portion, flat, cheapest = 0, first, 0, inf
    while flat < FLAT_PORTIONS and done < most and perf_counter() < end:
        cost, repeated = _portion(run, action, min(portion, most - done), end)
        flat = flat + 1 if cost >= FLAT * cheapest else 0
        cheapest = min(cheapest, cost)
        done += repeated
        portion *= 2
    return done


def _portion(run: Run, action: Callable[[], object], count: int, end: float) -> tuple[float, int]:
    """Seconds of the server's CPU for one action, and how many there were until the end of time."""
    repeated = 0
    with run.span() as span:
        while repeated < count and perf_counter() < end:
            action()
            repeated += 1
    return span.server / max(repeated, 1), repeated
