from __future__ import annotations

from datetime import datetime, timedelta

from piccolo.columns import Date, Serial, Timestamptz, Varchar

from app.calendar.events import DayBegan
from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch
from app.i18n.locale import time_zone
from app.live.event import SYSTEM
from app.live.log import record


class Day(Row, tablename="day"):
    """The last day that was recorded in each time zone that somebody reads in."""

    id = Serial(primary_key=True)
    zone = Varchar(length=64, default="UTC")
    last = Date()

    @classmethod
    async def observe(cls, zone: str) -> None:
        """From now on its days are recorded, too; does nothing for one that is observed already. One transaction with
        what makes somebody read in it."""
        await cls.add({cls.zone: zone, cls.last: now().astimezone(time_zone(zone)).date()})

    @classmethod
    async def start_if_new(cls) -> int:
        """Records that a day has begun, in each zone where it has; of two at once the second finds it recorded.
        Gives in how many."""
        begun = 0
        for day in await cls.matching(cls.id > 0):
            today = now().astimezone(time_zone(day.zone)).date()
            if day.last >= today:
                continue
            async with transaction():
                if await cls.compare_and_set((cls.id == day.id) & (cls.last < today), {cls.last: today}):
                    record(DayBegan(zone=day.zone, last=day.last), by=SYSTEM)
                    begun += 1
        return begun


BEAT_EVERY = timedelta(seconds=30)
LONG_AWAY = timedelta(minutes=5)
"""Without a beat: then nobody could reach the desk, and who was not seen meanwhile is not to blame."""


class Pulse(Row, tablename="pulse"):
    """When the desk lived last: one row, written by its scheduler."""

    id = Serial(primary_key=True)
    at = Timestamptz()

    @classmethod
    async def begin(cls) -> datetime | None:
        """The first beat of a scheduler. Gives since when the desk is back, if it was away for long; else None."""
        at = now()
        before = await fetch("SELECT at FROM pulse WHERE id = 1")
        await fetch("INSERT INTO pulse (id, at) VALUES (1, {}) ON CONFLICT (id) DO UPDATE SET at = excluded.at", at)
        return at if before and at - before[0]["at"] > LONG_AWAY else None

    @classmethod
    async def beat(cls) -> None:
        await cls.update({cls.at: now()}).where((cls.id == 1) & (cls.at <= now() - BEAT_EVERY))
