"""Pages of rows by key, newest first, under a filter and a search: the same cost in a table of a million rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.db.engine import engine
from app.db.fetch import fetch, fetch_column
from app.db.sqlite import KeptSQLiteEngine

MANY_MATCHES = 2_000
"""Matching rows from which scanning the list from its end is cheaper than gathering and sorting all that match."""
SCAN_LIMIT = 4_000
"""Rows of the list after which the scan stops, as nearly all that match are old."""

Conditions = Mapping[str, Sequence[Any]]
"""SQL that begins with a column's name and has `{}` for each of its values."""


OF_ONE = "owner = {}"
"""The condition of a list of one person's rows, which has an index of its own."""


class Match(NamedTuple):
    """One of the ways in which a row can be what is searched for."""

    condition: str
    """SQL by an index of its own."""
    values: Sequence[Any]
    otherwise: str
    """The same, looked at row by row."""
    otherwise_values: Sequence[Any]


async def newest_ids(
    table: str,
    conditions: Conditions,
    *,
    limit: int,
    before: int | None = None,
    matches: Sequence[Match] = (),
) -> list[int]:
    """Ids of the rows for which all of `conditions` holds, and any of `matches` if there are any.

    Newest first, with ids less than `before`.
    """
    return await _walk(table, conditions, "id < {}", before, matches, limit, NEWEST_FIRST)


async def next_newer_ids(
    table: str, conditions: Conditions, *, limit: int, since: int, matches: Sequence[Match] = ()
) -> list[int]:
    """The same, oldest first, with `since` and greater ids: the way back through the pages."""
    return await _walk(table, conditions, "id >= {}", since, matches, limit, OLDEST_FIRST)


class _Direction(NamedTuple):
    order: str
    beyond: str


NEWEST_FIRST, OLDEST_FIRST = _Direction("DESC", "id > {}"), _Direction("ASC", "id < {}")


async def _walk(
    table: str, conditions: Conditions, edge: str, start: int | None, matches: Sequence[Match], limit: int,
    direction: _Direction,
) -> list[int]:  # fmt: skip
    order = direction.order
    older: Conditions = {} if start is None else {edge: [start]}
    if not matches:
        return await _ids(table, {**conditions, **older}, limit, order=order)
    if not isinstance(engine(), KeptSQLiteEngine):  # PostgreSQL weighs the ways by its statistics, and well
        either = f"({' OR '.join(match.condition for match in matches)})"
        return await _ids(table, {**conditions, **older, either: _all_values(matches)}, limit, order=order)
    # Of one person's rows the newest are looked through at once: what others have that matches costs nothing then.
    if OF_ONE in conditions or await _are_many(table, matches):
        far = await _ids(table, {**conditions, **older}, limit=1, offset=SCAN_LIMIT, order=order)
        near: Conditions = {direction.beyond: far} if far else {}
        either = f"({' OR '.join(match.otherwise for match in matches)})"
        values = [value for match in matches for value in match.otherwise_values]
        ids = await _ids(table, {**conditions, **older, **near, either: values}, limit, order=order)
        if len(ids) == limit or not far:
            return ids
    matching, values = _matching(
        table, matches, {without_index(condition): values for condition, values in older.items()}
    )
    if not conditions:  # the indexes know it all, and a row that matches several times comes as often
        sql = f"SELECT id FROM ({matching}) AS either ORDER BY id {order} LIMIT {limit * len(matches):d}"
        return list(dict.fromkeys(await fetch_column(sql, *values)))[:limit]
    unindexed = {without_index(condition): values for condition, values in conditions.items()}
    return await _ids(table, {f"id IN ({matching})": values, **unindexed}, limit, order=order)


async def _are_many(table: str, matches: Sequence[Match]) -> bool:
    matching, values = _matching(table, matches, {})
    return bool(await fetch(f"SELECT id FROM ({matching}) AS either LIMIT 1 OFFSET {MANY_MATCHES - 1}", *values))


def _matching(table: str, matches: Sequence[Match], besides: Conditions) -> tuple[str, list[Any]]:
    """The ids that match, each way by its own index."""
    sql = " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE {' AND '.join((match.condition, *besides))}" for match in matches
    )
    return sql, [value for match in matches for value in (*match.values, *_values(besides))]


def _all_values(matches: Sequence[Match]) -> list[Any]:
    return [value for match in matches for value in match.values]


async def _ids(table: str, conditions: Conditions, limit: int, offset: int = 0, order: str = "DESC") -> list[int]:
    where = " AND ".join(conditions) or "id > 0"
    sql = f"SELECT id FROM {table} WHERE {where} ORDER BY id {order} LIMIT {limit:d} OFFSET {offset:d}"
    return await fetch_column(sql, *_values(conditions))


async def count(table: str, conditions: Conditions, most: int) -> int:
    """How many rows there are for which all of `conditions` holds, and no more than `most`."""
    where = " AND ".join(conditions) or "id > 0"
    sql = f"SELECT COUNT(*) AS many FROM (SELECT 1 FROM {table} WHERE {where} LIMIT {most:d}) AS counted"
    [row] = await fetch(sql, *_values(conditions))
    return int(row["many"])


def _values(conditions: Conditions) -> list[Any]:
    return [value for values in conditions.values() for value in values]


def without_index(condition: str) -> str:
    """The same, not by its column's index: SQLite, which has no statistics here, would choose it whatever it costs."""
    return f"+{condition}" if isinstance(engine(), KeptSQLiteEngine) else condition
