"""Pages of rows by key, newest first, under a filter and a search: the same cost in a table of a million rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.db.engine import engine
from app.db.fetch import fetch
from app.db.sqlite import KeptSQLiteEngine

MANY_MATCHES = 2_000
"""Matching rows from which scanning the list from its end is cheaper than gathering and sorting all that match."""
SCAN_LIMIT = 4_000
"""Rows of the list after which the scan stops, as nearly all that match are old."""

Conditions = Mapping[str, Sequence[Any]]
"""SQL that begins with a column's name and has `{}` for each of its values."""


async def newest_ids(
    table: str,
    conditions: Conditions,
    *,
    limit: int,
    before: int | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> list[int]:
    """Ids of the rows for which all of `conditions` holds, and any of `prefixes` (by column) if there are any.

    Newest first, with ids less than `before`.
    """
    older: Conditions = {} if before is None else {"id < {}": [before]}
    if not prefixes:
        return await _ids(table, {**conditions, **older}, limit)
    patterns = {f"{column} LIKE {{}}": [f"{prefix}%"] for column, prefix in prefixes.items()}
    if not isinstance(engine(), KeptSQLiteEngine):  # PostgreSQL weighs the ways by its statistics, and well
        return await _ids(table, {**conditions, **older, f"({' OR '.join(patterns)})": _values(patterns)}, limit)
    if await _are_many(table, patterns):
        far = await _ids(table, {**conditions, **older}, limit=1, offset=SCAN_LIMIT)
        near: Conditions = {"id > {}": far} if far else {}
        either = f"({' OR '.join(map(without_index, patterns))})"
        ids = await _ids(table, {**conditions, **older, **near, either: _values(patterns)}, limit)
        if len(ids) == limit or not far:
            return ids
    matching, values = _matching(
        table, patterns, {without_index(condition): values for condition, values in older.items()}
    )
    if not conditions:  # the indexes know it all, and a row that matches several patterns comes as often
        sql = f"SELECT id FROM ({matching}) AS either ORDER BY id DESC LIMIT {limit * len(patterns):d}"
        return list(dict.fromkeys(row["id"] for row in await fetch(sql, *values)))[:limit]
    unindexed = {without_index(condition): values for condition, values in conditions.items()}
    return await _ids(table, {f"id IN ({matching})": values, **unindexed}, limit)


async def _are_many(table: str, patterns: Conditions) -> bool:
    matching, values = _matching(table, patterns, {})
    return bool(await fetch(f"SELECT id FROM ({matching}) AS either LIMIT 1 OFFSET {MANY_MATCHES - 1}", *values))


def _matching(table: str, patterns: Conditions, besides: Conditions) -> tuple[str, list[Any]]:
    """The ids that match, each pattern by its own index."""
    branches = [{pattern: values, **besides} for pattern, values in patterns.items()]
    sql = " UNION ALL ".join(f"SELECT id FROM {table} WHERE {' AND '.join(branch)}" for branch in branches)
    return sql, [value for branch in branches for value in _values(branch)]


async def _ids(table: str, conditions: Conditions, limit: int, offset: int = 0) -> list[int]:
    where = " AND ".join(conditions) or "id > 0"
    sql = f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC LIMIT {limit:d} OFFSET {offset:d}"
    return [row["id"] for row in await fetch(sql, *_values(conditions))]


def _values(conditions: Conditions) -> list[Any]:
    return [value for values in conditions.values() for value in values]


def without_index(condition: str) -> str:
    """The same, not by its column's index: SQLite, which has no statistics here, would choose it whatever it costs."""
    return f"+{condition}" if isinstance(engine(), KeptSQLiteEngine) else condition
