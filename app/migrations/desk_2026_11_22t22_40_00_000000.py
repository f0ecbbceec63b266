"""Indexes, which Piccolo cannot express on both databases: unique ones, partial ones, and those for prefixes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder
from piccolo.table import Table

ID = "2026-11-22T22:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes"

OWNED = {"trading_code": "code", "customer_account": "licence", "extension_request": "licence"}

INDEXES = [
    "CREATE UNIQUE INDEX person_username ON person (username)",
    "CREATE INDEX session_person ON session (person)",
    "CREATE UNIQUE INDEX trading_code_code ON trading_code (code)",
    # The same request_key twice makes one code.
    "CREATE UNIQUE INDEX trading_code_request ON trading_code (owner, request_key) WHERE request_key IS NOT NULL",
    # For the clock: what expires next.
    "CREATE INDEX trading_code_unused ON trading_code (created_at) WHERE status = 'pending'",
    "CREATE UNIQUE INDEX customer_account_licence ON customer_account (licence)",
    "CREATE INDEX customer_account_due ON customer_account (expires_at) WHERE status = 'valid'",
    # At most one request of an account waits for its decision.
    "CREATE UNIQUE INDEX extension_request_one_pending ON extension_request (account) WHERE status = 'pending'",
    "CREATE INDEX event_client ON event (client, id)",
    "CREATE INDEX event_kind ON event (kind, id)",
    *[f"CREATE INDEX {table}_owner ON {table} (owner, id)" for table in OWNED],
    *[f"CREATE INDEX {table}_status ON {table} (status, id)" for table in OWNED],
]
PREFIXES = [
    ("event", "actor_name"),
    *[(table, column) for table, key in OWNED.items() for column in ("owner_name", "account_number", key)],
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="desk", description=DESCRIPTION)
    postgres = engine_finder().engine_type == "postgres"  # type: ignore[union-attr]
    # LIKE 'beginning%' is served by a plain index on SQLite, by this operator class on PostgreSQL.
    operators = " varchar_pattern_ops" if postgres else ""

    class Any(Table):
        pass

    async def run() -> None:
        for index in INDEXES:
            await Any.raw(index)
        for table, column in PREFIXES:
            await Any.raw(f"CREATE INDEX {table}_{column}_start ON {table} ({column}{operators}, id)")
        # The day before the desk's first: the clock begins the present one.
        await Any.raw("INSERT INTO day (id, last) VALUES (1, '1970-01-01')")

    manager.add_raw(run)
    return manager
