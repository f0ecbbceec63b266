from __future__ import annotations

from app.events import Audience, DeskEvent
from app.topics import NEW_DAY


class DayBegan(DeskEvent, frozen=True, kw_only=True):
    """What is counted in days changes."""

    audience = Audience(everyone=(NEW_DAY,))
