from __future__ import annotations

from app.live.event import Event


class DayBegan(Event, frozen=True, kw_only=True):
    """What is told in days is told anew."""
