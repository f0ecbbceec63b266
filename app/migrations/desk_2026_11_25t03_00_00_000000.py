"""The language and the time zone in which somebody reads, and the days of each zone.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar
from piccolo.table import Table

from app.db.engine import engine
from app.db.new_tables import new_tables

ID = "2026-11-25T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "readers' languages and zones"


class Person(Table, tablename="person"):
    language = Varchar(length=8, null=True, default=None)
    zone = Varchar(length=64, null=True, default=None)


class Day(Table, tablename="day"):
    zone = Varchar(length=64, default="UTC")


AFTERWARDS = ["CREATE UNIQUE INDEX day_zone ON day (zone)"]


# The first row was given its id, of which a sequence does not hear.
SEQUENCE = "SELECT setval(pg_get_serial_sequence('day', 'id'), (SELECT max(id) FROM day))"


async def forwards() -> MigrationManager:
    afterwards = [*AFTERWARDS, *([SEQUENCE] if engine().engine_type == "postgres" else [])]
    return new_tables((), afterwards, migration_id=ID, description=DESCRIPTION, grown=(Person, Day))
