"""What was tried, and with which outcome: the journal that is compared with the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx


class Outcome(StrEnum):
    DONE = "done"
    """2xx or 303: it must be there, once."""
    REFUSED = "refused"
    """4xx: it must have left no trace."""
    UNKNOWN = "unknown"
    """5xx, or no response: it is there or it is not, but never half."""


@dataclass
class Attempt:
    what: str
    who: str
    fields: Mapping[str, Any]
    outcome: Outcome = Outcome.UNKNOWN
    status: int = 0
    """0 for no response."""
    result: Any = None
    words: str = ""

    def __str__(self) -> str:
        return f"{self.who} {self.what} {dict(self.fields)}: {self.outcome} ({self.status}) {self.words[:120]}"


@dataclass
class Journal:
    attempts: list[Attempt] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    moved_accounts: set[int] = field(default_factory=set)
    """Accounts whose end was moved behind the desk's back."""
    counts: Counter[str] = field(default_factory=Counter)
    """What else is worth counting."""

    def tried(self, what: str, who: str, fields: Mapping[str, Any]) -> Attempt:
        """Noted before it is sent: whatever happens from here on, it may have been done."""
        attempt = Attempt(what, who, dict(fields))
        self.attempts.append(attempt)
        return attempt

    def of(self, *what: str) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.what in what]


def record_response(attempt: Attempt, response: httpx.Response) -> None:
    attempt.status = response.status_code
    attempt.words = response.text if response.status_code >= 400 else ""
    if response.status_code < 400:
        attempt.outcome = Outcome.DONE
        if response.headers.get("content-type", "").startswith("application/json"):
            attempt.result = response.json()
    elif response.status_code < 500:
        attempt.outcome = Outcome.REFUSED
