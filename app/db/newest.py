"""The newest rows of a table under a list's filters and its search: the same cost in a table of a million rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.db.engine import engine
from app.db.fetch import fetch
from app.db.sqlite import KeptSQLiteEngine

MANY = 5_000
"""Matching rows from which the newest are found sooner by looking through the list from its end than by gathering and
sorting all that match; at this number both take some two milliseconds in a table of a million."""
LOOKED_THROUGH = 10_000
"""Rows of the list after which looking through is given up, as nearly all that match are old."""

Conditions = Mapping[str, Sequence[Any]]
"""SQL that begins with a column's name and has `{}` for each of its values."""


async def newest(table: str, wanted: Conditions, beginnings: Mapping[str, str], limit: int) -> list[int]:
    """Ids of the rows for which all of `wanted` holds and any of `beginnings` (by column), newest first."""
    if not beginnings:
        return await _ids(table, wanted, limit)
    patterns = [f"{beginning}%" for beginning in beginnings.values()]
    matching = " UNION ALL ".join(f"SELECT id FROM {table} WHERE {column} LIKE {{}}" for column in beginnings)
    counted = f"SELECT COUNT(*) AS many FROM (SELECT id FROM ({matching}) AS either LIMIT {MANY}) AS first"
    if (await fetch(counted, *patterns))[0]["many"] == MANY:
        older = await _ids(table, wanted, limit=1, offset=LOOKED_THROUGH)
        either = " OR ".join(f"{unhelped(column)} LIKE {{}}" for column in beginnings)
        recent = {"id > {}": older} if older else {}
        found = await _ids(table, {**wanted, **recent, f"({either})": patterns}, limit)
        if len(found) == limit or not older:
            return found
    by_hand = {unhelped(condition): values for condition, values in wanted.items()}
    return await _ids(table, {f"id IN ({matching})": patterns, **by_hand}, limit)


async def _ids(table: str, wanted: Conditions, limit: int, offset: int = 0) -> list[int]:
    where = " AND ".join(wanted) or "id > 0"
    values = [value for found in wanted.values() for value in found]
    sql = f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC LIMIT {limit:d} OFFSET {offset:d}"
    return [row["id"] for row in await fetch(sql, *values)]


def unhelped(condition: str) -> str:
    """The same, not by its column's index: SQLite, which has no statistics here, would choose it whatever it costs."""
    return f"+{condition}" if isinstance(engine(), KeptSQLiteEngine) else condition
