"""The record: what each entry of the log tells of, also of those that are there already; pinned views,
files of accounts, and the second factor.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.db.engine import engine
from app.db.new_tables import new_tables
from app.migrations.desk_2026_11_22t22_40_00_000000 import Person

ID = "2026-11-29T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the record"


class LogEntry(Table, tablename="event"):
    code = Integer(null=True, default=None)
    account = Integer(null=True, default=None)
    request = Integer(null=True, default=None)
    person = Integer(null=True, default=None)


class AccountImport(Table, tablename="account_import"):
    id = Serial(primary_key=True)
    request_key = Varchar(length=64)
    many = Integer()
    made_by = Varchar(length=32)
    created_at = Timestamptz()


class PinnedView(Table, tablename="pinned_view"):
    id = Serial(primary_key=True)
    person = ForeignKey(references=Person)
    name = Varchar(length=40)
    url = Varchar(length=2_048)
    created_at = Timestamptz()


class SecondFactor(Table, tablename="second_factor"):
    id = Serial(primary_key=True)
    person = Integer()
    secret = Varchar(length=32)
    confirmed_at = Timestamptz(null=True, default=None)
    last_step = Integer(default=0)


class RecoveryCode(Table, tablename="recovery_code"):
    id = Serial(primary_key=True)
    person = Integer()
    code_hash = Varchar(length=64)


class HalfSignIn(Table, tablename="half_sign_in"):
    id = Serial(primary_key=True)
    person = Integer()
    token_hash = Varchar(length=64)
    state = Varchar(length=64)
    next_page = Text()
    tries = Integer(default=0)
    created_at = Timestamptz()


class DeskRule(Table, tablename="desk_rule"):
    id = Serial(primary_key=True)
    name = Varchar(length=40)
    made_by = Varchar(length=32)
    created_at = Timestamptz()


class SentMessage(Table, tablename="sent_message"):
    id = Serial(primary_key=True)
    writer = Integer()
    request_key = Varchar(length=64)
    content_hash = Varchar(length=64)
    created_at = Timestamptz()


SUBJECTS = ("code", "account", "request", "person")
UNSAID = "kind NOT IN ('NotificationsSeen', 'SessionEnded', 'DayBegan', 'LocaleChanged')"
"""Of what nobody reads about nothing is recorded."""


def named(field: str) -> str:
    """SQL of what an event's data hold under a field, if that is the id of a row."""
    if engine().engine_type == "postgres":
        return f"CASE WHEN data::json->>'{field}' ~ '^[0-9]+$' THEN (data::json->>'{field}')::int END"
    return f"CASE WHEN json_type(data, '$.{field}') = 'integer' THEN json_extract(data, '$.{field}') END"


TABLES = (AccountImport, PinnedView, SecondFactor, RecoveryCode, HalfSignIn, DeskRule, SentMessage)


async def forwards() -> MigrationManager:
    values = ", ".join(
        f"{field} = COALESCE({named(field)}, client)" if field == "person" else f"{field} = {named(field)}"
        for field in SUBJECTS
    )
    afterwards = [
        f"UPDATE event SET {values} WHERE {UNSAID}",
        *(f"CREATE INDEX event_{field} ON event ({field}, id) WHERE {field} IS NOT NULL" for field in SUBJECTS),
        # Of a client's events the kinds are asked for, too: event_client_kind serves that.
        "DROP INDEX event_client",
        "CREATE UNIQUE INDEX account_import_key ON account_import (request_key)",
        "CREATE UNIQUE INDEX pinned_view_name ON pinned_view (person, name)",
        "CREATE UNIQUE INDEX second_factor_person ON second_factor (person)",
        "CREATE INDEX recovery_code_person ON recovery_code (person)",
        "CREATE UNIQUE INDEX half_sign_in_token ON half_sign_in (token_hash)",
        "CREATE UNIQUE INDEX desk_rule_name ON desk_rule (name)",
        "CREATE UNIQUE INDEX sent_message_key ON sent_message (writer, request_key)",
        "CREATE INDEX sent_message_created ON sent_message (created_at)",
        # For a whole address that is searched for.
        "CREATE INDEX person_email ON person (email)",
    ]
    return new_tables(TABLES, afterwards, migration_id=ID, description=DESCRIPTION, grown=(LogEntry,))
