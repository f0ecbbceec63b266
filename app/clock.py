"""What time it is, for the whole desk: UTC, aware, to the microsecond that both databases keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    return datetime.now(UTC) + _ahead


def today() -> date:
    return now().date()


def travel(by: timedelta) -> None:
    """Moves this process's clock forward; for tests, which then see time pass without waiting for it."""
    global _ahead
    _ahead += by


def return_to_present() -> None:
    global _ahead
    _ahead = timedelta()
