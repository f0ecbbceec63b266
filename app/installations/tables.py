from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from piccolo.columns import Integer, Serial, Timestamptz, Varchar

from app.clock import now
from app.db import Row
from app.db.engine import engine
from app.db.fetch import fetch, placeholders
from app.events import Subject

SEATED = ("running", "quiet")
"""States in which a terminal holds a seat; besides them there is `free`."""
MOST_SEATED = 100
"""Terminals at a time of a licence that may run on any number of them."""
MOST_KEPT = 200
"""Terminals of one account that are remembered, those without a seat included."""
MOST_SAID = 192
"""Characters of a name that a robot has said: 64 bytes, each three where it stands as %XX (app/robots/answer.py)."""
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


class Installation(Subject, tablename="installation"):
    """A terminal that uses a licence. Its names are as the robot said them, in ASCII."""

    event_field = "installation"

    id = Serial(primary_key=True)
    account = Integer()
    product = Varchar(length=32)
    """Of its account, which has it for good: when it goes quiet is the product's matter."""
    terminal = Varchar(length=MOST_SAID)
    server = Varchar(length=MOST_SAID)
    mode = Varchar(length=60)
    robot_version = Varchar(length=60)
    status = Varchar(length=8)
    first_seen_at = Timestamptz()
    seated_at = Timestamptz()
    """Since when it has had its seat without a pause."""
    last_seen_at = Timestamptz()
    """At most some seconds old while its process lives (app/robots/last_seen.py)."""

    def facts(self) -> dict[str, Any]:
        return {}

    @classmethod
    async def of_account(cls, account: int, limit: int = MOST_KEPT) -> list[Self]:
        """Those with a seat first, each group with the last seen first."""
        rows = await fetch(
            "SELECT * FROM installation WHERE account = {} "
            f"ORDER BY CASE status WHEN 'free' THEN 1 ELSE 0 END, last_seen_at DESC, id DESC LIMIT {limit:d}",
            account,
        )
        return [cls.from_row(row) for row in rows]

    @classmethod
    async def seat(
        cls, account: int, product: str, terminal: str, said: Mapping[str, str], seats: int | None
    ) -> Self | None:
        """The terminal with a seat, new or again; None when all are taken by others. Within a transaction that holds
        the account's row, so that of many at once as many get one as there are."""
        rows = await cls.of_account(account)
        taken = [row for row in rows if row.status in SEATED and row.terminal != terminal]
        if len(taken) >= (MOST_SEATED if seats is None else seats):
            return None
        if len(rows) >= MOST_KEPT:
            await fetch("DELETE FROM installation WHERE id = {}", rows[-1].id)
        at = now()
        names = ["account", "product", "terminal", "status", "first_seen_at", "seated_at", "last_seen_at", *said]
        again = ", ".join(f"{name} = excluded.{name}" for name in names if name not in ("account", "first_seen_at"))
        [seated] = await fetch(
            f"INSERT INTO installation ({', '.join(names)}) VALUES ({placeholders(len(names))}) "
            f"ON CONFLICT (account, terminal) DO UPDATE SET {again} RETURNING *",
            account, product, terminal, "running", at, at, at, *said.values(),
        )  # fmt: skip
        return cls._written(seated)

    async def resume(self, said: Mapping[str, str]) -> Self:
        """It has asked again, perhaps with another version or mode; its seat it has."""
        sets = ", ".join(f"{name} = {{}}" for name in said)
        [row] = await fetch(
            f"UPDATE installation SET status = 'running', last_seen_at = {{}}, {sets} WHERE id = {{}} RETURNING *",
            now(), *said.values(), self.id,
        )  # fmt: skip
        return self._written(row)

    @classmethod
    async def free(cls, installation: int) -> Self | None:
        """None where it has no seat."""
        return await cls.compare_and_set(
            (cls.id == installation) & cls.status.is_in(list(SEATED)), {cls.status: "free"}
        )

    @classmethod
    async def free_all(cls, account: int) -> None:
        """All seats of an account, as it has become another one."""
        await cls.update({cls.status: "free"}).where((cls.account == account) & cls.status.is_in(list(SEATED)))

    @classmethod
    async def see(cls, seen: Mapping[int, datetime]) -> None:
        """By installation: when it was seen last. One statement for all of them."""
        if not seen:
            return
        given = ", ".join([_GIVEN[engine().engine_type]] * len(seen))
        await fetch(
            f"WITH given (id, at) AS (VALUES {given}) UPDATE installation SET last_seen_at = given.at FROM given "
            "WHERE installation.id = given.id AND installation.last_seen_at < given.at",
            *(value for pair in seen.items() for value in pair),
        )

    @classmethod
    async def sweep(cls) -> int:
        """Forgets terminals that have had no seat for a month; gives how many."""
        rows = await fetch(
            "DELETE FROM installation WHERE id IN ("
            "SELECT id FROM installation WHERE status = 'free' AND last_seen_at < {} LIMIT 500) RETURNING id",
            now() - timedelta(days=30),
        )
        return len(rows)


_GIVEN = {"sqlite": "({}, {})", "postgres": "({}::integer, {}::timestamptz)"}


class Refusal(Row, tablename="refusal"):
    """The last time that a terminal was refused with a licence, for each reason."""

    id = Serial(primary_key=True)
    account = Integer()
    code = Varchar(length=20)
    number = Varchar(length=60)
    terminal = Varchar(length=MOST_SAID)
    server = Varchar(length=MOST_SAID)
    expected = Varchar(length=MOST_SAID)
    at = Timestamptz()

    @classmethod
    async def note(cls, account: int, code: str, said: Mapping[str, str]) -> Self | None:
        """None where that has been noted: for each reason once an hour at most, and the same terminal once a day."""
        at = now()
        names = ["account", "code", "at", *said]
        again = ", ".join(f"{name} = excluded.{name}" for name in ("at", *said))
        rows = await fetch(
            f"INSERT INTO refusal ({', '.join(names)}) VALUES ({placeholders(len(names))}) "
            f"ON CONFLICT (account, code) DO UPDATE SET {again} WHERE refusal.at <= {{}} AND (refusal.at <= {{}} "
            "OR refusal.terminal <> excluded.terminal OR refusal.number <> excluded.number) RETURNING *",
            account, code, at, *said.values(), at - AN_HOUR, at - A_DAY,
        )  # fmt: skip
        return cls._written(rows[0]) if rows else None

    @classmethod
    async def of_account(cls, account: int) -> Sequence[Self]:
        """The last first; as many as there are reasons."""
        rows = await fetch("SELECT * FROM refusal WHERE account = {} ORDER BY at DESC, id DESC", account)
        return [cls.from_row(row) for row in rows]

    @classmethod
    async def sweep(cls) -> int:
        rows = await fetch(
            "DELETE FROM refusal WHERE id IN (SELECT id FROM refusal WHERE at < {} LIMIT 500) RETURNING id",
            now() - timedelta(days=90),
        )
        return len(rows)
