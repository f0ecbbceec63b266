from __future__ import annotations

from app.events import Audience, DeskEvent, Words
from app.topics import ADMIN_NOTIFICATION


class QuotaReached(DeskEvent, frozen=True, kw_only=True):
    """Told once an hour of each: the refusals themselves are lines of the server's log."""

    who: str
    """A user name, or the address of people who are not signed in."""
    limit: str
    """As people read it: `40 generated codes a minute`."""

    audience = Audience(admin=(ADMIN_NOTIFICATION,))
    words = Words("{who} reached a limit: {limit}", level="warning")
