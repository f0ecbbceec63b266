"""From the log to the rooms: one supervised task that reads what was committed and has it rendered and handed out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from app.live import event
from app.live.event import LogEntry, Revoked
from app.live.fragments import Partial
from app.live.hub import Hub
from app.live.regions import Batch, Block, Region
from app.live.rooms import Matrix
from app.templating import render

logger = logging.getLogger(__name__)

BATCH = 500
POLL = 1.0
"""Seconds after which the relay looks by itself: a lost wake-up costs that much, never an update."""
BLOCKS_EVERY = 0.25
"""Seconds between two refreshes of counts and badges, however many events come."""


class Relay:
    def __init__(self, hub: Hub, matrix: Matrix) -> None:
        self.hub = hub
        self.matrix = matrix
        self._wake = asyncio.Event()
        self._stale: dict[Region, None] = {}
        self._blocks_sent = 0.0
        self._blocks_due: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Never returns; whoever supervises it starts it again when it fails, and it goes on where it was."""
        stop = event.on_commit(self._wake.set)
        try:
            if not self.hub.position:
                self.hub.position = await LogEntry.last_id()
            while True:
                await self._sleep()
                while entries := await LogEntry.after(self.hub.position, limit=BATCH):
                    await self.deliver(entries)
                await self._refresh_blocks()
        finally:
            stop()
            if self._blocks_due is not None:
                self._blocks_due.cancel()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(POLL):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def deliver(self, entries: Sequence[LogEntry]) -> None:
        """Renders what these entries changed, once a region, and hands it out; then the position moves on."""
        batch = Batch(entries, self.matrix)
        rendered: dict[Region, list[Partial]] = {}
        # A page may arrive while another's fragments are being rendered: go round until nobody is left out.
        while missing := [region for region in self.hub.regions(batch.rooms) if region not in rendered]:
            for region in missing:
                if isinstance(region, Block):
                    rendered[region] = []
                    if batch.heard_by(region):
                        self._stale[region] = None
                else:
                    rendered[region] = await self.follow(region, batch)
        self.hub.hand_out(rendered, entries[-1].id)
        for entry in entries:
            if isinstance(revoked := entry.event, Revoked):
                self.hub.close_sockets(revoked.person, revoked.session, 4401)

    async def follow(self, region: Region, batch: Batch) -> list[Partial]:
        """A region that can't be rendered costs its own push only: its pages fetch themselves anew."""
        entries = batch.heard_by(region)
        if not entries:
            return []
        try:
            return await region.follow(batch, entries)
        except Exception:
            logger.exception("broadcast failed: region %s, events %s", region.element, [entry.id for entry in entries])
            return [refetch()]

    async def _refresh_blocks(self) -> None:
        loop = asyncio.get_running_loop()
        wait = self._blocks_sent + BLOCKS_EVERY - loop.time()
        if not self._stale:
            return
        if wait > 0:
            if self._blocks_due is None:
                self._blocks_due = loop.call_later(wait, self._blocks_are_due)
            return
        stale, self._stale = self._stale, {}
        self._blocks_sent = loop.time()
        rendered: dict[Region, list[Partial]] = {}
        showing = self.hub.regions({room for region in stale for room in region.rooms})
        for region in stale:
            if region in showing:
                rendered[region] = await self._whole(region)
        self.hub.hand_out(rendered, self.hub.position)

    def _blocks_are_due(self) -> None:
        self._blocks_due = None
        self._wake.set()

    async def _whole(self, region: Region) -> list[Partial]:
        try:
            return await region.whole()
        except Exception:
            logger.exception("refresh failed: region %s", region.element)
            return [refetch()]


def refetch() -> Partial:
    """Makes a page fetch itself: the way out when a fragment of it cannot be rendered."""
    return Partial("#refetch", "innerHTML", render("shared/refetch.html"))
