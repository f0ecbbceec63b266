from __future__ import annotations

from app.live.event import Event


class BroadcastSent(Event, frozen=True, kw_only=True):
    """The message stands here and nowhere else: the log is its record."""

    message: str
    level: str


class NotificationsSeen(Event, frozen=True, kw_only=True):
    """A person (`client`, who may be an admin) has seen all up to this event; their other tabs show it."""

    up_to: int
