from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Any, Self

from piccolo.columns import Boolean, Column, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.custom_types import Combinable

from app.calendar.tables import Day
from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch, for_update, placeholders
from app.errors import MARKED, Conflict, Invalid, NotFound, NotSignedIn, TooMany
from app.events import Subject
from app.i18n.locale import ENGLISH, LANGUAGES, Locale, is_zone
from app.i18n.message import say
from app.live.event import SYSTEM, Actor, Revoked
from app.live.log import LogEntry, record
from app.people import emails, names, passwords
from app.people.events import (
    EmailChanged,
    LocaleChanged,
    PasswordChanged,
    PersonRegistered,
    PersonRestored,
    PersonSuspended,
    RoleChanged,
    SessionEnded,
    SignedOutEverywhere,
)
from app.rules.tables import REQUIRED, DeskRule
from app.second_factor.tables import SecondFactor
from app.signing_in.caller import Caller
from app.signing_in.tables import Device, SignInFailure, token_hash

ROLES = ("client", "admin")
LIMITED = "limited"
"""In the place of the role of an admin who is yet to set up a second factor that is required: they can do that, and
nothing else."""
OWES_A_SECOND_FACTOR = (
    f"(person.role = 'admin' AND EXISTS (SELECT 1 FROM desk_rule WHERE name = '{REQUIRED}') AND NOT EXISTS "
    "(SELECT 1 FROM second_factor WHERE second_factor.person = person.id AND confirmed_at IS NOT NULL))"
)
"""SQL of whether somebody does."""
TOKEN_LENGTH = 43
"""Characters of a session's token: 256 bits in base64."""
IDLE, ABSOLUTE = timedelta(hours=8), timedelta(days=14)
"""A session ends after so long without a request, and after so long in any case."""
PERSON_COLUMNS = ("id", "username", "role", "seen_event", "active", "language", "zone")
"""What every request needs to know."""
TOUCH_EVERY = timedelta(minutes=5)
TOUCHED_AT_A_TIME = 500
"""Sessions that one UPDATE notes as in use."""
AT_A_TIME = 100
"""Rows that one sweep removes, so that none of its transactions delays others."""
MOST_SESSIONS = 50
"""Of one person: the one that was not used for the longest gives way."""

WRONG = say("User name or password is wrong.")
NOBODY = say("There is no such person.")

logger = logging.getLogger(__name__)


class Person(Subject, tablename="person"):
    event_field = "person"
    page, own_page = "/admin/people/{}", "/me"

    id = Serial(primary_key=True)
    username = Varchar(length=names.MOST_NAME)
    skeleton = Varchar(length=names.MOST_NAME, null=True, default=None)
    """What the name looks like (names.py), unique; none of people whose name looked like an older one's before this was
    asked of names."""
    email = Varchar(length=emails.MOST_EMAIL)
    password_hash = Varchar(length=200)
    role = Varchar(length=10)
    active = Boolean(default=True)
    seen_event = Integer(default=0)
    """Id of the last event whose notification they have seen."""
    language = Varchar(length=8, null=True, default=None)
    """One of i18n.LANGUAGES; None: what their browser asks for."""
    zone = Varchar(length=64, null=True, default=None)
    """A time zone; None: that of the settings."""
    locale: Locale = ENGLISH
    """In which they read this request: what they have chosen, else what their browser asks for."""
    session: int | None = None
    """Id of the one in which they make it."""
    chosen: tuple[int, ...] = ()
    """Ids of the rows that they have selected in the list that they look at (app/selections)."""
    created_at = Timestamptz()

    def facts(self) -> dict[str, str]:
        return {"person": self.username, "owner": self.username}

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @classmethod
    async def register(
        cls,
        username: str,
        email: str,
        password: str,
        role: str = "client",
        *,
        by_operator: bool = False,
        network: str | None = None,
        also: Callable[[], Awaitable[None]] | None = None,
    ) -> Self:
        """`username` as names.normalised gives it. An operator may choose a reserved one. `also`: what is done in the
        same transaction, which raises where it cannot be. Raises Invalid (per field),
        Conflict for a name that is taken, or looks like one that is, and TooMany or Unavailable when too many from that
        network, or altogether, are waiting to be registered."""
        fields = {}
        if username == SYSTEM.username:
            fields["username"] = say("This name belongs to the desk itself.")
        elif problem := names.problem(username, by_operator=by_operator):
            fields["username"] = problem
        if problem := emails.problem(email):
            fields["email"] = problem
        if problem := passwords.problem(password, username, email):
            fields["password"] = problem
        if fields:
            raise Invalid(MARKED, fields)
        password_hash = await passwords.hashed(password, passwords.REGISTRATION, network)
        async with transaction():
            person = await cls.add(
                {
                    cls.username: username,
                    cls.skeleton: names.skeleton(username),
                    cls.email: email,
                    cls.password_hash: password_hash,
                    cls.role: role,
                    cls.seen_event: await LogEntry.last_id(),
                    cls.created_at: now(),
                }
            )
            if person is None:
                raise await cls._taken(username, by_operator=by_operator)
            if also is not None:
                await also()
            record(PersonRegistered(person=person.id), by=person)
        return person

    @classmethod
    async def _taken(cls, username: str, *, by_operator: bool) -> Conflict:
        """A stranger is told the same of a name that somebody has, of one that only looks like it, and whoever that is:
        no more than that another must be chosen."""
        if not by_operator:
            why = {"username": say("This name cannot be had.")}
            return Conflict(say("The user name {name} cannot be had. Please choose another.", name=username), why)
        if await cls.named(username) is not None:
            return Conflict(
                say("The user name {name} is taken.", name=username), {"username": say("This name is taken.")}
            )
        why = {"username": say("This looks like a name that is taken.")}
        return Conflict(say("The user name {name} looks like one that is taken.", name=username), why)

    @classmethod
    async def with_id(cls, person_id: int) -> Self:
        """Raises NotFound."""
        person = await cls.by_id(person_id)
        if person is None:
            raise NotFound(NOBODY)
        return person

    @classmethod
    async def of(cls, person: Person, person_id: int) -> Person:
        """Themselves, or anybody for an admin; NotFound otherwise."""
        if not person.is_admin and person_id != person.id:
            raise NotFound(NOBODY)
        return await cls.with_id(person_id)

    @classmethod
    async def named(cls, username: str) -> Self | None:
        """`username` as names.normalised gives it; nothing is looked up for a name that there cannot be."""
        persons = await cls.matching(cls.username == username) if names.can_exist(username) else []
        return persons[0] if persons else None

    @classmethod
    async def signing_in(cls, username: str, password: str, caller: Caller) -> Self:
        """The person with this name and password. Raises TooMany after too many failures (signing_in/tables.py) or with
        too many tries at once, Unavailable when too many others are waiting, NotSignedIn otherwise."""
        known = await Device.known(username, caller)
        try:
            await SignInFailure.ensure_few(username, caller, known)
            lane = passwords.KNOWN if known else passwords.STRANGER
            async with passwords.turns.turn(lane, known.sender(caller)) as waited:
                # Counted again: a crowd of guesses at once gets hardly more tries than one after another.
                if waited:
                    await SignInFailure.ensure_few(username, caller, known)
                person = await cls.named(username)
                password_hash = person.password_hash if person and person.active else None
                if not await passwords.verified(password, password_hash):
                    await SignInFailure.note(username, caller, known)
                    raise NotSignedIn(WRONG, {"password": WRONG})
        except (NotSignedIn, TooMany) as refused:
            logger.warning("failed sign-in: %s", refused, extra={"address": caller.address, "username": username})
            raise
        assert person is not None
        return person

    async def let_in(self, caller: Caller) -> tuple[str, str]:
        """The tokens of a new session and of the device, for the cookies. Raises NotSignedIn as Session.start does."""
        async with transaction():
            session = await Session.start(
                self, address=caller.address, browser=caller.browser, instead_of=caller.session
            )
            return session, await Device.remember(self.id, caller)

    async def suspend(self, by: Actor) -> None:
        """Ends all their sessions, on every process; does nothing to a person who is suspended already. Raises Conflict
        for the last admin who can sign in."""
        async with transaction():
            await self._leave_an_admin()
            await self._revoke(Person.active.eq(True), {Person.active: False}, PersonSuspended(person=self.id), by)

    async def _leave_an_admin(self) -> None:
        """Of two at once who take the last two away, the second comes when the first is done."""
        admins = await fetch(
            f"SELECT id FROM person WHERE role = 'admin' AND active = {{}} ORDER BY id{for_update()}", True
        )
        if [row["id"] for row in admins] == [self.id]:
            raise Conflict(say("{name} is the last admin who can sign in. Nothing was changed.", name=self.username))

    async def sign_out_everywhere(self, by: Actor) -> None:
        """Ends all their sessions."""
        # The row is written as it is: a sign-in that is under way waits for it (Session.start).
        unchanged: dict[Column, Any] = {Person.username: self.username}
        await self._revoke(Person.id == self.id, unchanged, SignedOutEverywhere(person=self.id), by)

    @classmethod
    async def require_second_factor(cls, by: Person) -> None:
        """Of all admins; those who have none are signed out, and can do nothing but set one up. Raises Conflict for
        whoever has none themselves."""
        async with transaction():
            if not await DeskRule.require_second_factor(by):
                return
            rows = await fetch(f"SELECT id FROM person WHERE active = {{}} AND {OWES_A_SECOND_FACTOR}", True)
            people = await cls.by_ids([row["id"] for row in rows])
            for key in sorted(people):  # as `_leave_an_admin` goes through them: neither waits for the other
                await people[key].sign_out_everywhere(by)

    async def remove_second_factor(self, by: Actor) -> None:
        """Does nothing where there is none. An admin who needs one is signed out: their open pages are those of an
        admin."""
        async with transaction():
            await SecondFactor.take_away(self.id, by)
            if await fetch(f"SELECT id FROM person WHERE id = {{}} AND {OWES_A_SECOND_FACTOR}", self.id):
                await self.sign_out_everywhere(by)

    async def change_email(self, email: str, by: Actor) -> None:
        """Raises Invalid for one that is none."""
        if problem := emails.problem(email):
            raise Invalid(MARKED, {"email": problem})
        async with transaction():
            if await Person.compare_and_set((Person.id == self.id) & (Person.email != email), {Person.email: email}):
                record(EmailChanged(person=self.id), by=by)

    async def restore(self, by: Actor) -> None:
        """Lets a suspended person sign in again; does nothing to one who is not suspended."""
        async with transaction():
            suspended = (Person.id == self.id) & Person.active.eq(False)
            if await Person.compare_and_set(suspended, {Person.active: True}):
                record(PersonRestored(person=self.id), by=by)

    async def choose(self, language: str, zone: str) -> Person:
        """In which language and time zone they read; empty: as their browser asks, as the desk has it. Gives the person
        as they are then. Raises Invalid."""
        fields = {}
        if language and language not in LANGUAGES:
            fields["language"] = say("Choose one of {choices}.", choices=", ".join(LANGUAGES))
        if zone and not is_zone(zone):
            fields["zone"] = say("Choose a time zone such as Asia/Bangkok.")
        if fields:
            raise Invalid(MARKED, fields)
        values: dict[Column, Any] = {Person.language: language or None, Person.zone: zone or None}
        differs = [_differs(column, value) for column, value in values.items()]
        async with transaction():
            if zone:
                await Day.observe(zone)
            chosen = await Person.compare_and_set((Person.id == self.id) & (differs[0] | differs[1]), values)
            if chosen is not None:
                record(LocaleChanged(client=self.id, person=self.id), by=self)
        return chosen or self

    async def change_role(self, role: str, by: Actor) -> None:
        """Ends all their sessions. Raises Invalid for a role that there is not, Conflict for the last admin who can
        sign in."""
        if role not in ROLES:
            raise Invalid(MARKED, {"role": say("Choose one of {choices}.", choices=", ".join(ROLES))})
        async with transaction():
            if role != "admin":
                await self._leave_an_admin()
            await self._revoke(Person.role != role, {Person.role: role}, RoleChanged(person=self.id, role=role), by)

    async def change_password(
        self, password: str, by: Actor, also: Callable[[], Awaitable[None]] | None = None
    ) -> None:  # fmt: skip
        """Ends all their sessions. `also`: see `register`. Raises Invalid for a password that is not allowed."""
        if problem := passwords.problem(password, self.username, self.email):
            raise Invalid(MARKED, {"password": problem})
        changed: dict[Column, Any] = {Person.password_hash: await passwords.hashed(password, passwords.CHANGE)}
        async with transaction():
            if also is not None:
                await also()
            await self._revoke(Person.id == self.id, changed, PasswordChanged(person=self.id), by)

    async def _revoke(self, condition: Combinable, values: dict[Column, Any], event: Revoked, by: Actor) -> None:
        async with transaction():
            if await Person.compare_and_set((Person.id == self.id) & condition, values):
                await Session.delete().where(Session.person == self.id)
                record(event, by=by)


def _differs(column: Column, value: str | None) -> Combinable:
    """Also from no value at all."""
    return column.is_not_null() if value is None else column.is_null() | (column != value)


class Session(Row, tablename="session"):
    """A signed-in browser. The cookie holds a 256-bit token; the table only its hash."""

    id = Serial(primary_key=True)
    person = ForeignKey(references=Person)
    token_hash = Varchar(length=64, unique=True, index=True, index_method=IndexMethod.btree)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    address = Varchar(length=64)
    browser = Text()

    @classmethod
    async def start(cls, person: Person, *, address: str, browser: str, instead_of: str | None) -> str:
        """A new token for the cookie; the session that the browser had before is over (rotation at sign-in), and so is
        the idlest of more than MOST_SESSIONS. Raises NotSignedIn when the person is not what they were any more: a
        password is verified for as long as a hash takes, and meanwhile it may have been changed.

        Whoever changes a person updates that row first and then ends the sessions. So either they wait for this
        transaction, and end this session too, or this one waits for theirs, and finds the row changed."""
        token = secrets.token_urlsafe(32)
        at = now()
        async with transaction():
            unchanged = await fetch(
                f"SELECT id FROM person WHERE id = {{}} AND password_hash = {{}} AND role = {{}} AND active = {{}}"
                f"{for_update()}",
                person.id, person.password_hash, person.role, True,
            )  # fmt: skip
            if not unchanged:
                raise NotSignedIn(WRONG, {"password": WRONG})
            if instead_of is not None:
                await cls._end(cls.token_hash == token_hash(instead_of))
            await cls.insert(
                cls(
                    person=person.id,
                    token_hash=token_hash(token),
                    created_at=at,
                    seen_at=at,
                    address=address[:64],
                    browser=browser[:200],
                )
            )
            newest = cls.select(cls.id).where(cls.person == person.id).order_by(cls.seen_at, cls.id, ascending=False)
            kept = [row["id"] for row in await newest.limit(MOST_SESSIONS)]
            if len(kept) == MOST_SESSIONS:
                await cls._end((cls.person == person.id) & cls.id.not_in(kept))
        return token

    @classmethod
    async def find(cls, token: str) -> tuple[Session, Person] | None:
        """Whose cookie this is; None when the session is unknown or over. One raw query: every request makes it."""
        rows = await fetch(
            "SELECT session.id AS session_id, session.created_at AS started_at, session.seen_at, "
            "person.id AS id, person.username, person.role, person.seen_event, person.active, "
            f"person.language, person.zone, {OWES_A_SECOND_FACTOR} AS owes "
            "FROM session JOIN person ON person.id = session.person WHERE session.token_hash = {}",
            token_hash(token),
        )
        if not rows or not rows[0]["active"]:
            return None
        row, at = rows[0], now()
        if row["seen_at"] < at - IDLE or row["started_at"] < at - ABSOLUTE:
            return None
        session = cls.from_row({"id": row["session_id"], "person": row["id"], "seen_at": row["seen_at"]})
        person = Person.from_row({name: row[name] for name in PERSON_COLUMNS})
        if row["owes"]:
            person.role = LIMITED
        if row["seen_at"] < at - TOUCH_EVERY:
            await cls.touch([session.id])
        return session, person

    @classmethod
    async def choices_of(cls, session_id: int) -> tuple[str | None, str | None] | None:
        """The language and the zone that its person has chosen; None for a session that has been ended."""
        rows = await fetch(
            "SELECT person.language, person.zone FROM session JOIN person ON person.id = session.person "
            "WHERE session.id = {}",
            session_id,
        )
        return (rows[0]["language"], rows[0]["zone"]) if rows else None

    @classmethod
    async def touch(cls, ids: Collection[int]) -> None:
        """Notes that these sessions are in use: by a request, or by a live page that is open. What is over stays over:
        neither does an idle session come back, nor does the absolute end move."""
        keys = list(ids)
        for start in range(0, len(keys), TOUCHED_AT_A_TIME):
            portion, at = keys[start : start + TOUCHED_AT_A_TIME], now()
            await fetch(
                f"UPDATE session SET seen_at = {{}} WHERE id IN ({placeholders(len(portion))}) "
                "AND seen_at < {} AND seen_at >= {}",
                at, *portion, at - TOUCH_EVERY, at - IDLE,
            )  # fmt: skip
            await asyncio.sleep(0)

    @classmethod
    async def of(cls, person: int) -> list[Self]:
        """Their sessions that are not over, that which was used last first; at most MOST_SESSIONS."""
        at = now()
        rows = await fetch(
            "SELECT * FROM session WHERE person = {} AND seen_at >= {} AND created_at >= {} "
            f"ORDER BY seen_at DESC, id DESC LIMIT {MOST_SESSIONS:d}",
            person, at - IDLE, at - ABSOLUTE,
        )  # fmt: skip
        return [cls.from_row(row) for row in rows]

    @classmethod
    async def end_of(cls, person: int, session_id: int) -> None:
        """One of a person's. Raises NotFound for what is not theirs, or over."""
        async with transaction():
            if not await fetch("SELECT id FROM session WHERE id = {} AND person = {}", session_id, person):
                raise NotFound(say("There is no such session: it is over."))
            await cls._end((cls.id == session_id) & (cls.person == person))

    async def end(self) -> None:
        """Signs out; the session's sockets close."""
        async with transaction():
            await Session._end(Session.id == self.id)

    @classmethod
    async def sweep(cls) -> int:
        """The scheduler's: ends expired sessions, AT_A_TIME in one transaction; the sockets that are still open close.
        Gives how many it went through."""
        at = now()
        is_over = (cls.seen_at < at - IDLE) | (cls.created_at < at - ABSOLUTE)
        keys = [row["id"] for row in await cls.select(cls.id).where(is_over).limit(AT_A_TIME)]
        if keys:
            async with transaction():
                await cls._end(cls.id.is_in(keys) & is_over)
        return len(keys)

    @classmethod
    async def _end(cls, where: Combinable) -> None:
        ended = await cls.delete().where(where).returning(cls.id, cls.person)
        persons = await Person.by_ids({row["person"] for row in ended})
        for row in ended:
            record(SessionEnded(person=row["person"], session=row["id"]), by=persons[row["person"]])
