from __future__ import annotations

from app.events import Audience, DeskEvent, Words
from app.topics import BROADCAST, SEEN


class BroadcastSent(DeskEvent, frozen=True, kw_only=True):
    """The message stands here and nowhere else: the log is its record."""

    message: str
    level: str

    audience = Audience(everyone=(BROADCAST,))
    words = Words("{message}", "{message}")


class NotificationsSeen(DeskEvent, frozen=True, kw_only=True):
    """A person (`client`, who may be an admin) has seen all up to this event; their other tabs show it."""

    up_to: int

    audience = Audience(client=(SEEN,))
