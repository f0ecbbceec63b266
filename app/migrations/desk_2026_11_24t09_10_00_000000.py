"""For the open internet: devices that have signed in before, quotas, and lines of the inbox that stand for many events.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import DoublePrecision, Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table

from app.db.new_tables import new_tables

ID = "2026-11-24T09:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "for the open internet"


class Device(Table, tablename="device"):
    id = Serial(primary_key=True)
    person = Integer()
    token_hash = Varchar(length=64)
    network = Varchar(length=64)
    created_at = Timestamptz()
    seen_at = Timestamptz()


class Quota(Table, tablename="quota"):
    key = Varchar(length=120, primary_key=True)
    full_at = DoublePrecision()
    span = DoublePrecision()


class Person(Table, tablename="person"):
    skeleton = Varchar(length=32, null=True, default=None)


class SignInFailure(Table, tablename="sign_in_failure"):
    network = Varchar(length=64)
    device = Integer()


class LogEntry(Table, tablename="event"):
    bundle = Integer(null=True, default=None)


SKELETON = "REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(username, '.', ''), '-', ''), '0', 'o'), '1', 'l'), 'i', 'l')"

AFTERWARDS = [
    # Of people whose names look alike the oldest has it; the others stay as they are, and nobody new comes to look so.
    f"UPDATE person SET skeleton = {SKELETON} WHERE id IN (SELECT MIN(id) FROM person GROUP BY {SKELETON})",
    "CREATE UNIQUE INDEX person_skeleton ON person (skeleton)",
    "CREATE UNIQUE INDEX device_token ON device (token_hash, person)",
    "CREATE INDEX device_person ON device (person, id)",
    "CREATE INDEX device_seen ON device (seen_at)",
    "CREATE INDEX quota_full ON quota (full_at)",
    "CREATE INDEX sign_in_failure_name ON sign_in_failure (username, at)",
    "CREATE INDEX sign_in_failure_network ON sign_in_failure (network, at)",
    # For counting what is read as one line, and for the walk through the lines, which so costs the same beside a flood.
    "CREATE INDEX event_bundle ON event (bundle, id)",
    "CREATE INDEX event_client_kind ON event (client, kind, id)",
    # For the sweeps of what is over.
    "CREATE INDEX session_seen ON session (seen_at)",
    "CREATE INDEX session_created ON session (created_at)",
]


async def forwards() -> MigrationManager:
    return new_tables(
        (Device, Quota), AFTERWARDS, migration_id=ID, description=DESCRIPTION, grown=(Person, SignInFailure, LogEntry)
    )
