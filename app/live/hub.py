"""Which socket shows which regions, and the publishing of frames: one render a region, one frame for equal pages."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from app.i18n.locale import Locale
from app.live import fragments, metrics
from app.live.budget import Budgets
from app.live.connection import Connection, Group, GroupKey
from app.live.fragments import Partial, Partials
from app.live.regions import Region
from app.live.rooms import Channel, Room
from app.live.subscribers import Subscribers
from app.live.time_slice import TimeSlice
from app.live.turns import Allowance, Rate, RoundRobin

MOST_SOCKETS = 20
"""Sockets of one person on one process; the oldest makes room."""

EXTRAS_OF_ALL = Rate(200, 0.01)
"""Of each person one page is always served at once. On other pages so many different lists, of all people together;
beyond, those pages wait for their turn whose person has used up EXTRAS_OF_ONE."""
EXTRAS_OF_ONE = Rate(6, 2.0)

AT_A_TIME = 64
"""Groups whose frames are put together before any is written, and between two checks of the time slice."""


ForLocale = Callable[[Locale], Partial]
"""Something that is said to readers of several languages."""


class Hub:
    def __init__(self) -> None:
        self.position = 0
        """The log's id up to which everything has been published."""
        self.open: dict[Connection, None] = {}
        """All sockets, the oldest first."""
        self.gone = 0
        """Sockets that have ended since the start."""
        self.budgets = Budgets()
        """Of what people send."""
        self._persons: dict[int, dict[Connection, None]] = defaultdict(dict)
        self._groups: dict[GroupKey, Group] = {}
        self._regions: dict[tuple[Any, ...], Region] = {}
        """The one region of each value that is shown."""
        self._groups_of: dict[Region, dict[Group, None]] = {}
        self._subscribers: dict[Channel, Subscribers] = defaultdict(Subscribers)
        self._pages: dict[int, dict[Group, None]] = defaultdict(dict)
        """Of each person, in the order in which they were opened."""
        self._with_several: set[int] = set()
        """Who has more than one page."""
        self._extras: dict[int, Allowance] = {}
        """Of each of them."""
        self._all_extras = Allowance()
        self._waiting: RoundRobin[Group] = RoundRobin()
        self.some_wait = asyncio.Event()
        self._paused: dict[Connection, None] = {}
        self._new_regions: list[Region] = []

    def connect(self, connection: Connection) -> None:
        """A new socket; a person's oldest is closed when there are too many, and does not reconnect by itself."""
        mine = self._persons[connection.person]
        if len(mine) >= MOST_SOCKETS:
            next(iter(mine)).make_room()
        self.open[connection] = mine[connection] = None
        metrics.SOCKETS.set(len(self.open))

    def disconnect(self, connection: Connection) -> None:
        self.unsubscribe(connection)
        self.open.pop(connection, None)
        self.gone += 1
        mine = self._persons[connection.person]
        mine.pop(connection, None)
        if not mine:
            del self._persons[connection.person]
        metrics.SOCKETS.set(len(self.open))

    def subscribe(self, connection: Connection) -> None:
        """The connection's page is up to date with `position`; from now on it gets what is published."""
        assert connection.view is not None
        regions = tuple(self._regions.setdefault(region.value, region) for region in connection.regions)
        key = (connection.person, connection.view.token, regions)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(connection.person, key, connection.scope, regions)
            self._pages[group.person][group] = None
            if len(self._pages[group.person]) > 1:
                self._with_several.add(group.person)
            for region in group.regions:
                self._add(region, group)
        group.connections.add(connection)
        connection.group, connection.regions = group, group.key[2]  # one tuple for all of them

    def _add(self, region: Region, group: Group) -> None:
        groups = self._groups_of.get(region)
        if groups is None:
            groups = self._groups_of[region] = {}
            for channel in region.channels:
                self._subscribers[channel].add(region)
            metrics.CHANNELS.set(len(self._subscribers))
        if not self.is_served(region):  # the relay, if it is at work now, has passed it over
            self._new_regions.append(region)
        groups[group] = None

    def unsubscribe(self, connection: Connection) -> None:
        self._paused.pop(connection, None)
        group, connection.group = connection.group, None
        if group is None:
            return
        group.connections.discard(connection)
        if group.connections:
            return
        del self._groups[group.key]
        self._waiting.discard(group.person, group)
        pages = self._pages[group.person]
        del pages[group]
        if len(pages) < 2:
            self._with_several.discard(group.person)
            self._extras.pop(group.person, None)
        if not pages:
            del self._pages[group.person]
        for region in group.regions:
            self._remove(region, group)

    def _remove(self, region: Region, group: Group) -> None:
        groups = self._groups_of[region]
        groups.pop(group, None)
        if groups:
            return
        del self._groups_of[region], self._regions[region.value]
        for channel in region.channels:
            self._subscribers[channel].remove(region)
            if not self._subscribers[channel]:
                del self._subscribers[channel]
        metrics.CHANNELS.set(len(self._subscribers))

    def pause(self, connection: Connection, position: int) -> None:
        connection.paused_at, connection.waiting = position, 0
        self._paused[connection] = None

    def subscribers(self, channels: Iterable[Channel]) -> list[Subscribers]:
        """Of the channels on which some region listens that somebody on this process shows."""
        return [subscribers for channel in channels if (subscribers := self._subscribers.get(channel))]

    def defer_excess(self, touched: Collection[Region]) -> list[Region]:
        """Of whoever shows very many different regions that change now, all but the pages opened last wait for their
        turn. Gives the regions that are left to be sent at once."""
        if not (self._with_several or self._waiting):
            return list(touched)  # as of a crowd on its phones: one page each
        lists = dict.fromkeys(region for region in touched if not region.coalesced)
        for person in self._with_several_of(lists):
            served: set[tuple[Any, ...]] = set()
            for group in reversed(self._pages[person]):
                if group.deferred_at is not None:
                    continue
                changed = {region.rows_value for region in group.regions if region in lists}
                if served and not self._may_have(person, len(changed - served)):
                    self.defer(group)
                else:
                    served |= changed
        return [region for region in touched if self.is_served(region)] if self._waiting else list(touched)

    def _with_several_of(self, lists: Collection[Region]) -> Iterable[int]:
        """Whoever has several pages, if they are fewer than what changes; else those of them who show any of it."""
        if len(self._with_several) <= len(lists):
            return tuple(self._with_several)
        return {group.person for region in lists for group in self._groups_of.get(region, ())} & self._with_several

    def _may_have(self, person: int, extras: int) -> bool:
        at, own = time.monotonic(), self._extras.setdefault(person, Allowance())
        if not (self._all_extras.has(extras, EXTRAS_OF_ALL, at) or own.has(extras, EXTRAS_OF_ONE, at)):
            return False
        self._all_extras.use(extras, EXTRAS_OF_ALL, at)
        own.use(extras, EXTRAS_OF_ONE, at)
        return True

    def defer(self, group: Group) -> None:
        """Nothing is written to its pages until they have had their turn (`next_waiting`, `release`)."""
        group.deferred_at, group.deferred_since = self.position, time.monotonic()
        self._waiting.put(group.person, group)

    def next_waiting(self) -> Group | None:
        """The one whose turn it is; None while what it was deferred for has not been published to the others."""
        group = self._waiting.pop() if self._waiting else None
        if group is not None and group.deferred_at == self.position:
            self._waiting.put(group.person, group)
            group = None
        if group is None:
            self.some_wait.clear()
        return group

    def wait_on(self, group: Group) -> None:
        """It could not be served."""
        if self._groups.get(group.key) is group:
            self._waiting.put(group.person, group)
            self.some_wait.set()

    def release(self, group: Group) -> None:
        """Its pages are up to date with `position`, and get what is being rendered now."""
        group.deferred_at, group.is_told = None, False
        self._new_regions += group.regions

    def tell_waiting(self, what: ForLocale, seconds: float) -> None:
        """To pages that have waited for so long, once."""
        since = time.monotonic() - seconds
        for group in self._waiting:
            if group.deferred_at is not None and group.deferred_since < since and not group.is_told:
                group.is_told = True
                group.write(fragments.frame([what(group.locale)], group.scope, group.deferred_at), group.deferred_at)

    def is_served(self, region: Region) -> bool:
        """Whether some page shows it that does not wait for its turn."""
        return any(group.deferred_at is None for group in self._groups_of.get(region, ()))

    def one_region_of_each_page(self, rooms: Collection[Room] | None = None) -> list[Region]:
        """Of the pages that subscribe in any of these rooms; None: of all."""
        return [
            group.regions[0]
            for group in self._groups.values()
            if rooms is None or any(channel.room in rooms for region in group.regions for channel in region.channels)
        ]

    def take_new_regions(self) -> list[Region]:
        """The regions that are shown since this was called last."""
        regions, self._new_regions = self._new_regions, []
        return [region for region in regions if region in self._groups_of]

    def is_shown(self, region: Region) -> bool:
        return region in self._groups_of

    async def publish(self, rendered: Mapping[Region, Partials], position: int) -> None:
        """Writes one frame to every socket concerned; pages with the same parts share its bytes.

        The position moves on before the first frame is written and nothing is awaited in between: a page that connects
        while the others are being served has replayed up to it, and gets at most the same once more.
        """
        self.position = position
        frames: dict[tuple[str, tuple[int, ...]], bytes] = {}
        ready: dict[Group, bytes] = {}
        served: set[Group] = set()
        time_slice = TimeSlice()
        for region, partials in rendered.items():
            if not partials:
                continue
            for group in tuple(self._groups_of.get(region, ())):
                if group in served or group.deferred_at is not None:
                    continue
                served.add(group)
                parts = [part for each in group.regions if (part := rendered.get(each))]
                key = group.scope, tuple([id(part) for part in parts])
                if key not in frames:
                    together = [partial for part in parts for partial in part]
                    frames[key] = fragments.frame(together, group.scope, position)
                ready[group] = frames[key]
            if len(ready) >= AT_A_TIME:
                self._write(ready, position)
                ready.clear()
                if time_slice.is_over:
                    await time_slice.yield_to_loop()
        self._write(ready, position)
        if self._waiting:
            self.some_wait.set()

    def _write(self, ready: Mapping[Group, bytes], position: int) -> None:
        """One after the other: whoever reads many sockets is woken once for many frames, not for each."""
        pushes = pushed_bytes = 0
        for group, frame in ready.items():
            written = group.write(frame, position)
            pushes, pushed_bytes = pushes + written, pushed_bytes + written * len(frame)
        metrics.PUSHES.inc(pushes)
        metrics.PUSHED_BYTES.inc(pushed_bytes)

    async def announce(self, what: ForLocale, to_waiting: ForLocale | None = None) -> None:
        """Something about the connection itself, to every page; those that are up to date get their position too.
        `to_waiting`: instead, to those that have been told that they wait for their turn."""
        frames: dict[tuple[ForLocale, str, int, Locale], bytes] = {}
        time_slice = TimeSlice()
        for connection in tuple(self.open):
            group, position = connection.group, connection.paused_at
            said = what
            if group is not None:
                position = self.position if group.deferred_at is None else group.deferred_at
                said = to_waiting if to_waiting is not None and group.is_told else what
            if position is not None:
                key = said, connection.scope, position, connection.locale
                if key not in frames:
                    frames[key] = fragments.frame([said(connection.locale)], connection.scope, position)
                connection.write(frames[key], position)
                metrics.PUSHES.inc()
            if time_slice.is_over:
                await time_slice.yield_to_loop()

    def paused(self) -> list[Connection]:
        return list(self._paused)

    def has_too_many(self, person: int) -> bool:
        """Whether one more page of theirs would close another."""
        return len(self._persons.get(person, ())) >= MOST_SOCKETS

    def sessions(self) -> set[int]:
        """Whose pages are open here."""
        return {connection.session for connection in self.open}

    def close_sockets(self, person: int, session: int | None, code: int) -> None:
        for connection in tuple(self._persons.get(person, ())):
            if session in (None, connection.session):
                connection.close(code)

    def close_all(self, code: int) -> None:
        for connection in tuple(self.open):
            connection.close(code)
