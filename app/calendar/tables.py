from __future__ import annotations

from piccolo.columns import Date, Serial, Varchar

from app.calendar.events import DayBegan
from app.clock import now
from app.db import Row, transaction
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
