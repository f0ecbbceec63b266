"""A migration that makes tables, and after them what Piccolo cannot express on both databases: unique and partial
indexes, and those for the beginnings of texts. What its `add_raw` takes would run before there are tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

from app.db.engine import engine


class _NewTables(MigrationManager):
    afterwards: Sequence[str] = ()

    async def run(self, backwards: bool = False) -> None:
        self.rename_tables = []  # of classes only: what Piccolo compares, and the database does not know
        async with engine().transaction():
            await super().run(backwards)
            if not backwards and not self.preview:
                for statement in self.afterwards:
                    await Table.raw(statement)


def new_tables(
    tables: Sequence[type[Table]],
    afterwards: Sequence[str],
    *,
    migration_id: str,
    description: str,
    grown: Sequence[type[Table]] = (),
    renamed: Mapping[str, type[Table]] = MappingProxyType({}),
) -> MigrationManager:
    """`afterwards`: SQL that follows in the same transaction. `grown`: tables that are there, with the columns that are
    new to them. `renamed`: by what the class of a table was called until now."""
    manager = _NewTables(migration_id=migration_id, app_name="desk", description=description)
    manager.afterwards = afterwards
    for name, table in renamed.items():
        manager.rename_table(name, table._meta.tablename, table.__name__, table._meta.tablename)
    for table in tables:
        manager.add_table(table.__name__, table._meta.tablename)
    for table in (*tables, *grown):
        names: dict[str, Any] = {"table_class_name": table.__name__, "tablename": table._meta.tablename}
        for column in table._meta.columns:
            if table in grown and column is table._meta.primary_key:
                continue
            manager.add_column(
                **names, column_name=column._meta.name, column_class=type(column), params=column._meta.params
            )
    return manager


def indexes_of_a_list(table: str, *searched: str) -> list[str]:
    """For its pages, all and by owner and status, newest first; and for the searches by these columns."""
    return [
        f"CREATE INDEX {table}_owner ON {table} (owner, id)",
        f"CREATE INDEX {table}_status ON {table} (status, id)",
        *[index_for_beginnings(table, column) for column in searched],
    ]


def index_for_beginnings(table: str, column: str) -> str:
    """LIKE 'beginning%' is served by any index on SQLite, and on PostgreSQL by one of this operator class."""
    operators = " varchar_pattern_ops" if engine().engine_type == "postgres" else ""
    return f"CREATE INDEX {table}_{column}_start ON {table} ({column}{operators}, id)"
