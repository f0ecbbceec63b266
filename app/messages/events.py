from __future__ import annotations

from typing import Any

from app.events import Audience, DeskEvent, Words
from app.topics import ADMIN_NOTIFICATION, CLIENT_NOTIFICATION

SHORT = 140
"""Characters of a message in a sentence about it; all of it stands in the record."""


class Written(DeskEvent, frozen=True, kw_only=True):
    """About one row, or to a person; what was written stands here and nowhere else: the log is its record."""

    request: int | None = None
    account: int | None = None
    """Of a request's message too, in whose account's record it stands."""
    code: int | None = None
    person: int | None = None
    message: str

    says_about = True

    def facts(self) -> dict[str, Any]:
        short = self.message if len(self.message) <= SHORT else f"{self.message[:SHORT].rstrip()}…"
        return {"message": " ".join(short.split())}


class MessageSent(Written, frozen=True, kw_only=True):
    """By an admin to a client."""

    audience = Audience(admin=(ADMIN_NOTIFICATION,), client=(CLIENT_NOTIFICATION,))
    words = Words("{by} wrote to {owner}{about}: {message}", "{by} wrote to you{about}: {message}", client_level="info")


class MessageReceived(Written, frozen=True, kw_only=True):
    """By a client to the admins."""

    audience = Audience(admin=(ADMIN_NOTIFICATION,))
    words = Words(
        "{owner} wrote{about}: {message}", many="{owner} wrote {count} messages", record="You wrote{about}: {message}"
    )


class NoteWritten(Written, frozen=True, kw_only=True):
    """By an admin for admins: its client never hears of it."""

    audience = Audience(admin=(ADMIN_NOTIFICATION,))
    words = Words("{by} noted on {owner}{about}: {message}")
