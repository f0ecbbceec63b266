"""The tables as the desk begins with them, and their indexes.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.engine.finder import engine_finder
from piccolo.table import Table

ID = "2026-11-22T22:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the first"


class Person(Table, tablename="person"):
    id = Serial(primary_key=True)
    username = Varchar(length=32)
    email = Varchar(length=254)
    password_hash = Varchar(length=200)
    role = Varchar(length=10)
    active = Boolean(default=True)
    seen_event = Integer(default=0)
    created_at = Timestamptz()


class Session(Table, tablename="session"):
    id = Serial(primary_key=True)
    person = ForeignKey(references=Person)
    token_hash = Varchar(length=64, unique=True, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    address = Varchar(length=64)
    browser = Text()


class SignInFailure(Table, tablename="sign_in_failure"):
    id = Serial(primary_key=True)
    at = Timestamptz(index=True)
    username = Varchar(length=64)
    address = Varchar(length=64)


class TradingCode(Table, tablename="trading_code"):
    id = Serial(primary_key=True)
    code = Varchar(length=25)
    owner = ForeignKey(references=Person)
    owner_name = Varchar(length=32)
    platform = Varchar(length=3)
    account_number = Varchar(length=12)
    plan = Varchar(length=8)
    status = Varchar(length=10)
    request_key = Varchar(length=64, null=True, default=None)
    created_at = Timestamptz()
    changed_at = Timestamptz()
    changed_by = Varchar(length=32)
    version = Integer(default=1)


class CustomerAccount(Table, tablename="customer_account"):
    id = Serial(primary_key=True)
    owner = ForeignKey(references=Person)
    owner_name = Varchar(length=32)
    licence = Varchar(length=25)
    platform = Varchar(length=3)
    account_number = Varchar(length=12)
    plan = Varchar(length=8)
    status = Varchar(length=10)
    expires_at = Timestamptz(null=True, default=None)
    origin = Varchar(length=6)
    pending_extension = Integer(null=True, default=None)
    noticed = Integer(null=True, default=None)
    created_at = Timestamptz()
    changed_at = Timestamptz()
    changed_by = Varchar(length=32)
    version = Integer(default=1)


class ExtensionRequest(Table, tablename="extension_request"):
    id = Serial(primary_key=True)
    account = ForeignKey(references=CustomerAccount)
    owner = ForeignKey(references=Person)
    owner_name = Varchar(length=32)
    licence = Varchar(length=25)
    platform = Varchar(length=3)
    account_number = Varchar(length=12)
    days = Integer()
    note = Text()
    status = Varchar(length=10)
    reason = Text()
    decided_by_name = Varchar(length=32, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    version = Integer(default=1)


class LogEntry(Table, tablename="event"):
    id = Serial(primary_key=True)
    at = Timestamptz()
    kind = Varchar(length=40)
    client = Integer(null=True, default=None)
    actor = Integer(null=True, default=None)
    actor_name = Varchar(length=32)
    data = Text()


class Day(Table, tablename="day"):
    id = Serial(primary_key=True)
    last = Date()


TABLES = (Person, Session, SignInFailure, TradingCode, CustomerAccount, ExtensionRequest, LogEntry, Day)
OWNED = ("trading_code", "customer_account", "extension_request")

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
SEARCHED = [
    ("event", "actor_name"),
    ("extension_request", "licence"),
    *[(table, column) for table in OWNED for column in ("owner_name", "account_number")],
]
SEARCHED_AND_UNIQUE = [("trading_code", "code"), ("customer_account", "licence")]


def indexes_for_beginnings(postgres: bool) -> list[str]:
    """LIKE 'beginning%' is served by any index on SQLite, also the unique one, and by this operator class on
    PostgreSQL."""
    operators, columns = (" varchar_pattern_ops", SEARCHED + SEARCHED_AND_UNIQUE) if postgres else ("", SEARCHED)
    return [f"CREATE INDEX {table}_{column}_start ON {table} ({column}{operators}, id)" for table, column in columns]


class WithIndexes(MigrationManager):
    """Makes the indexes after the tables, in one transaction; what `add_raw` takes would run before there are tables.

    Piccolo cannot express them on both databases: unique ones, partial ones, and those for beginnings.
    """

    async def run(self, backwards: bool = False) -> None:
        engine = engine_finder()
        assert engine is not None
        async with engine.transaction():
            await super().run(backwards)
            if backwards or self.preview:
                return
            for index in INDEXES + indexes_for_beginnings(engine.engine_type == "postgres"):
                await Day.raw(index)
            # The day before the desk's first: the clock begins the present one.
            await Day.raw("INSERT INTO day (id, last) VALUES (1, '1970-01-01')")


async def forwards() -> MigrationManager:
    manager = WithIndexes(migration_id=ID, app_name="desk", description=DESCRIPTION)
    for table in TABLES:
        names = {"table_class_name": table.__name__, "tablename": table._meta.tablename}
        manager.add_table(table.__name__, table._meta.tablename)
        for column in table._meta.columns:
            manager.add_column(
                **names, column_name=column._meta.name, column_class=type(column), params=column._meta.params
            )
    return manager
