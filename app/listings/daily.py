"""How many rows there are of each of some days, in a reader's zone: by the index of the column, so that the cost grows
with those days and not with the table. What is over does not change any more, and is counted once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from app.clock import now
from app.db.fetch import fetch
from app.i18n.locale import Locale
from app.settings import settings

MOST_A_DAY = 1_000
"""Rows of one day are counted no further: a dashboard counts some thirty days anew, four times a second at most."""
SETTLED = timedelta(hours=1)
"""After its end a day's rows are all there, whatever was being written at midnight and however clocks differ."""
MOST_KEPT = 2_000
"""Days whose counts are kept: those of two months in some fifteen zones."""

Day = tuple[str, datetime, datetime]
"""Table, first moment, and the first moment after it."""
SETTLED_COUNTS: dict[tuple[str, Day], int] = {}
"""By the database, too."""


def last_days(many: int, today: date) -> list[date]:
    """Today and those before it, the oldest first."""
    return [today - timedelta(days=back) for back in reversed(range(many))]


async def created(table: str, days: Sequence[date], locale: Locale) -> list[int]:
    """How many rows came into being on each day; each table has an index of its `created_at`."""
    database, settled = settings().database_url, now() - SETTLED
    keys = [(table, *_bounds(day, locale)) for day in days]
    many = {day: SETTLED_COUNTS[database, day] for day in keys if (database, day) in SETTLED_COUNTS}
    missing = [day for day in keys if day not in many]
    many |= zip(missing, await _count(f"{table} WHERE created_at", missing), strict=True)
    SETTLED_COUNTS.update({(database, day): many[day] for day in missing if day[2] <= settled})
    while len(SETTLED_COUNTS) > MOST_KEPT:
        del SETTLED_COUNTS[next(iter(SETTLED_COUNTS))]  # the oldest
    return [many[day] for day in keys]


async def ending(days: Sequence[date], locale: Locale) -> list[int]:
    """How many running accounts end on each day."""
    name = "customer_account"
    # The status stands there as it stands in the condition of the index.
    return await _count(
        f"{name} WHERE status = 'valid' AND expires_at", [(name, *_bounds(day, locale)) for day in days]
    )


async def _count(rows: str, days: Sequence[Day]) -> list[int]:
    if not days:
        return []
    column = rows.rpartition(" ")[2]
    each = [
        f"SELECT {number:d} AS number, COUNT(*) AS many FROM (SELECT 1 FROM {rows} >= {{}} AND {column} < {{}} "
        f"LIMIT {MOST_A_DAY:d}) AS day{number:d}"
        for number in range(len(days))
    ]
    counted = await fetch(" UNION ALL ".join(each), *(moment for _, first, after in days for moment in (first, after)))
    many = {row["number"]: int(row["many"]) for row in counted}
    return [many[number] for number in range(len(days))]


def _bounds(day: date, locale: Locale) -> tuple[datetime, datetime]:
    first, after = (datetime.combine(each, time(), locale.tz) for each in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), after.astimezone(UTC)
