from __future__ import annotations

import time
from collections.abc import Mapping

from piccolo.columns import DoublePrecision, Varchar

from app.db import Row
from app.db.fetch import fetch, placeholders
from app.limits import Limit

AT_A_TIME = 500
"""Rows that one sweep removes."""


class Quota(Row, tablename="quota"):
    """What somebody has used of a limit, as one moment: that at which it would be whole again (the "theoretical arrival
    time" of the generic cell rate algorithm, ITU-T I.371). Each use moves it on by its share of the limit's seconds;
    it may never lie further ahead than those seconds."""

    key = Varchar(length=120, primary_key=True)
    full_at = DoublePrecision()
    """Seconds since 1970."""
    span = DoublePrecision()
    """Seconds of the limit."""

    @classmethod
    async def use(cls, limits: Mapping[str, Limit]) -> dict[str, float]:
        """Uses each limit once, by its key, in one statement: any number of processes at once cannot use more.

        Gives the keys of those that are used up, with the seconds after which each allows it again; nothing when it may
        be done. Of several the others are used all the same."""
        at = time.time()
        # In one order for everybody, so that two statements never wait for each other.
        asked = sorted(limits.items())
        values = [value for key, limit in asked for value in (key, at + limit.share, float(limit.seconds))]
        rows = await fetch(
            f"INSERT INTO quota (key, full_at, span) VALUES {', '.join(['({}, {}, {})'] * len(asked))} "
            "ON CONFLICT (key) DO UPDATE SET span = excluded.span, full_at = CASE WHEN quota.full_at > {} "
            "THEN quota.full_at + (excluded.full_at - {}) ELSE excluded.full_at END "
            "WHERE quota.full_at + (excluded.full_at - {}) - {} <= excluded.span RETURNING key",
            *values, *[at] * 4,
        )  # fmt: skip
        used = {row["key"] for row in rows}
        return await cls._waits({key: limit for key, limit in asked if key not in used}, at)

    @classmethod
    async def _waits(cls, limits: Mapping[str, Limit], at: float) -> dict[str, float]:
        if not limits:
            return {}
        rows = await fetch(f"SELECT key, full_at FROM quota WHERE key IN ({placeholders(len(limits))})", *limits)
        full_at = {row["key"]: row["full_at"] for row in rows}
        return {key: max(0.0, full_at.get(key, at) + limit.share - limit.seconds - at) for key, limit in limits.items()}

    @classmethod
    async def try_writing(cls) -> None:
        """A small write that changes nothing for anybody: raises what any other would."""
        await fetch(
            "INSERT INTO quota (key, full_at, span) VALUES ('health', {}, 0) "
            "ON CONFLICT (key) DO UPDATE SET full_at = excluded.full_at",
            time.time(),
        )

    @classmethod
    async def sweep(cls) -> int:
        """The scheduler's: removes AT_A_TIME of those that are whole again. Gives how many."""
        old = f"SELECT key FROM quota WHERE full_at < {{}} ORDER BY full_at LIMIT {AT_A_TIME}"
        delete = f"DELETE FROM quota WHERE key IN ({old}) AND full_at < {{}} RETURNING key"
        return len(await fetch(delete, *[time.time()] * 2))
