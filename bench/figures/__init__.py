"""One module a figure: `measure(run)` gives its values, `ROWS` says how they are shown and what their goals are."""

from __future__ import annotations

from types import ModuleType

from bench.figures import actions, burst, ceiling, fanout, lists, memory, pair

FIGURES: dict[str, ModuleType] = {
    "fanout": fanout,
    "burst": burst,
    "pair": pair,
    "memory": memory,
    "lists": lists,
    "large": lists,
    "actions": actions,
    "ceiling": ceiling,
}
"""By name, in the order of the report. `large` is `lists` on a large table."""
