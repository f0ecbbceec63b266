"""How far people have read their notifications."""

from __future__ import annotations

from collections.abc import Collection

from app.db.fetch import fetch, placeholders


async def seen_events(readers: Collection[int]) -> dict[int, int]:
    """The last event that each of them has seen, by person."""
    if not readers:
        return {}
    sql = f"SELECT id, seen_event FROM person WHERE id IN ({placeholders(len(readers))})"
    return {row["id"]: row["seen_event"] for row in await fetch(sql, *readers)}
