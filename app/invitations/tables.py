from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Self

from piccolo.columns import Integer, Serial, Timestamptz, Varchar

from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch
from app.errors import MARKED, Conflict, Invalid, NotFound
from app.i18n.message import say
from app.invitations.events import PasswordLinkMade, PersonInvited
from app.live.event import Actor
from app.live.log import record
from app.people.tables import ROLES, Person
from app.signing_in.tables import token_hash

TOKEN_LENGTH = 43
"""Characters: 256 bits in base64."""
TO_JOIN, FOR_A_PASSWORD = timedelta(days=7), timedelta(days=1)
"""For which each kind of link works."""
AT_A_TIME = 500


class Invitation(Row, tablename="invitation"):
    """A link that works once. The table holds its token's hash only."""

    id = Serial(primary_key=True)
    token_hash = Varchar(length=64)
    role = Varchar(length=10)
    """Of whoever joins; empty for a new password."""
    person = Integer(null=True, default=None)
    """Whose new password it is for; None: somebody joins."""
    made_by = Varchar(length=32)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)

    @classmethod
    async def to_join(cls, role: str, by: Actor) -> tuple[Self, str]:
        """With its token, which nobody can read again. Raises Invalid for a role that there is not."""
        if role not in ROLES:
            raise Invalid(MARKED, {"role": say("Choose one of {choices}.", choices=", ".join(ROLES))})
        async with transaction():
            invitation, token = await cls._make(role, None, TO_JOIN, by)
            record(PersonInvited(invitation=invitation.id, role=role), by=by)
        return invitation, token

    @classmethod
    async def for_password(cls, person: Person, by: Actor) -> tuple[Self, str]:
        """The same; an older one of that person is over. Raises Conflict for somebody who may not sign in."""
        if not person.active:
            raise Conflict(say("{name} is suspended. Restore them first.", name=person.username))
        async with transaction():
            await cls.update({cls.used_at: now()}).where((cls.person == person.id) & cls.used_at.is_null())
            invitation, token = await cls._make("", person.id, FOR_A_PASSWORD, by)
            record(PasswordLinkMade(person=person.id), by=by)
        return invitation, token

    @classmethod
    async def _make(cls, role: str, person: int | None, works_for: timedelta, by: Actor) -> tuple[Self, str]:
        token, at = secrets.token_urlsafe(32), now()
        invitation = await cls.add(
            {
                cls.token_hash: token_hash(token), cls.role: role, cls.person: person, cls.made_by: by.username,
                cls.created_at: at, cls.expires_at: at + works_for,
            }
        )  # fmt: skip
        assert invitation is not None, "tokens are never the same"
        return invitation, token

    @classmethod
    async def with_token(cls, token: str) -> Self:
        """Raises NotFound for one that does not work, whyever."""
        if len(token) == TOKEN_LENGTH:
            rows = await fetch(
                "SELECT * FROM invitation WHERE token_hash = {} AND used_at IS NULL AND expires_at > {}",
                token_hash(token), now(),
            )  # fmt: skip
            if rows:
                return cls.from_row(rows[0])
        raise NotFound(say("There is no such link: it was used, or is over. Ask whoever sent it for another."))

    async def join(self, username: str, email: str, password: str, network: str | None) -> Person:
        """Raises as Person.register does, and Conflict for the second of two who use it at once."""
        return await Person.register(username, email, password, self.role, network=network, also=self._use)

    async def set_password(self, password: str) -> Person:
        """Raises Invalid, and Conflict as `join` does."""
        person = await Person.with_id(self.person or 0)
        await person.change_password(password, by=person, also=self._use)
        return await Person.with_id(person.id)

    async def _use(self) -> None:
        used = await type(self).compare_and_set(
            (Invitation.id == self.id) & Invitation.used_at.is_null(), {Invitation.used_at: now()}
        )
        if used is None:
            raise Conflict(say("This link has just been used. Ask whoever sent it for another."))

    @classmethod
    async def sweep(cls) -> int:
        """Forgets links that have been over for a month; gives how many."""
        rows = await fetch(
            "DELETE FROM invitation WHERE id IN "
            f"(SELECT id FROM invitation WHERE expires_at < {{}} LIMIT {AT_A_TIME:d}) RETURNING id",
            now() - timedelta(days=30),
        )
        return len(rows)
