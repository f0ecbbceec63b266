"""People: links that work once.

The classes here are frozen: they say what this migration made, whatever those of the domains become later.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table

from app.db.new_tables import new_tables

ID = "2026-11-29T11:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "people"


class Invitation(Table, tablename="invitation"):
    id = Serial(primary_key=True)
    token_hash = Varchar(length=64)
    role = Varchar(length=10)
    person = Integer(null=True, default=None)
    made_by = Varchar(length=32)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


AFTERWARDS = [
    "CREATE UNIQUE INDEX invitation_token ON invitation (token_hash)",
    "CREATE INDEX invitation_person ON invitation (person)",
    "CREATE INDEX invitation_expires ON invitation (expires_at)",
    # For the list of people by role, and of those who may not sign in.
    "CREATE INDEX person_role ON person (role, active, id)",
    "CREATE INDEX person_active ON person (active, id)",
]


async def forwards() -> MigrationManager:
    return new_tables((Invitation,), AFTERWARDS, migration_id=ID, description=DESCRIPTION)
