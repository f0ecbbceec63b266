from __future__ import annotations

from app import rooms
from app.events import Audience, DeskEvent
from app.live.rooms import Channel
from app.topics import NEW_DAY


class DayBegan(DeskEvent, frozen=True, kw_only=True):
    """What is counted in days, and what says "today", changes for those who live in this zone."""

    zone: str = "UTC"

    audience = Audience(everyone=(NEW_DAY,))

    def channels(self) -> frozenset[Channel]:
        return frozenset({new_day_in(self.zone)})


def new_day_in(zone: str) -> Channel:
    """Where it is published that a day has begun in this time zone."""
    return Channel(rooms.everyone(), f"{NEW_DAY} {zone}")
