"""What every table of the desk shares: rows by key, compare-and-set, and insert-unless-there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Self

from piccolo.columns import Column
from piccolo.custom_types import Combinable
from piccolo.querystring import QueryString
from piccolo.table import Table

from app.db.engine import engine
from app.db.fetch import fetch, placeholders, run
from app.db.transaction import Transaction, open_transaction

LARGEST_ID = 2**31 - 1
"""Of PostgreSQL's serial; SQLite's ids are kept within it."""
MOST_KEY = 64
"""Characters of a request_key, under which a form is carried out once, however often it is sent."""


class Row(Table):
    """A table whose verbs are compare-and-sets: of two at once the second gets None back."""

    id: Any
    written_in: Transaction | None = None
    """The transaction in which a verb wrote this row: what it recorded goes into the response."""

    @classmethod
    async def by_id(cls, key: int) -> Self | None:
        # What is larger stands in an address that somebody has typed, and is no value of the column at all.
        return (await cls.by_ids([key])).get(key) if key <= LARGEST_ID else None

    @classmethod
    async def by_ids(cls, keys: Collection[int]) -> dict[int, Self]:
        """The rows that are there, by id."""
        if not keys:
            return {}
        sql = f"SELECT * FROM {cls._meta.tablename} WHERE id IN ({placeholders(len(keys))})"
        return {row["id"]: cls.from_row(row) for row in await fetch(sql, *keys)}

    @classmethod
    async def matching(cls, *where: Combinable) -> list[Self]:
        return [cls.from_row(row) for row in await cls.select(*cls.all_columns()).where(*where)]

    @classmethod
    async def compare_and_set(cls, where: Combinable, values: Mapping[Column, Any]) -> Self | None:
        """Updates the one row for which `where` still holds and gives it as it is now; None when it no longer does."""
        # What is set is put together here, which takes half of what Piccolo's update takes.
        sets = ", ".join(f"{column._meta.name} = {{}}" for column in values)
        update = QueryString(
            f"UPDATE {cls._meta.tablename} SET {sets} WHERE {{}} RETURNING *", *values.values(), where.querystring
        )
        rows = await run(*update.compile_string(engine_type=engine().engine_type))
        assert len(rows) <= 1, f"{cls.__name__}: a compare-and-set touched {len(rows)} rows"
        return cls._written(rows[0]) if rows else None

    @classmethod
    async def add(cls, values: Mapping[Column, Any]) -> Self | None:
        """Inserts a row and gives it with its id; None when a unique index says that it is there already."""
        names = ", ".join(column._meta.name for column in values)
        sql = f"INSERT INTO {cls._meta.tablename} ({names}) VALUES ({placeholders(len(values))})"
        rows = await fetch(f"{sql} ON CONFLICT DO NOTHING RETURNING *", *values.values())
        return cls._written(rows[0]) if rows else None

    @classmethod
    def _written(cls, row: Mapping[str, Any]) -> Self:
        written = cls.from_row(row)
        written.written_in = open_transaction()
        return written

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """As the database gave it. Not through Table.__init__, which looks at every column's default first."""
        loaded = cls.__new__(cls)
        loaded.__dict__.update(row)
        loaded._exists_in_db, loaded._was_created = True, None
        return loaded


del Row.id  # Piccolo gives it one, which a table with a key of another name would inherit
