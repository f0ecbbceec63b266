from __future__ import annotations

from typing import Any

from app.events import Audience, DeskEvent, Words
from app.limits import Limit, in_words_of
from app.topics import ADMIN_NOTIFICATION


class QuotaReached(DeskEvent, frozen=True, kw_only=True):
    """Told once an hour of each: the refusals themselves are lines of the server's log."""

    who: str
    """A user name, or the address of people who are not signed in."""
    quota: str
    """One of limits.QUOTAS."""
    times: int
    seconds: int

    audience = Audience(admin=(ADMIN_NOTIFICATION,))

    def facts(self) -> dict[str, Any]:
        return {"who": self.who, "limit": in_words_of(self.quota, Limit(self.times, self.seconds))}

    words = Words("{who} reached a limit: {limit}", level="warning")
