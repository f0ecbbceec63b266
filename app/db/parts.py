"""Indexes of the parts of a column's texts, three characters each: FTS5's trigrams on SQLite, pg_trgm on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.db.engine import engine
from app.db.keyset import Match, without_index
from app.db.sqlite import KeptSQLiteEngine


def begins(column: str, text: str) -> Match:
    """`text` holds no sign that LIKE reads as its own."""
    condition, values = f"{column} LIKE {{}}", [f"{text}%"]
    return Match(condition, values, without_index(condition), values)


def contains(table: str, column: str, text: str) -> Match:
    """Of three characters at least; the same of its signs, and no double quote. The column has `index_of_parts`."""
    looked_through, values = without_index(f"{column} LIKE {{}}"), [f"%{text}%"]
    if not isinstance(engine(), KeptSQLiteEngine):
        return Match(looked_through, values, looked_through, values)
    parts = f"{table}_parts"
    phrase: Sequence[Any] = [f'"{text}"']
    return Match(f"id IN (SELECT rowid FROM {parts} WHERE {parts} MATCH {{}})", phrase, looked_through, values)


def those_containing(table: str, column: str, text: str) -> tuple[str, Sequence[Any]]:
    """A SELECT of the column's values, with its own values; it gives them as it finds them."""
    if not isinstance(engine(), KeptSQLiteEngine):
        return f"SELECT {column} FROM {table} WHERE {column} LIKE {{}}", [f"%{text}%"]
    return f"SELECT {column} FROM {table}_parts WHERE {table}_parts MATCH {{}}", [f'"{text}"']


def index_of_parts(table: str, column: str) -> list[str]:
    """SQL that makes it, of the rows that are there too; from then on every statement that writes them keeps it."""
    if engine().engine_type == "postgres":
        return [
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX {table}_parts ON {table} USING gin ({column} gin_trgm_ops)",
        ]
    parts = f"{table}_parts"
    forget = f"INSERT INTO {parts} ({parts}, rowid, {column}) VALUES ('delete', old.id, old.{column})"
    keep = f"INSERT INTO {parts} (rowid, {column}) VALUES (new.id, new.{column})"
    return [
        f"CREATE VIRTUAL TABLE {parts} USING fts5({column}, content='{table}', content_rowid='id', tokenize='trigram')",
        f"INSERT INTO {parts} ({parts}) VALUES ('rebuild')",
        f"CREATE TRIGGER {parts}_added AFTER INSERT ON {table} BEGIN {keep}; END",
        f"CREATE TRIGGER {parts}_removed AFTER DELETE ON {table} BEGIN {forget}; END",
        f"CREATE TRIGGER {parts}_changed AFTER UPDATE OF {column} ON {table} BEGIN {forget}; {keep}; END",
    ]
