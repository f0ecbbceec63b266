"""The desk's calendar: a new day is an event, because "12 days left" changes at midnight (UTC) on every open page."""

from __future__ import annotations

from piccolo.columns import Date, Serial

from app.clock import today
from app.db import Row, transaction
from app.live.event import SYSTEM, Event, record


class DayBegan(Event, frozen=True, kw_only=True):
    pass


class Day(Row, tablename="day"):
    """The last day that has begun: one row."""

    id = Serial(primary_key=True)
    last = Date()

    @classmethod
    async def begin_if_new(cls) -> bool:
        """Records today's beginning; whoever comes second finds it recorded."""
        async with transaction():
            if await cls.swap((cls.id == 1) & (cls.last < today()), {cls.last: today()}) is None:
                return False
            record(DayBegan(), by=SYSTEM)
        return True
