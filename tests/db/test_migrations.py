"""What the migrations made, and that the tables and they still agree."""

import re

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager

from app.people.tables import Person
from app.piccolo_app import APP_CONFIG

UNIQUE = {
    "person_username": "person",
    "trading_code_code": "trading_code",
    "trading_code_request": "trading_code",
    "customer_account_licence": "customer_account",
    "extension_request_one_pending": "extension_request",
}


async def tables(kind):
    if kind == "sqlite":
        rows = await Person.raw("SELECT name FROM sqlite_master WHERE type = 'table'")
    else:
        rows = await Person.raw("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    return {row["name"] for row in rows}


async def indexes(kind):
    if kind == "sqlite":
        rows = await Person.raw("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    else:
        rows = await Person.raw("SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE schemaname = 'public'")
    return {row["name"]: row["sql"].upper().replace('"', "") for row in rows}


async def test_every_table_is_there(request, desk):
    declared = {table._meta.tablename for table in APP_CONFIG.table_classes}
    assert declared >= {"person", "session", "trading_code", "customer_account", "extension_request", "event", "day"}
    there = await tables(request.config.getoption("--database"))
    # On SQLite an index of parts is tables of FTS5's.
    assert {name for name in there if not re.search(r"_parts(_|$)", name)} == {*declared, "migration"}


async def test_the_next_migration_would_find_nothing_to_change(desk):
    """What `piccolo migrations new desk --auto` would write: the tables in the code are those of the migrations."""
    changes = await AutoMigrationManager().get_alter_statements(app_config=APP_CONFIG)
    assert [statement for change in changes for statement in change.statements] == []


async def test_what_must_be_unique_is_held_by_the_database(request, desk):
    definitions = await indexes(request.config.getoption("--database"))
    for name in UNIQUE:
        assert definitions[name].startswith("CREATE UNIQUE INDEX")
    assert "WHERE" in definitions["extension_request_one_pending"]
    assert "PENDING" in definitions["extension_request_one_pending"]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT id FROM trading_code WHERE owner = 3 ORDER BY id DESC LIMIT 51", "trading_code_owner"),
        ("SELECT id FROM trading_code WHERE status = 'pending' ORDER BY id DESC LIMIT 51", "trading_code_status"),
        ("SELECT id FROM trading_code WHERE account_number LIKE '1234%'", "trading_code_account_number_start"),
        ("SELECT id FROM customer_account WHERE owner = 3 ORDER BY id DESC LIMIT 51", "customer_account_owner"),
        ("SELECT id FROM customer_account WHERE licence LIKE '1234%'", "customer_account_licence"),
        ("SELECT id FROM extension_request WHERE status = 'pending' ORDER BY id LIMIT 8", "extension_request_status"),
        ("SELECT id FROM event WHERE account = 3 ORDER BY id DESC LIMIT 51", "event_account"),
        ("SELECT id FROM session WHERE token_hash = 'x'", "session_token_hash"),
    ],
)
async def test_every_list_has_its_index(request, desk, query, index):
    kind = request.config.getoption("--database")
    assert any(name.startswith(index) for name in await indexes(kind))
    if kind == "sqlite":  # PostgreSQL plans by the number of rows, and here are hardly any
        plan = " ".join(row["detail"] for row in await Person.raw(f"EXPLAIN QUERY PLAN {query}"))
        assert "USING" in plan
        assert "INDEX" in plan
        assert "TEMP B-TREE" not in plan
