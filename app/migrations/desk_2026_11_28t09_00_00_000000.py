"""What is selected in a list.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.db.new_tables import new_tables
from app.migrations.desk_2026_11_22t22_40_00_000000 import Session

ID = "2026-11-28T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "selections"


class Selection(Table, tablename="selection"):
    id = Serial(primary_key=True)
    session = ForeignKey(references=Session)
    view = Varchar(length=2_048)
    chosen = Text()
    changed_at = Timestamptz()


AFTERWARDS = ["CREATE UNIQUE INDEX selection_view ON selection (session, view)"]


async def forwards() -> MigrationManager:
    return new_tables((Selection,), AFTERWARDS, migration_id=ID, description=DESCRIPTION)
