"""Regions as fresh pages show them, kept for as long as nothing happens.

What a region shows is a function of its value, of the rows, and of the day; and whatever changes a row that a region
shows is an event. So while the log ends where it ended, it shows the same, to everybody whose region has that value.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from app.i18n.times import today_in
from app.live.log import LogEntry
from app.live.regions import Region

MOST_KEPT = 500
"""Regions of a process, of thirty kilobytes at most; the least recently used goes."""

_kept: OrderedDict[tuple[Any, ...], tuple[int, Mapping[str, Any]]] = OrderedDict()


async def contexts(regions: Iterable[Region]) -> dict[str, Any]:
    """What a page's template needs to show them."""
    # Before any row is read: what is committed meanwhile is then shown, but not kept as what stood there before it.
    last = await LogEntry.last_id()
    context: dict[str, Any] = {}
    for region in regions:
        context.update(await _context(region, last) if region.is_kept else await region.context())
    return context


async def _context(region: Region, last: int) -> Mapping[str, Any]:
    key = region.value, today_in(region.locale)
    then, context = _kept.get(key, (-1, {}))
    if then != last:
        context = await region.context()
        _kept[key] = last, context
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return context


def forget() -> None:
    """All of it: where a process goes over to another database, as tests do."""
    _kept.clear()
