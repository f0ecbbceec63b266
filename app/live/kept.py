"""Regions as fresh pages show them, kept for as long as nothing happens.

What a region shows is a function of its value, of the rows, and of the day; and whatever changes a row that a region
shows is an event. So while the log ends where it ended, it shows the same, to everybody whose region has that value.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar, cast

from app.i18n.times import today_in
from app.live.fragments import Partials
from app.live.log import LogEntry
from app.live.regions import Region

MOST_KEPT = 500
"""Regions of a process, of thirty kilobytes at most; the least recently used goes."""

Shown = TypeVar("Shown")

_kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()


async def contexts(regions: Iterable[Region]) -> dict[str, Any]:
    """What a page's template needs to show them."""
    # Before any row is read: what is committed meanwhile is then shown, but not kept as what stood there before it.
    last = await LogEntry.last_id()
    context: dict[str, Any] = {}
    for region in regions:
        context.update(await _context(region, last) if region.is_kept else await region.context())
    return context


async def full(region: Region, last: int) -> Mapping[Region, Partials]:
    """The same of what is sent of it. `last`: the log's last id, from before any row was read."""
    if not region.is_kept:
        return {region: await region.full()}
    return {region: await _as_of(last, ("full", region.value), region, region.full)}


async def _context(region: Region, last: int) -> Mapping[str, Any]:
    return await _as_of(last, ("context", region.value), region, region.context)


async def _as_of(last: int, what: Hashable, region: Region, make: Callable[[], Awaitable[Shown]]) -> Shown:
    key = what, today_in(region.locale)
    then, result = _kept.get(key, (-1, None))
    if then != last:
        result = await make()
        _kept[key] = last, result
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return cast(Shown, result)


def forget() -> None:
    """All of it: where a process goes over to another database, as tests do."""
    _kept.clear()
