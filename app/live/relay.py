"""From the log to the rooms: one supervised task that reads what was committed and has it rendered and handed out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from app.clock import now
from app.db.errors import UNAVAILABLE
from app.live import event, fragments, metrics
from app.live.event import LogEntry, Revoked
from app.live.fragments import Partial
from app.live.hub import NOT_SIGNED_IN, Hub
from app.live.regions import Batch, Region, Summary
from app.live.rooms import Matrix
from app.templating import render

logger = logging.getLogger(__name__)

BATCH = 500
POLL = 1.0
"""Seconds after which the relay looks by itself: a lost wake-up costs that much, never an update."""
SUMMARIES_EVERY = 0.25
"""Seconds between two refreshes of counts and badges, however many events come."""
SPEAK_EVERY = 20.0
"""Seconds after which a page hears that it is live; one that hears nothing for 55 says so (connection_live.html)."""


class Relay:
    def __init__(self, hub: Hub, matrix: Matrix) -> None:
        self.hub = hub
        self.matrix = matrix
        self.away = False
        """Whether the database could not be read when it was last tried."""
        self._wake = asyncio.Event()
        self._stale: dict[Region, None] = {}
        self._summaries_sent = 0.0
        self._summaries_due: asyncio.TimerHandle | None = None
        self._spoken = 0.0

    async def begin(self) -> None:
        """Before the first page arrives: what is in the log already needs no push."""
        self.hub.position = await LogEntry.last_id()

    def wake(self) -> None:
        """Something may have been committed."""
        self._wake.set()

    async def run(self) -> None:
        """Never returns; whoever supervises it starts it again when it fails, and it goes on where it was."""
        stop = event.on_commit(self.wake)
        try:
            while True:
                await self._round()
                await self._sleep()
        except Exception:
            self._say_away()
            raise
        finally:
            stop()
            if self._summaries_due is not None:
                self._summaries_due.cancel()
                self._summaries_due = None

    async def _round(self) -> None:
        full = True
        while full and (entries := await LogEntry.after(self.hub.position, limit=BATCH)):
            await self.deliver(entries)
            full = len(entries) == BATCH  # what comes after a batch that is not full wakes us again
        metrics.LAG_IDS.set(0)
        await self._refresh_summaries()
        self._speak()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(POLL):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def deliver(self, entries: Sequence[LogEntry]) -> None:
        """Renders what these entries changed, once a region, and hands it out; then the position moves on."""
        metrics.LAG_IDS.set(entries[-1].id - self.hub.position)
        batch = Batch(entries, self.matrix)
        rendered: dict[Region, list[Partial]] = {}
        # A page may arrive while another's fragments are being rendered: go round until nobody is left out.
        while missing := [region for region in self.hub.regions(batch.rooms) if region not in rendered]:
            for region in missing:
                if isinstance(region, Summary):
                    rendered[region] = []
                    if batch.heard_by(region):
                        self._stale[region] = None
                else:
                    rendered[region] = await self.follow(region, batch)
        self.hub.publish(rendered, entries[-1].id)
        metrics.LAG_SECONDS.observe(max(0.0, (now() - entries[0].at).total_seconds()))
        for entry in entries:
            if isinstance(revoked := entry.event, Revoked):
                self.hub.close_sockets(revoked.person, revoked.session, NOT_SIGNED_IN)
        self._count_waiting(batch)

    async def follow(self, region: Region, batch: Batch) -> list[Partial]:
        """A region that can't be rendered costs its own push only: its pages fetch themselves anew."""
        entries = batch.heard_by(region)
        if not entries:
            return []
        try:
            return await region.follow(batch, entries)
        except UNAVAILABLE:
            raise  # nothing may be skipped: the relay comes back to these entries
        except Exception:
            metrics.FAILED.inc()
            logger.exception("broadcast failed: region %s, events %s", region.element, [entry.id for entry in entries])
            return [refetch()]

    def _count_waiting(self, batch: Batch) -> None:
        """Pages that hold still hear only how much waits for them."""
        for connection in self.hub.paused():
            assert connection.paused_at is not None
            if many := batch.count_heard(connection.regions):
                connection.waiting += many
                text = fragments.html([fragments.waiting(connection.waiting), fragments.cursor(connection.paused_at)])
                connection.send(fragments.text_frame(text), connection.paused_at)

    async def _refresh_summaries(self) -> None:
        loop = asyncio.get_running_loop()
        wait = self._summaries_sent + SUMMARIES_EVERY - loop.time()
        if not self._stale:
            return
        if wait > 0:
            if self._summaries_due is None:
                self._summaries_due = loop.call_later(wait, self._summaries_are_due)
            return
        stale, self._stale = self._stale, {}
        self._summaries_sent = loop.time()
        rendered: dict[Region, list[Partial]] = {}
        try:
            showing = self.hub.regions({room for region in stale for room in region.rooms})
            for region in stale:
                if region in showing:
                    rendered[region] = await self.whole(region)
        except BaseException:
            self._stale = stale | self._stale
            raise
        self.hub.publish(rendered, self.hub.position)

    def _summaries_are_due(self) -> None:
        self._summaries_due = None
        self.wake()

    async def whole(self, region: Region) -> list[Partial]:
        try:
            return await region.whole()
        except UNAVAILABLE:
            raise
        except Exception:
            metrics.FAILED.inc()
            logger.exception("refresh failed: region %s", region.element)
            return [refetch()]

    def _say_away(self) -> None:
        """The pages stay as they are, and say that nothing new can reach them."""
        self.away = True
        self.hub.say(Partial("#connection", "innerHTML", render("shared/connection_unavailable.html")))

    def _speak(self) -> None:
        at = asyncio.get_running_loop().time()
        if self.away or at - self._spoken >= SPEAK_EVERY:
            self.away, self._spoken = False, at
            self.hub.say(fragments.connection_live())


def refetch() -> Partial:
    """Makes a page fetch itself: the way out when a fragment of it cannot be rendered."""
    return Partial("#refetch", "innerHTML", render("shared/refetch.html"))
