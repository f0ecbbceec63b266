"""What time it is, for the whole desk: UTC, aware, to the microsecond that both databases keep."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    return datetime.now(UTC) + _ahead


def today() -> date:
    return now().date()


def in_words(seconds: float) -> str:
    """Rounded up, as one says it: `20 seconds`, `3 minutes`, `2 hours`."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds > 2 * size:
            return f"{math.ceil(seconds / size)} {unit}"
    return "a second" if seconds <= 1 else f"{math.ceil(seconds)} seconds"


def travel(by: timedelta) -> None:
    """Moves this process's clock forward; for tests, which then see time pass without waiting for it."""
    global _ahead
    _ahead += by


def return_to_present() -> None:
    global _ahead
    _ahead = timedelta()
