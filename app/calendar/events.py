from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from app import rooms
from app.events import Audience, DeskEvent
from app.live.log import LogEntry
from app.live.rooms import Channel
from app.topics import NEW_DAY


class DayBegan(DeskEvent, frozen=True, kw_only=True):
    """What is counted in days, and what says "today", changes for those who live in this zone."""

    zone: str = "UTC"
    last: date | None = None
    """The day that was recorded there before; None in entries of the first versions."""

    audience = Audience(everyone=(NEW_DAY,))

    def channels(self) -> frozenset[Channel]:
        return frozenset({new_day_in(self.zone)})


def new_day_in(zone: str) -> Channel:
    """Where it is published that a day has begun in this time zone."""
    return Channel(rooms.everyone(), f"{NEW_DAY} {zone}")


def are_new_days(entries: Iterable[LogEntry]) -> bool:
    return all(isinstance(entry.event, DayBegan) for entry in entries)


def said_day_since(entries: Iterable[LogEntry]) -> datetime:
    """The oldest moment that a page which knows nothing of these new days may call "today" or "yesterday": of a page
    that was away, or when no server ran, that is days ago."""
    days = [
        event.last or entry.at.date() - timedelta(days=1)
        for entry in entries
        if isinstance(event := entry.event, DayBegan)
    ]
    return datetime.combine(min(days) - timedelta(days=2), time(), UTC)
