"""Indexes of the parts of a column's texts, three characters each: FTS5's trigrams on SQLite, pg_trgm on PostgreSQL.

To index one key costs SQLite as much as all else that is written with it, a hundred together a fraction of that. So new
rows are indexed by the hundred (`index_new_parts`), and those that are not yet are looked through, as PostgreSQL does
it with the pending list of a GIN index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.db.engine import engine
from app.db.fetch import fetch
from app.db.keyset import Match, without_index
from app.db.sqlite import KeptSQLiteEngine

SIGNS = 3
"""Characters of a trigram."""
PORTION = 100
"""New rows that are indexed together, and about as many as a search may have to look through."""


def begins(column: str, text: str) -> Match:
    """`text` holds no sign that LIKE reads as its own."""
    condition, values = f"{column} LIKE {{}}", [f"{text}%"]
    return Match(condition, values, without_index(condition), values)


def equals(column: str, text: str) -> Match:
    """Of a whole key, whose parts say no more than it does; each is looked up for itself."""
    condition = f"{column} = {{}}"
    return Match(condition, [text], without_index(condition), [text])


def contains(table: str, column: str, text: str, *, is_random: bool = False) -> Match:
    """Of three characters at least; the same of its signs, and no double quote. The column has `index_of_parts`.

    `is_random`: its texts are made by chance, as keys are, so that few have two of the same trigrams. SQLite reads a
    list of rows for each trigram that it is asked for, as long as the table is large: then it is asked for two, and
    looks through what it finds.
    """
    looked_through, values = without_index(f"{column} LIKE {{}}"), [f"%{text}%"]
    if not isinstance(engine(), KeptSQLiteEngine):
        return Match(looked_through, values, looked_through, values)
    indexed = f"SELECT rowid FROM {_parts(table)} WHERE {_parts(table)} MATCH {{}}"
    asked = [f'"{text}"']
    if is_random and len(text) > SIGNS:
        indexed, asked = f"{indexed} AND {looked_through}", [_two_of(text), *values]
    new = f"SELECT id FROM {table} WHERE id > {_last_indexed(table)} AND {looked_through}"
    ids = f"{indexed} UNION ALL {new}"
    return Match(f"id IN ({ids})", [*asked, *values], looked_through, values, ids)


def _two_of(text: str) -> str:
    """Its first trigram and another that cannot overlap with it: what has two that do is found thirty times as often.
    Where there is none, as of `zz9zz9`, the two with which it begins."""
    first, *others = [text[start : start + SIGNS] for start in range(len(text) - SIGNS + 1)]
    apart = [each for each in others if not (_meet(first, each) or _meet(each, first))]
    return f'"{first}" AND "{apart[-1]}"' if apart else f'"{text[: SIGNS + 1]}"'


def _meet(one: str, other: str) -> bool:
    """Whether the end of one can be the beginning of the other; also whether they are the same."""
    return any(other.startswith(one[start:]) for start in range(SIGNS))


def those_containing(table: str, column: str, text: str) -> tuple[str, Sequence[Any]]:
    """A SELECT of the column's values, with its own values; it gives them as it finds them."""
    pattern = f"%{text}%"
    if not isinstance(engine(), KeptSQLiteEngine):
        return f"SELECT {column} FROM {table} WHERE {column} LIKE {{}}", [pattern]
    indexed = f"SELECT {column} FROM {_parts(table)} WHERE {_parts(table)} MATCH {{}}"
    new = f"SELECT {column} FROM {table} WHERE id > {_last_indexed(table)} AND {without_index(column)} LIKE {{}}"
    return f"{indexed} UNION ALL {new}", [f'"{text}"', pattern]


def index_of_parts(table: str, column: str) -> list[str]:
    """SQL that makes it, of the rows that are there too. Rows that are changed or go are followed at once."""
    if engine().engine_type == "postgres":
        return [
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX {table}_parts ON {table} USING gin ({column} gin_trgm_ops)",
        ]
    parts = _parts(table)
    forget = f"INSERT INTO {parts} ({parts}, rowid, {column}) VALUES ('delete', old.id, old.{column})"
    keep = f"INSERT INTO {parts} (rowid, {column}) VALUES (new.id, new.{column})"
    indexed = f"WHEN old.id <= {_last_indexed(table)}"
    return [
        f"CREATE VIRTUAL TABLE {parts} USING fts5({column}, content='{table}', content_rowid='id', tokenize='trigram')",
        f"INSERT INTO {parts} ({parts}) VALUES ('rebuild')",
        f"CREATE TRIGGER {parts}_removed AFTER DELETE ON {table} {indexed} BEGIN {forget}; END",
        f"CREATE TRIGGER {parts}_changed AFTER UPDATE OF {column} ON {table} {indexed} BEGIN {forget}; {keep}; END",
    ]


async def index_new_parts() -> int:
    """On SQLite, of each table that has enough new rows, as many as are indexed together. Gives of how many tables
    there were."""
    if not isinstance(engine(), KeptSQLiteEngine):
        return 0
    tables = await fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE %'")
    return sum([await _index_portion(row["name"].removesuffix("_parts")) for row in tables])


async def _index_portion(table: str) -> bool:
    new = f"FROM {table} WHERE id > {_last_indexed(table)}"
    rows = await fetch(f"SELECT id {new} ORDER BY id LIMIT 1 OFFSET {PORTION - 1:d}")
    if not rows:
        return False
    [column] = [row["name"] for row in await fetch("SELECT name FROM pragma_table_info({})", _parts(table))]
    # Of two at once the second finds nothing new.
    await fetch(
        f"INSERT INTO {_parts(table)} (rowid, {column}) SELECT id, {column} {new} AND id <= {{}} ORDER BY id",
        rows[0]["id"],
    )
    return True


def _parts(table: str) -> str:
    return f"{table}_parts"


def _last_indexed(table: str) -> str:
    """Rows are indexed in the order of their ids; FTS5 itself keeps which."""
    return f"(SELECT COALESCE(MAX(id), 0) FROM {_parts(table)}_docsize)"
