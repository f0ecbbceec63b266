"""One module a figure: `measure(run)` gives its values, `ROWS` says how they are shown and what their goals are."""

from __future__ import annotations

from types import ModuleType

from bench.figures import actions, burst, ceiling, checks, crowd, fanout, history, lists, memory, pair, trips, views

FIGURES: dict[str, ModuleType] = {
    "fanout": fanout,
    "burst": burst,
    "crowd": crowd,
    "pair": pair,
    "views": views,
    "memory": memory,
    "lists": lists,
    "large": lists,
    "actions": actions,
    "trips": trips,
    "checks": checks,
    "history": history,
    "ceiling": ceiling,
}
"""By name, in the order of the report. `large` is `lists` on a large table."""
