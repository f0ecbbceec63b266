"""From the log to the pages: one supervised task that reads what was committed and has it rendered and published."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from app.clock import now
from app.db.errors import UNAVAILABLE
from app.live import fragments, kept, log, metrics
from app.live.batch import Batch, Pace
from app.live.connection import NOT_SIGNED_IN, RESTART
from app.live.event import Event, Renewed, Revoked, UnknownEvent
from app.live.fragments import Partials
from app.live.hub import Hub
from app.live.log import LogEntry
from app.live.regions import Region
from app.live.rooms import Channel, Room
from app.live.time_slice import TimeSlice

logger = logging.getLogger(__name__)

BATCH = 500
MOST_MISSED = 501
"""Entries that a page may lack are read up to so many: one more than it is brought up to date with."""
POLL = 1.0
"""Seconds after which the relay reads the log by itself: a lost wake-up costs that much, never an update."""
SUMMARIES_EVERY = 0.25
"""Seconds between two refreshes of counts and badges, however many events there are."""
HEARTBEAT_EVERY = 20.0
"""Seconds between two heartbeats; a page that gets nothing for 55 says that it is offline (connection_live.html)."""
AT_A_TIME = 128
"""Regions of one class that are rendered together: one query for all of them, and then other tasks run."""
LONGEST_BREATH = 0.05
"""Seconds. After publishing the relay pauses for as long as that took, and no longer than this: what is committed
meanwhile is published together. In a burst each action by itself would cost as much as many of them do."""
REFETCH_SPREAD = 2_000
"""Milliseconds over which pages fetch themselves anew after an event that this version cannot read."""

Item = TypeVar("Item")
PossibleRooms = Callable[[Event], Collection[Room]]
"""The rooms of the pages that an event may concern of which only the client is known."""


class Relay:
    def __init__(self, hub: Hub, possible_rooms: PossibleRooms) -> None:
        self.hub = hub
        self._possible_rooms = possible_rooms
        self.is_unavailable = False
        """Whether the database could not be read when it was last tried."""
        self._delivered: deque[LogEntry] = deque(maxlen=MOST_MISSED)
        """The newest entries, without a hole, for pages that come back: each would read and decode the same."""
        self._wake = asyncio.Event()
        self._stale: dict[Region, None] = {}
        self._paces: dict[Region, Pace] = {}
        self._summaries_sent = 0.0
        self._summaries_due: asyncio.TimerHandle | None = None
        self._heartbeat_at = 0.0

    async def load_position(self) -> None:
        """Before the first page arrives: what is in the log already needs no push."""
        self.hub.position = await LogEntry.last_id()

    def wake(self) -> None:
        """Something may have been committed."""
        self._wake.set()

    def refresh(self, channels: Iterable[Channel]) -> None:
        """Has the summaries that listen on these channels sent anew, for what changes without an event."""
        for subscribers in self.hub.subscribers(channels):
            self._stale.update(dict.fromkeys(region for region in subscribers.regions if region.coalesced))
        if self._stale:
            self._wake.set()

    async def run(self) -> None:
        """Never returns; whoever supervises it starts it again when it fails, and it goes on where it was."""
        unsubscribe = log.on_commit(self.wake)
        try:
            while True:
                began = time.monotonic()
                await self._publish_new()
                await asyncio.sleep(min(time.monotonic() - began, LONGEST_BREATH))
                await self._wait_for_wake()
        except UNAVAILABLE:
            self.is_unavailable = True
            # The pages stay as they are, and say that nothing new can reach them.
            await self.hub.announce(fragments.connection_unavailable)
            raise
        finally:
            unsubscribe()
            if self._summaries_due is not None:
                self._summaries_due.cancel()
                self._summaries_due = None

    async def _publish_new(self) -> None:
        is_full = True
        while is_full and (entries := await LogEntry.after(self.hub.position, limit=BATCH)):
            await self._deliver_whatever_it_costs(entries)
            is_full = len(entries) == BATCH  # a commit after a batch that is not full wakes us again
        metrics.LAG_IDS.set(0)
        await self._refresh_summaries()
        await self._send_heartbeat()

    async def _wait_for_wake(self) -> None:
        try:
            async with asyncio.timeout(POLL):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def _deliver_whatever_it_costs(self, entries: Sequence[LogEntry]) -> None:
        """A bug must not stop the log, or these entries would be tried for ever and nobody would get anything more.
        One in what a region renders costs that region only (`patch`); with any other all pages fetch themselves
        anew."""
        try:
            await self.deliver(entries)
        except UNAVAILABLE:
            raise
        except Exception:
            metrics.FAILED.inc()
            logger.exception("the entries from %d to %d cannot be published", entries[0].id, entries[-1].id)
            self._delivered.clear()
            await self.hub.publish(_refetches(self.hub.one_region_of_each_page()), entries[-1].id)
            self._close_sockets(entries)

    async def deliver(self, entries: Sequence[LogEntry]) -> None:
        """Renders what these entries changed, once a region, and publishes it; then the position moves on."""
        metrics.LAG_IDS.set(entries[-1].id - self.hub.position)
        batch = Batch(entries, self._paces)
        rendered: dict[Region, Partials] = {}
        summaries_now = self._summaries_wait() <= 0
        self.hub.take_new_regions()
        regions = self.hub.defer_excess(await self._concerned(batch))
        # A page may subscribe while another's fragments are being rendered: repeat until none is left out.
        while regions:
            await self._patch(regions, batch, rendered, with_summaries=summaries_now)
            regions = [region for region in self.hub.take_new_regions() if region not in rendered]
        for entry in entries:
            if isinstance(entry.event, UnknownEvent):
                self._make_refetch(entry.event, rendered)
        if self._delivered and self._delivered[-1].id + 1 != entries[0].id:
            self._delivered.clear()
        self._delivered.extend(entries)
        # Nothing is awaited between the last check for new regions and the new position.
        await self.hub.publish(rendered, entries[-1].id)
        metrics.LAG_SECONDS.observe(max(0.0, (now() - entries[0].at).total_seconds()))
        self._close_sockets(entries)
        self._count_waiting(batch)

    def _close_sockets(self, entries: Sequence[LogEntry]) -> None:
        """Of whoever may not read on, or reads in another language now."""
        for entry in entries:
            if isinstance(revoked := entry.event, Revoked):
                self.hub.close_sockets(revoked.person, revoked.session, NOT_SIGNED_IN)
            elif isinstance(renewed := entry.event, Renewed):
                self.hub.close_sockets(renewed.person, None, RESTART)

    async def between(self, since: int, upto: int) -> list[LogEntry]:
        """Entries with since < id <= upto, oldest first, MOST_MISSED at most; from memory where they were delivered."""
        if self._delivered and self._delivered[0].id <= since + 1 and upto <= self._delivered[-1].id:
            return [entry for entry in self._delivered if since < entry.id <= upto]
        return await LogEntry.after(since, upto=upto, limit=MOST_MISSED)

    async def _concerned(self, batch: Batch) -> list[Region]:
        """The regions that these entries may change, each once."""
        regions: dict[Region, None] = {}
        for channel in batch.channels:
            for subscribers in self.hub.subscribers([channel]):
                regions.update(subscribers.regions)
                for kind in tuple(subscribers.searching()):
                    terms = await kind.terms_of(batch.on(channel), batch)
                    regions.update(dict.fromkeys(subscribers.having(kind, terms)))
        return list(regions)

    async def _patch(
        self, regions: Iterable[Region], batch: Batch, rendered: dict[Region, Partials], *, with_summaries: bool
    ) -> None:
        time_slice = TimeSlice()
        by_class: dict[type[Region], dict[Region, Sequence[LogEntry]]] = defaultdict(dict)
        for region in regions:
            if time_slice.is_over:
                await time_slice.yield_to_loop()
            if entries := batch.entries_for(region):
                if not region.coalesced or with_summaries:
                    by_class[type(region)][region] = entries
                else:
                    self._stale[region] = None
                    rendered[region] = ()
        for kind, entries_by_region in by_class.items():
            for portion in portions(entries_by_region):
                entries_here = {region: entries_by_region[region] for region in portion}
                rendered.update(await self._patch_portion(kind, entries_here, batch))
                if kind.coalesced:
                    self._summaries_sent = asyncio.get_running_loop().time()
                    for region in portion:
                        self._stale.pop(region, None)
                if time_slice.is_over:
                    await time_slice.yield_to_loop()

    async def _patch_portion(
        self, kind: type[Region], entries_by_region: Mapping[Region, Sequence[LogEntry]], batch: Batch
    ) -> Mapping[Region, Partials]:
        """A region that can't be rendered costs its own push only: its pages fetch themselves anew."""
        if len(entries_by_region) > 1:
            try:
                return await kind.patch_many(entries_by_region, batch)
            except UNAVAILABLE:
                raise  # nothing may be skipped: the relay reads these entries again
            except Exception:
                logger.exception("%s: %d regions at once failed, now one by one", kind.__name__, len(entries_by_region))
        return {region: await self.patch(region, entries, batch) for region, entries in entries_by_region.items()}

    async def patch(self, region: Region, entries: Sequence[LogEntry], batch: Batch) -> Partials:
        return await _or_refetch(
            lambda: type(region).patch_many({region: entries}, batch), region, [entry.id for entry in entries]
        )

    async def full(self, region: Region, batch: Batch | None = None) -> Partials:
        return await _or_refetch(lambda: type(region).full_many([region], batch or Batch(())), region, [])

    async def kept_full(self, region: Region, last: int) -> Partials:
        """`last`: the log's last id. Many pages that come one after another are sent what the first of them was."""
        return await _or_refetch(lambda: kept.full(region, last), region, [])

    def may_concern(self, event: UnknownEvent, regions: Iterable[Region]) -> bool:
        rooms = self._possible_rooms(event)
        return any(channel.room in rooms for region in regions for channel in region.channels)

    def _make_refetch(self, event: UnknownEvent, rendered: dict[Region, Partials]) -> None:
        """Its fragments can't be rendered here: the pages that it may concern fetch themselves, not all at once."""
        for region, partials in _refetches(self.hub.one_region_of_each_page(self._possible_rooms(event))).items():
            rendered[region] = (*rendered.get(region, ()), *partials)

    def _count_waiting(self, batch: Batch) -> None:
        """Pages that are paused get only the number of updates that wait."""
        for connection in self.hub.paused():
            assert connection.paused_at is not None
            if many := batch.count_for(connection.regions):
                connection.waiting += many
                connection.send([fragments.waiting(connection.locale, connection.waiting)], connection.paused_at)

    def _summaries_wait(self) -> float:
        return self._summaries_sent + SUMMARIES_EVERY - asyncio.get_running_loop().time()

    async def _refresh_summaries(self) -> None:
        if not self._stale:
            return
        loop = asyncio.get_running_loop()
        if (wait := self._summaries_wait()) > 0:
            if self._summaries_due is None:
                self._summaries_due = loop.call_later(wait, self._summaries_are_due)
            return
        stale, self._stale = self._stale, {}
        self._summaries_sent = loop.time()
        try:
            rendered = await self._full_of_each(stale)
        except BaseException:
            self._stale = stale | self._stale
            raise
        await self.hub.publish(rendered, self.hub.position)

    async def _full_of_each(self, regions: Iterable[Region]) -> dict[Region, Partials]:
        time_slice = TimeSlice()
        batch = Batch(())
        by_class: dict[type[Region], list[Region]] = defaultdict(list)
        for region in regions:
            if self.hub.is_served(region):  # a page that waits for its turn gets its counts then
                by_class[type(region)].append(region)
        rendered: dict[Region, Partials] = {}
        for kind, alike in by_class.items():
            for portion in portions(alike):
                rendered.update(await self._full_portion(kind, portion, batch))
                if time_slice.is_over:
                    await time_slice.yield_to_loop()
        return rendered

    async def _full_portion(
        self, kind: type[Region], regions: Collection[Region], batch: Batch
    ) -> Mapping[Region, Partials]:
        if len(regions) > 1:
            try:
                return await kind.full_many(regions, batch)
            except UNAVAILABLE:
                raise
            except Exception:
                logger.exception("%s: %d regions at once failed, now one by one", kind.__name__, len(regions))
        return {region: await self.full(region, batch) for region in regions}

    def _summaries_are_due(self) -> None:
        self._summaries_due = None
        self.wake()

    async def _send_heartbeat(self) -> None:
        at = asyncio.get_running_loop().time()
        if self.is_unavailable or at - self._heartbeat_at >= HEARTBEAT_EVERY:
            self.is_unavailable, self._heartbeat_at = False, at
            await self.hub.announce(fragments.connection_live, fragments.connection_slow)
            self._paces = {region: pace for region, pace in self._paces.items() if self.hub.is_shown(region)}


_REFETCHES = [(fragments.refetch(delay),) for delay in range(0, REFETCH_SPREAD, 100)]


def _refetches(regions: Iterable[Region]) -> dict[Region, Partials]:
    """Of pages: not all at once."""
    return {region: _REFETCHES[nth % len(_REFETCHES)] for nth, region in enumerate(regions)}


async def _or_refetch(
    render: Callable[[], Awaitable[Mapping[Region, Partials]]], region: Region, events: Sequence[int]
) -> Partials:
    try:
        return (await render())[region]
    except UNAVAILABLE:
        raise
    except Exception:
        metrics.FAILED.inc()
        logger.exception("broadcast failed: region %s, events %s", region.element, list(events))
        return (fragments.refetch(),)


def portions(items: Iterable[Item]) -> Iterable[list[Item]]:
    rest = iter(items)
    while portion := list(islice(rest, AT_A_TIME)):
        yield portion
