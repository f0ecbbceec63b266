"""The tables as the desk begins with them, and their indexes.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.db.engine import engine
from app.db.new_tables import index_for_beginnings, indexes_of_a_list, new_tables

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
]


async def forwards() -> MigrationManager:
    postgres = engine().engine_type == "postgres"
    return new_tables(
        TABLES,
        [
            *INDEXES,
            index_for_beginnings("event", "actor_name"),
            # On SQLite their unique index serves a search by the key too.
            *indexes_of_a_list("trading_code", "owner_name", "account_number", *(["code"] if postgres else [])),
            *indexes_of_a_list("customer_account", "owner_name", "account_number", *(["licence"] if postgres else [])),
            *indexes_of_a_list("extension_request", "owner_name", "account_number", "licence"),
            # The day before the desk's first: the clock begins the present one.
            "INSERT INTO day (id, last) VALUES (1, '1970-01-01')",
        ],
        migration_id=ID,
        description=DESCRIPTION,
    )
