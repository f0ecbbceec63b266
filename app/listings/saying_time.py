"""The rows whose words change with the day, of many clients at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from app.calendar.events import said_day_since
from app.db.fetch import fetch, placeholders
from app.listings.row import OwnedRow
from app.live.log import LogEntry
from app.settings import settings


async def saying_time(
    table: type[OwnedRow], says_time: str, owners: Collection[int], entries: Sequence[LogEntry]
) -> dict[int, list[Any]]:
    """Of each owner; of one who has very many, too many to be patched row by row, so that their lists are sent in full.
    `says_time`: SQL that says which rows they are; its one value: since when a moment may be "today"."""
    name = table._meta.tablename
    sql = (
        f"SELECT listed.* FROM person JOIN {name} AS listed ON listed.id IN ("
        f"SELECT id FROM {name} WHERE owner = person.id AND ({says_time}) "
        f"ORDER BY id DESC LIMIT {settings().page_size + 1:d}) WHERE person.id IN ({placeholders(len(owners))})"
    )
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in await fetch(sql, said_day_since(entries), *owners):
        rows[row["owner"]].append(table.from_row(row))
    return rows
