from __future__ import annotations

from piccolo.columns import Serial, Timestamptz, Varchar

from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch
from app.errors import Conflict
from app.i18n.message import say
from app.live.event import Actor
from app.live.log import record
from app.rules.events import SecondFactorLeftToAdmins, SecondFactorRequired
from app.second_factor.tables import SecondFactor

REQUIRED = "second factor of admins"
"""The name of the rule."""


class DeskRule(Row, tablename="desk_rule"):
    """What admins have made a rule for all; one that is not there does not hold."""

    id = Serial(primary_key=True)
    name = Varchar(length=40)
    made_by = Varchar(length=32)
    created_at = Timestamptz()

    @classmethod
    async def holds(cls, name: str) -> bool:
        return bool(await fetch("SELECT id FROM desk_rule WHERE name = {}", name))

    @classmethod
    async def require_second_factor(cls, by: Actor) -> bool:
        """From now on. Gives whether that is new. Raises Conflict for whoever has none themselves."""
        if by.id is not None and await SecondFactor.of(by.id) is None:
            raise Conflict(say("Set up your own second factor first: you would be shut out."))
        async with transaction():
            made = await cls.add({cls.name: REQUIRED, cls.made_by: by.username, cls.created_at: now()})
            if made is not None:
                record(SecondFactorRequired(), by=by)
        return made is not None

    @classmethod
    async def leave_second_factor(cls, by: Actor) -> None:
        """To each admin. Does nothing where it is not required."""
        async with transaction():
            if await fetch("DELETE FROM desk_rule WHERE name = {} RETURNING id", REQUIRED):
                record(SecondFactorLeftToAdmins(), by=by)
