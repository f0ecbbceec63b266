"""Where the log stood at a moment."""

from __future__ import annotations

from datetime import datetime

from app.db.fetch import fetch
from app.live.log import LogEntry

NEARLY = 64
"""Entries by which a position may lie before the one that was asked for."""


async def position_at(moment: datetime) -> int:
    """An id up to which all entries are older than this moment, and no more than NEARLY below the last such. There is
    no index by time: it halves the log, which stands in the order of its time."""
    older, younger = 0, await LogEntry.last_id() + 1
    while younger - older > NEARLY:
        middle = (older + younger) // 2
        rows = await fetch("SELECT id, at FROM event WHERE id >= {} ORDER BY id LIMIT 1", middle)
        if rows and rows[0]["at"] < moment:
            older = rows[0]["id"]
        else:
            younger = middle
    return older
