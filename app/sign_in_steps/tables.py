from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Self

from piccolo.columns import Integer, Serial, Text, Timestamptz, Varchar

from app.clock import now
from app.db import Row
from app.db.fetch import fetch
from app.errors import NotSignedIn
from app.i18n.message import say
from app.signing_in.tables import token_hash

TO_GIVE_THE_CODE = timedelta(minutes=5)
"""After the password."""
MOST_TRIES = 5
"""Of one password that was right."""
OVER = say("That took too long. Please sign in again.")
TOO_MANY_WRONG = say("Too many codes were wrong. Please sign in again.")


class HalfSignIn(Row, tablename="half_sign_in"):
    """Of whoever has given the password, and not yet the code. The browser holds a 256-bit token, the table its
    hash."""

    id = Serial(primary_key=True)
    person = Integer()
    token_hash = Varchar(length=64)
    state = Varchar(length=64)
    """Of the person as they were then: whose password has changed since must begin again."""
    next_page = Text()
    tries = Integer(default=0)
    created_at = Timestamptz()

    @classmethod
    async def start(cls, person: int, state: str, next_page: str) -> str:
        """The token."""
        token = secrets.token_urlsafe(32)
        await cls.add(
            {
                cls.person: person, cls.token_hash: token_hash(token), cls.state: token_hash(state),
                cls.next_page: next_page, cls.created_at: now(),
            }
        )  # fmt: skip
        return token

    @classmethod
    async def try_once(cls, token: str) -> Self:
        """Counts one try. Raises NotSignedIn for one that is over, whyever."""
        rows = await fetch(
            f"UPDATE half_sign_in SET tries = tries + 1 WHERE token_hash = {{}} AND tries < {MOST_TRIES:d} "
            "AND created_at > {} RETURNING *",
            token_hash(token), now() - TO_GIVE_THE_CODE,
        )  # fmt: skip
        if not rows:
            half = await fetch("SELECT tries FROM half_sign_in WHERE token_hash = {}", token_hash(token))
            why = TOO_MANY_WRONG if half and half[0]["tries"] >= MOST_TRIES else OVER
            raise NotSignedIn(why, {"code": why})
        return cls.from_row(rows[0])

    def is_of(self, state: str) -> bool:
        return self.state == token_hash(state)

    async def end(self) -> None:
        await fetch("DELETE FROM half_sign_in WHERE id = {} RETURNING id", self.id)

    @classmethod
    async def sweep(cls) -> int:
        """The scheduler's. Gives how many it went through."""
        old = "SELECT id FROM half_sign_in WHERE created_at < {} LIMIT 500"
        return len(await fetch(f"DELETE FROM half_sign_in WHERE id IN ({old}) RETURNING id", now() - TO_GIVE_THE_CODE))
