"""Pages of rows by key, newest first, under a filter and a search: the same cost in a table of a million rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.db.engine import engine
from app.db.fetch import fetch, fetch_column, fetch_planned
from app.db.sqlite import KeptSQLiteEngine

MANY_MATCHES = 2_000
"""Matching rows from which scanning the list from its end is cheaper than gathering and sorting all that match."""
SCAN_LIMIT = 4_000
"""Rows of the list after which the scan stops, as nearly all that match are old."""
FIRST_LOOK = 100
"""Rows that are looked through before anything is asked of all: what is common is found among them."""

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
    ids: str = ""
    """SQL of the ids for which `condition` holds, with the same values, where an index knows them by itself."""
    is_common: bool = False
    """Known to be true of many rows, so that they need not be counted."""
    is_rare: bool = False
    """Most probably of few, so that the newest rows are not looked through for one."""


NEVER = Match("id < 0", (), "id < 0", (), is_rare=True)


async def newest_ids(
    table: str,
    conditions: Conditions,
    *,
    limit: int,
    before: int | None = None,
    matches: Sequence[Match] = (),
    along: str = "",
) -> list[int]:
    """Ids of the rows for which all of `conditions` holds, and any of `matches` if there are any.

    Newest first, with ids less than `before`. `along`: see `of_column`; with it there are no matches.
    """
    if along:
        older: Conditions = {} if before is None else {"id < {}": [before]}
        return await _along(table, along, {**conditions, **older}, limit, "DESC")
    return await _walk(table, conditions, "id < {}", before, matches, limit, NEWEST_FIRST)


async def next_newer_ids(
    table: str, conditions: Conditions, *, limit: int, since: int, matches: Sequence[Match] = (), along: str = ""
) -> list[int]:
    """The same, oldest first, with `since` and greater ids: the way back through the pages."""
    if along:
        return await _along(table, along, {**conditions, "id >= {}": [since]}, limit, "ASC")
    return await _walk(table, conditions, "id >= {}", since, matches, limit, OLDEST_FIRST)


async def _along(table: str, column: str, conditions: Conditions, limit: int, order: str) -> list[int]:
    """In the order of the index of this column and the id, which is that of the ids where the column has one value."""
    where = " AND ".join(conditions)
    sql = f"SELECT id FROM {table} WHERE {where} ORDER BY {column} {order}, id {order} LIMIT {limit:d}"
    return await fetch_column(sql, *_values(conditions))


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
        sql, values = _select(table, {**conditions, **older, either: _all_values(matches)}, limit, order)
        return [row["id"] for row in await fetch_planned(sql, *values)]
    if not all(match.is_rare for match in matches):
        ids, is_all = await _near(table, {**conditions, **older}, matches, limit, direction, FIRST_LOOK)
        if is_all:
            return ids
    few = await _few(table, matches)
    if few is not None:
        return await _of(few, table, conditions, start, limit, direction)
    ids, is_all = await _near(table, {**conditions, **older}, matches, limit, direction, SCAN_LIMIT)
    if is_all:
        return ids
    matching, values = _matching(
        table, matches, {without_index(condition): values for condition, values in older.items()}
    )
    if not conditions:  # the indexes know it all, and a row that matches several times comes as often
        sql = f"SELECT id FROM ({matching}) AS either ORDER BY id {order} LIMIT {limit * len(matches):d}"
        return list(dict.fromkeys(await fetch_column(sql, *values)))[:limit]
    unindexed = {without_index(condition): values for condition, values in conditions.items()}
    return await _ids(table, {f"id IN ({matching})": values, **unindexed}, limit, order=order)


async def _near(
    table: str, conditions: Conditions, matches: Sequence[Match], limit: int, direction: _Direction, most: int
) -> tuple[list[int], bool]:
    """Of the first rows of the list those that match, and whether that is all that is asked for."""
    far = await _ids(table, conditions, limit=1, offset=most, order=direction.order)
    near: Conditions = {direction.beyond: far} if far else {}
    either = f"({' OR '.join(match.otherwise for match in matches)})"
    values = [value for match in matches for value in match.otherwise_values]
    ids = await _ids(table, {**conditions, **near, either: values}, limit, order=direction.order)
    return ids, len(ids) == limit or not far


async def _few(table: str, matches: Sequence[Match]) -> set[int] | None:
    """All rows that match; None for MANY_MATCHES. What is not found is then not looked for twice."""
    if any(match.is_common for match in matches):
        return None
    found = " UNION ALL ".join(match.ids or f"SELECT id FROM {table} WHERE {match.condition}" for match in matches)
    ids = await fetch_column(f"{found} LIMIT {MANY_MATCHES:d}", *_all_values(matches))
    return set(ids) if len(ids) < MANY_MATCHES else None


async def _of(
    few: set[int], table: str, conditions: Conditions, start: int | None, limit: int, direction: _Direction
) -> list[int]:
    is_newest_first = direction is NEWEST_FIRST
    if start is not None:
        few = {id for id in few if (id < start if is_newest_first else id >= start)}
    if not few or not conditions:
        return sorted(few, reverse=is_newest_first)[:limit]
    unindexed = {without_index(condition): values for condition, values in conditions.items()}
    these = {"id IN (SELECT value FROM json_each({}))": [json.dumps([*few])]}
    return await _ids(table, {**these, **unindexed}, limit, order=direction.order)


def _matching(table: str, matches: Sequence[Match], besides: Conditions) -> tuple[str, list[Any]]:
    """The ids that match, each way by its own index."""
    sql = " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE {' AND '.join((match.condition, *besides))}" for match in matches
    )
    return sql, [value for match in matches for value in (*match.values, *_values(besides))]


def _all_values(matches: Sequence[Match]) -> list[Any]:
    return [value for match in matches for value in match.values]


async def _ids(table: str, conditions: Conditions, limit: int, offset: int = 0, order: str = "DESC") -> list[int]:
    sql, values = _select(table, conditions, limit, order)
    return await fetch_column(f"{sql} OFFSET {offset:d}", *values)


def _select(table: str, conditions: Conditions, limit: int, order: str) -> tuple[str, list[Any]]:
    where = " AND ".join(conditions) or "id > 0"
    return f"SELECT id FROM {table} WHERE {where} ORDER BY id {order} LIMIT {limit:d}", _values(conditions)


async def count(table: str, conditions: Conditions, most: int) -> int:
    """How many rows there are for which all of `conditions` holds, and no more than `most`."""
    where = " AND ".join(conditions) or "id > 0"
    sql = f"SELECT COUNT(*) AS many FROM (SELECT 1 FROM {table} WHERE {where} LIMIT {most:d}) AS counted"
    [row] = await fetch(sql, *_values(conditions))
    return int(row["many"])


def _values(conditions: Conditions) -> list[Any]:
    return [value for values in conditions.values() for value in values]


def of_column(column: str, value: Any) -> Conditions:
    """That it has this value, for a walk `along` its index. PostgreSQL would else go back through all rows by their ids
    where there are many with this value: it takes them for evenly spread, though they may all be old."""
    if isinstance(engine(), KeptSQLiteEngine):
        return {f"{column} = {{}}": [value]}
    return {f"{column} BETWEEN {{}} AND {{}}": [value, value]}


def without_index(condition: str) -> str:
    """The same, not by its column's index: SQLite, which has no statistics here, would choose it whatever it costs."""
    return f"+{condition}" if isinstance(engine(), KeptSQLiteEngine) else condition
