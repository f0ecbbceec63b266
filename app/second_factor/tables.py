from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Self

import pyotp
from piccolo.columns import Integer, Serial, Timestamptz, Varchar

from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch, for_update
from app.errors import MARKED, Conflict, Invalid
from app.i18n.message import say
from app.live.event import Actor
from app.live.log import record
from app.second_factor.events import (
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorSet,
)

STEP = 30
"""Seconds for which a code is shown (RFC 6238, 4)."""
DRIFT = 1
"""Steps by which a clock may be off, before or behind (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of recovery codes: nothing that is read as something else."""
MOST_CODE = 16
"""Characters of a code as it is typed."""
TO_CONFIRM = timedelta(minutes=10)
"""From when a secret is shown: enough to find an app and install it. Then it takes the password and a new secret."""
MOST_TRIES = 5
"""Codes by which one secret can be tried to be confirmed."""
IS_WAITING = f"confirmed_at IS NULL AND tries < {MOST_TRIES:d} AND begun_at > {{}}"

NOT_BEGUN = say("Nothing is being set up. Begin again.")
TOO_LATE = say("That took too long. Begin again with your password.")
TOO_MANY_WRONG = say("Too many codes were wrong. Begin again with your password.")
WRONG_CODE = say("This code is not right, or was used before. Wait for the next one.")


class SecondFactor(Row, tablename="second_factor"):
    """Of one person. The secret stands there as it is: without it no code could be checked."""

    id = Serial(primary_key=True)
    person = Integer()
    secret = Varchar(length=32)
    """Of 160 bits, in base32."""
    confirmed_at = Timestamptz(null=True, default=None)
    """None: it was never proved that an authenticator has the secret, so that it is not asked for."""
    last_step = Integer(default=0)
    """Of the clock, for which a code was accepted last: no code is accepted twice (RFC 6238, 5.2)."""
    begun_at = Timestamptz(null=True, default=None)
    """None: by a version that did not know when, so that what is not confirmed is over."""
    tries = Integer(default=0)
    """To confirm it."""

    @classmethod
    async def of(cls, person: int) -> Self | None:
        """The one that is in use; None: they sign in with their password alone."""
        rows = await fetch("SELECT * FROM second_factor WHERE person = {} AND confirmed_at IS NOT NULL", person)
        return cls.from_row(rows[0]) if rows else None

    @classmethod
    async def hold(cls, person: int) -> None:
        """Within a transaction: whoever else holds it waits for its end."""
        await fetch(f"SELECT id FROM second_factor WHERE person = {{}}{for_update()}", person)

    @classmethod
    async def waiting(cls, person: int) -> Self | None:
        """The one that is being set up, for as long as it can be confirmed."""
        sql = f"SELECT * FROM second_factor WHERE person = {{}} AND {IS_WAITING}"
        rows = await fetch(sql, person, now() - TO_CONFIRM)
        return cls.from_row(rows[0]) if rows else None

    @classmethod
    async def begin(cls, person: int) -> Self:
        """A new secret, for `confirm` to put into use. Raises Conflict where there is a second factor."""
        rows = await fetch(
            "INSERT INTO second_factor (person, secret, last_step, begun_at, tries) VALUES ({}, {}, 0, {}, 0) "
            "ON CONFLICT (person) DO UPDATE "
            "SET secret = excluded.secret, last_step = 0, begun_at = excluded.begun_at, tries = 0 "
            "WHERE second_factor.confirmed_at IS NULL RETURNING *",
            person, pyotp.random_base32(), now(),
        )  # fmt: skip
        if not rows:
            raise Conflict(say("You have a second factor already. Remove it first."))
        return cls.from_row(rows[0])

    def uri(self, username: str) -> str:
        """What an authenticator reads, as a QR code."""
        return pyotp.TOTP(self.secret).provisioning_uri(name=username, issuer_name="Codedesk")

    @classmethod
    async def confirm(cls, person: int, code: str, by: Actor) -> list[str]:
        """Puts it into use, by a code that its authenticator shows. Gives the recovery codes, which nobody can read
        again. Raises Invalid for a wrong code, where nothing is being set up, and where that is over."""
        factor = await cls._try_once(person)
        step = factor.step_of(code)
        if step is None and factor.tries == MOST_TRIES:
            raise Invalid(TOO_MANY_WRONG, {"code": TOO_MANY_WRONG})
        if step is None:
            raise Invalid(MARKED, {"code": WRONG_CODE})
        async with transaction():
            confirmed = await cls.compare_and_set(
                (cls.id == factor.id) & cls.confirmed_at.is_null() & (cls.secret == factor.secret),
                {cls.confirmed_at: now(), cls.last_step: step},
            )
            if confirmed is None:
                raise Invalid(NOT_BEGUN, {"code": NOT_BEGUN})
            codes = await RecoveryCode.make(person)
            record(SecondFactorSet(person=person), by=by)
        return codes

    @classmethod
    async def _try_once(cls, person: int) -> Self:
        """Counts one try before its code is looked at, so that a crowd of them at once gets no more than MOST_TRIES."""
        sql = f"UPDATE second_factor SET tries = tries + 1 WHERE person = {{}} AND {IS_WAITING} RETURNING *"
        if rows := await fetch(sql, person, now() - TO_CONFIRM):
            return cls.from_row(rows[0])
        over = await fetch("SELECT tries FROM second_factor WHERE person = {} AND confirmed_at IS NULL", person)
        why = NOT_BEGUN if not over else TOO_LATE if over[0]["tries"] < MOST_TRIES else TOO_MANY_WRONG
        raise Invalid(why, {"code": why})

    def step_of(self, code: str) -> int | None:
        """Of the clock, whose code this is; None for a wrong one."""
        totp, present = pyotp.TOTP(self.secret), int(now().timestamp()) // STEP
        typed = "".join(code.split())
        steps = [step for step in range(present - DRIFT, present + DRIFT + 1) if step > self.last_step]
        # All are compared: how long it takes tells nothing.
        right = [step for step in steps if hmac.compare_digest(totp.at(step * STEP).encode(), typed.encode())]
        return right[-1] if right else None

    @classmethod
    async def accepts(cls, person: int, code: str, by: Actor) -> bool:
        """A code of the authenticator, once; or a recovery code, once. Of many at once one is accepted."""
        factor = await cls.of(person)
        if factor is None:
            return False
        if (step := factor.step_of(code)) is not None:
            used = await cls.compare_and_set((cls.id == factor.id) & (cls.last_step < step), {cls.last_step: step})
            return used is not None
        return await RecoveryCode.use(person, code, by)

    @classmethod
    async def take_away(cls, person: int, by: Actor) -> None:
        """With the recovery codes. Does nothing where there is none."""
        async with transaction():
            rows = await fetch("DELETE FROM second_factor WHERE person = {} RETURNING confirmed_at", person)
            await fetch("DELETE FROM recovery_code WHERE person = {} RETURNING id", person)
            if rows and rows[0]["confirmed_at"] is not None:
                record(SecondFactorRemoved(person=person), by=by)

    @classmethod
    async def sweep(cls) -> int:
        """The scheduler's: removes those that were begun and never confirmed. Gives how many it went through."""
        over, before = "confirmed_at IS NULL AND (begun_at IS NULL OR begun_at < {})", now() - TO_CONFIRM
        old = f"SELECT id FROM second_factor WHERE {over} LIMIT 500"
        # Said twice: PostgreSQL does not look into `old` again when it has waited for somebody who confirms or begins.
        sql = f"DELETE FROM second_factor WHERE id IN ({old}) AND {over} RETURNING id"
        return len(await fetch(sql, before, before))


class RecoveryCode(Row, tablename="recovery_code"):
    """One that was not used yet. Random, so that a plain hash of it is enough."""

    id = Serial(primary_key=True)
    person = Integer()
    code_hash = Varchar(length=64)

    @classmethod
    async def make(cls, person: int) -> list[str]:
        """New ones; the older are over."""
        codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
        async with transaction():
            await fetch("DELETE FROM recovery_code WHERE person = {} RETURNING id", person)
            await cls.insert(*[cls(person=person, code_hash=_hash(code)) for code in codes])
        return [f"{code[:5]}-{code[5:]}" for code in codes]

    @classmethod
    async def renew(cls, person: int, by: Actor) -> list[str]:
        async with transaction():
            codes = await cls.make(person)
            record(RecoveryCodesMade(person=person), by=by)
        return codes

    @classmethod
    async def use(cls, person: int, code: str, by: Actor) -> bool:
        async with transaction():
            rows = await fetch(
                "DELETE FROM recovery_code WHERE person = {} AND code_hash = {} RETURNING id", person, _hash(code)
            )
            if rows:
                record(RecoveryCodeUsed(person=person), by=by)
        return bool(rows)

    @classmethod
    async def left(cls, person: int) -> int:
        rows = await fetch("SELECT COUNT(*) AS many FROM recovery_code WHERE person = {}", person)
        return int(rows[0]["many"])


def _hash(code: str) -> str:
    return hashlib.sha256("".join(code.lower().replace("-", "").split()).encode()).hexdigest()
