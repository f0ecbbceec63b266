"""When each robot was last seen: kept in memory, and written every few seconds in one statement for all of them.

Never in the log: a hundred thousand robots ask four times a day each. What a crash loses is what has not been written
yet. The pages that show an account's robots are told from the database, so that they hear it of every process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice

from app import rooms
from app.clock import now
from app.db.fetch import fetch
from app.events import of_subject
from app.installations.tables import Installation
from app.live.rooms import Channel

WRITE_EVERY = 5.0
"""Seconds between two writings, and between two looks for the pages that show it."""
PORTION = 500
"""Robots in one statement."""
LOOK_BACK = timedelta(seconds=3 * WRITE_EVERY)
"""What is so old has been looked at before: it is written within WRITE_EVERY, and clocks of hosts differ little."""
MOST_TOLD = 5_000
"""Accounts at a time; a page that is not told shows a moment that is some seconds older."""


class LastSeen:
    def __init__(self) -> None:
        self._seen: dict[int, datetime] = {}

    def note(self, installation: int) -> None:
        self._seen[installation] = now()

    async def write(self) -> None:
        """What could not be written is tried again the next time."""
        while portion := dict(islice(self._seen.items(), PORTION)):
            await Installation.see(portion)
            for installation, at in portion.items():
                if self._seen.get(installation) == at:
                    del self._seen[installation]

    async def write_all_along(self) -> None:
        """Never returns."""
        while True:
            await asyncio.sleep(WRITE_EVERY)
            await self.write()


Refresh = Callable[[Iterable[Channel]], None]
"""Has the summaries that listen on these channels sent anew (Relay.refresh)."""


def tell_pages(refresh: Refresh) -> Callable[[], Awaitable[None]]:
    """The task, to be supervised: it never returns. What it costs grows with the robots that have asked just now."""

    async def tell() -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY)
            refresh(await seen_lately())

    return tell


async def seen_lately() -> list[Channel]:
    """Where the pages listen that show robots of which a later moment has been written, perhaps by another process."""
    rows = await fetch(
        "SELECT DISTINCT account.id, account.owner FROM installation JOIN customer_account AS account "
        "ON account.id = installation.account "
        f"WHERE installation.status = 'running' AND installation.last_seen_at > {{}} LIMIT {MOST_TOLD:d}",
        now() - LOOK_BACK,
    )
    return [
        of_subject(room, "account", row["id"]) for row in rows for room in (rooms.admin(), rooms.client(row["owner"]))
    ]  # fmt: skip
