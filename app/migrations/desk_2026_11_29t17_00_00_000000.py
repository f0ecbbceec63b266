"""A second factor that was begun and not confirmed is over after a while, and after a few wrong codes.

The class here is frozen: it says what this migration made, whatever that of the domain becomes later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, Serial, Timestamptz
from piccolo.table import Table

from app.db.new_tables import new_tables

ID = "2026-11-29T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "second factors that were begun"


class SecondFactor(Table, tablename="second_factor"):
    id = Serial(primary_key=True)
    # Of those that are there nobody knows; those that are not confirmed are over, and swept.
    begun_at = Timestamptz(null=True, default=None)
    tries = Integer(default=0)


AFTERWARDS = ["CREATE INDEX second_factor_begun ON second_factor (begun_at) WHERE confirmed_at IS NULL"]


async def forwards() -> MigrationManager:
    return new_tables((), AFTERWARDS, migration_id=ID, description=DESCRIPTION, grown=(SecondFactor,))
