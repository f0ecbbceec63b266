"""Some entries of the log on their way to the pages, and all that their rendering shares."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from markupsafe import Markup

from app.db import Row
from app.live.event import Event
from app.live.fragments import Partials
from app.live.log import LogEntry
from app.live.positions import position_at
from app.live.rooms import Channel

AnyRow = TypeVar("AnyRow", bound=Row)


class Subscriber(Protocol):
    """A region, as far as a batch knows it."""

    @property
    def channels(self) -> frozenset[Channel]: ...
    @property
    def coalesced(self) -> bool: ...


MOST_AHEAD = 100
"""Events that may have been committed since a batch was read; beyond, lists are sent in full."""


class Rows:
    """Rows as they are now, each read once for all that is rendered together."""

    def __init__(self) -> None:
        self._rows: dict[tuple[type[Row], int], Row | None] = {}
        self.rendered: dict[Hashable, Markup] = {}
        """Fragments of these rows that are the same for several readers, by a key of theirs."""
        self._positions: dict[datetime, int] = {}

    async def position_at(self, moment: datetime) -> int:
        """Where the log stood about then (positions.py)."""
        if moment not in self._positions:
            self._positions[moment] = await position_at(moment)
        return self._positions[moment]

    async def of(self, table: type[AnyRow], keys: Collection[int]) -> dict[int, AnyRow]:
        missing = [key for key in keys if (table, key) not in self._rows]
        if missing:
            rows = await table.by_ids(missing)
            self._rows.update({(table, key): rows.get(key) for key in missing})
        return {key: row for key in keys if isinstance(row := self._rows[table, key], table)}


class Pace:
    """How many toasts a region has sent lately. Not in the region, which is a value: the relay keeps it."""

    __slots__ = ("burst", "burst_at", "shown_at")

    def __init__(self) -> None:
        self.shown_at: list[float] = []
        """time.monotonic() of each one."""
        self.burst = 0
        """Events that the present summary of a burst counts."""
        self.burst_at = 0.0

    @property
    def last(self) -> float:
        return max([self.burst_at, *self.shown_at])


class Batch:
    def __init__(
        self,
        entries: Sequence[LogEntry],
        paces: dict[Any, Pace] | None = None,
        rows: Rows | None = None,
        *,
        is_own: bool = False,
    ) -> None:
        self.entries = entries
        self.is_own = is_own
        """Whether it is of the response to whoever has done all this."""
        self.at = time.monotonic()
        self.rows = rows or Rows()
        self.paces = {} if paces is None else paces
        """Kept by the relay from batch to batch; of a response or a replay they are new."""
        self.shared: dict[Hashable, Partials] = {}
        """What has been rendered for one region and is the same for others, by a key of theirs."""
        self.patched_rows: dict[Hashable, tuple[Partials, Sequence[int] | None]] = {}
        """Of each list of rows what patches it, and the window that its pagers are made for (Listing.rows_value)."""
        self._by_channel: dict[Channel, list[LogEntry]] = defaultdict(list)
        for entry in entries:
            for channel in entry.event.channels():
                self._by_channel[channel].append(entry)
        self._only = next(iter(self._by_channel)) if len(self._by_channel) == 1 else None

    @property
    def channels(self) -> Collection[Channel]:
        return self._by_channel.keys()

    def has_kind(self, kind: type[Event]) -> bool:
        return any(isinstance(entry.event, kind) for entry in self.entries)

    def on(self, channel: Channel) -> Sequence[LogEntry]:
        return self._by_channel[channel]

    async def later(self) -> Batch | None:
        """What has been committed since these entries; None when it is too much to patch."""
        later = await LogEntry.after(self.entries[-1].id, limit=MOST_AHEAD + 1)
        return Batch(later, rows=self.rows) if len(later) <= MOST_AHEAD else None

    def entries_for(self, region: Subscriber) -> Sequence[LogEntry]:
        """In the log's order. The cost grows with the region's channels, not with the entries of other channels."""
        if self._only is not None:  # as of a broadcast, for each of thousands of regions
            return self._by_channel[self._only] if self._only in region.channels else ()
        by_channel = [entries for channel in region.channels if (entries := self._by_channel.get(channel))]
        if len(by_channel) < 2:
            return by_channel[0] if by_channel else ()
        by_id = {entry.id: entry for entries in by_channel for entry in entries}
        return [by_id[key] for key in sorted(by_id)]

    def count_for(self, regions: Collection[Subscriber]) -> int:
        """How many of the entries some region, the coalesced ones aside, would be patched for."""
        patched = [region for region in regions if not region.coalesced]
        return len({entry.id for region in patched for entry in self.entries_for(region)})
