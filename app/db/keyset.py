"""The newest rows of a table under a list's filters and its search: the same cost in a table of a million rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.db.engine import engine
from app.db.fetch import fetch
from app.db.sqlite import KeptSQLiteEngine

MANY = 2_000
"""Matching rows from which the newest are sooner found by looking through the list from its end than by gathering and
sorting all that match."""
LOOKED_THROUGH = 4_000
"""Rows of the list after which looking through is given up, as nearly all that match are old."""

Conditions = Mapping[str, Sequence[Any]]
"""SQL that begins with a column's name and has `{}` for each of its values."""


async def newest(
    table: str,
    wanted: Conditions,
    *,
    limit: int,
    before: int | None = None,
    beginnings: Mapping[str, str] | None = None,
) -> list[int]:
    """Ids of the rows for which all of `wanted` holds, and any of `beginnings` (by column) if there are some.

    Newest first, with ids less than `before`.
    """
    older: Conditions = {} if before is None else {"id < {}": [before]}
    if not beginnings:
        return await _ids(table, {**wanted, **older}, limit)
    patterns = {f"{column} LIKE {{}}": [f"{beginning}%"] for column, beginning in beginnings.items()}
    if not isinstance(engine(), KeptSQLiteEngine):  # PostgreSQL weighs the ways by its statistics, and well
        return await _ids(table, {**wanted, **older, f"({' OR '.join(patterns)})": _values(patterns)}, limit)
    if await _are_many(table, patterns):
        far = await _ids(table, {**wanted, **older}, limit=1, offset=LOOKED_THROUGH)
        near: Conditions = {"id > {}": far} if far else {}
        either = f"({' OR '.join(map(without_index, patterns))})"
        found = await _ids(table, {**wanted, **older, **near, either: _values(patterns)}, limit)
        if len(found) == limit or not far:
            return found
    matching, values = _matching(
        table, patterns, {without_index(condition): found for condition, found in older.items()}
    )
    if not wanted:  # the indexes know it all, and a row that matches several patterns comes as often
        sql = f"SELECT id FROM ({matching}) AS either ORDER BY id DESC LIMIT {limit * len(patterns):d}"
        return list(dict.fromkeys(row["id"] for row in await fetch(sql, *values)))[:limit]
    by_hand = {without_index(condition): found for condition, found in wanted.items()}
    return await _ids(table, {f"id IN ({matching})": values, **by_hand}, limit)


async def _are_many(table: str, patterns: Conditions) -> bool:
    matching, values = _matching(table, patterns, {})
    return bool(await fetch(f"SELECT id FROM ({matching}) AS either LIMIT 1 OFFSET {MANY - 1}", *values))


def _matching(table: str, patterns: Conditions, besides: Conditions) -> tuple[str, list[Any]]:
    """The ids that match, each pattern by its own index."""
    branches = [{pattern: values, **besides} for pattern, values in patterns.items()]
    sql = " UNION ALL ".join(f"SELECT id FROM {table} WHERE {' AND '.join(branch)}" for branch in branches)
    return sql, [value for branch in branches for value in _values(branch)]


async def _ids(table: str, wanted: Conditions, limit: int, offset: int = 0) -> list[int]:
    where = " AND ".join(wanted) or "id > 0"
    sql = f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC LIMIT {limit:d} OFFSET {offset:d}"
    return [row["id"] for row in await fetch(sql, *_values(wanted))]


def _values(conditions: Conditions) -> list[Any]:
    return [value for values in conditions.values() for value in values]


def without_index(condition: str) -> str:
    """The same, not by its column's index: SQLite, which has no statistics here, would choose it whatever it costs."""
    return f"+{condition}" if isinstance(engine(), KeptSQLiteEngine) else condition
