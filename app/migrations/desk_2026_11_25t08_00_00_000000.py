"""For finding: parts of names and keys, and lists by plan, platform and date."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.db.new_tables import new_tables
from app.db.parts import index_of_parts

ID = "2026-11-25T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "for finding"

# All or nothing, in one transaction: until they are there, no search is right. Of a million rows each takes seconds.
AFTERWARDS = [
    *(f"CREATE INDEX {table}_plan ON {table} (plan, id)" for table in ("trading_code", "customer_account")),
    *(
        f"CREATE INDEX {table}_{column} ON {table} ({column}, id)"
        for table in ("trading_code", "customer_account", "extension_request")
        for column in ("platform", "created_at")
    ),
    "CREATE INDEX customer_account_end ON customer_account (expires_at, id)",
    "CREATE INDEX customer_account_status_end ON customer_account (status, expires_at, id)",
    "DROP INDEX customer_account_due",  # the one before serves the scheduler, too
]
PARTS = (
    ("person", "username"), ("trading_code", "code"), ("customer_account", "licence"), ("extension_request", "licence"),
)  # fmt: skip


async def forwards() -> MigrationManager:
    parts = [statement for table, column in PARTS for statement in index_of_parts(table, column)]
    return new_tables((), [*AFTERWARDS, *parts], migration_id=ID, description=DESCRIPTION)
