"""How long somebody waits, as one says it."""

from __future__ import annotations

import math

from app.i18n.message import Message, say, say_count


def span(seconds: float) -> Message:
    """Rounded up: `20 seconds`, `3 minutes`, `2 hours`."""
    if seconds > 2 * 3600:
        return say("{count} hours", count=math.ceil(seconds / 3600))
    if seconds > 2 * 60:
        return say("{count} minutes", count=math.ceil(seconds / 60))
    return say_count("a second", "{count} seconds", max(1, math.ceil(seconds)))
