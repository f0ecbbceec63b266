from __future__ import annotations

from piccolo.columns import Date, Serial

from app.calendar.events import DayBegan
from app.clock import today
from app.db import Row, transaction
from app.live.event import SYSTEM
from app.live.log import record


class Day(Row, tablename="day"):
    """The last day that was recorded: one row."""

    id = Serial(primary_key=True)
    last = Date()

    @classmethod
    async def start_if_new(cls) -> bool:
        """Records that today has begun; of two at once the second finds it recorded."""
        async with transaction():
            if await cls.compare_and_set((cls.id == 1) & (cls.last < today()), {cls.last: today()}) is None:
                return False
            record(DayBegan(), by=SYSTEM)
        return True
