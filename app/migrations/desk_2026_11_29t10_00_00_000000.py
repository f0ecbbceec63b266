"""Robots: products, installations and their seats, what was refused, and licences that move.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table

from app.db.engine import engine
from app.db.new_tables import new_tables

ID = "2026-11-29T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "robots"


class Product(Table, tablename="product"):
    id = Serial(primary_key=True)
    slug = Varchar(length=32)
    name = Varchar(length=40)
    status = Varchar(length=10)
    seats = Integer(null=True, default=None)
    modes = Varchar(length=40)
    least_version = Varchar(length=20)
    offline_hours = Integer()
    check_hours = Integer()
    trial_days = Integer(null=True, default=None)
    created_at = Timestamptz()
    changed_at = Timestamptz()
    changed_by = Varchar(length=32)
    version = Integer(default=1)


class Installation(Table, tablename="installation"):
    id = Serial(primary_key=True)
    account = Integer()
    product = Varchar(length=32)
    terminal = Varchar(length=192)
    server = Varchar(length=192)
    mode = Varchar(length=60)
    robot_version = Varchar(length=60)
    status = Varchar(length=8)
    first_seen_at = Timestamptz()
    seated_at = Timestamptz()
    last_seen_at = Timestamptz()


class Pulse(Table, tablename="pulse"):
    id = Serial(primary_key=True)
    at = Timestamptz()


class Refusal(Table, tablename="refusal"):
    id = Serial(primary_key=True)
    account = Integer()
    code = Varchar(length=20)
    number = Varchar(length=60)
    terminal = Varchar(length=192)
    server = Varchar(length=192)
    expected = Varchar(length=192)
    at = Timestamptz()


class TradingCode(Table, tablename="trading_code"):
    id = Serial(primary_key=True)
    product = Varchar(length=32, default="robot")


class CustomerAccount(Table, tablename="customer_account"):
    id = Serial(primary_key=True)
    product = Varchar(length=32, default="robot")
    server = Varchar(length=192, default="")
    robots_running = Integer(default=0)
    robot_seen_at = Timestamptz(null=True, default=None)


class AccountRequest(Table, tablename="extension_request"):
    id = Serial(primary_key=True)
    kind = Varchar(length=10, default="extension")
    product = Varchar(length=32, default="robot")
    to_platform = Varchar(length=3, default="")
    to_number = Varchar(length=12, default="")


AFTERWARDS = [
    "CREATE UNIQUE INDEX product_slug ON product (slug)",
    *(
        f"CREATE INDEX {table}_product ON {table} (product, id)"
        for table in ("trading_code", "customer_account", "extension_request")
    ),
    # Each client has one trial of a product, however it was given.
    "CREATE UNIQUE INDEX customer_account_trial ON customer_account (owner, product) WHERE origin = 'trial'",
    "CREATE INDEX customer_account_robots ON customer_account (id) WHERE robots_running > 0",
    "CREATE UNIQUE INDEX installation_terminal ON installation (account, terminal)",
    # For the scheduler: who has gone quiet, and whose seat is free again.
    "CREATE INDEX installation_silent ON installation (product, status, last_seen_at)",
    # For the pages that show when a robot was seen last.
    "CREATE INDEX installation_seen ON installation (last_seen_at)",
    "CREATE UNIQUE INDEX refusal_code ON refusal (account, code)",
    "CREATE INDEX refusal_at ON refusal (at)",
]


async def forwards() -> MigrationManager:
    at = (
        "CURRENT_TIMESTAMP"
        if engine().engine_type == "postgres"
        else "strftime('%Y-%m-%d %H:%M:%S', 'now') || '+00:00'"
    )
    # The product that every desk begins with, and of which all licences are that there are.
    product = (
        "INSERT INTO product (slug, name, status, modes, least_version, offline_hours, check_hours, created_at, "
        "changed_at, changed_by, version) VALUES ('robot', 'Trading robot', 'active', 'real demo contest', '', 72, 6, "
        f"{at}, {at}, 'system', 1)"
    )
    return new_tables(
        (Product, Installation, Refusal, Pulse), [product, *AFTERWARDS], migration_id=ID, description=DESCRIPTION,
        grown=(TradingCode, CustomerAccount, AccountRequest),
        renamed={"ExtensionRequest": AccountRequest},
    )  # fmt: skip
