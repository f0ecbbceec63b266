"""Who may try a password, and how often.

After OWASP's "Slow Down Online Guessing Attacks with Device Cookies": if wrong passwords from anywhere could block a
name, anyone could lock anyone out; if they could not, a botnet could guess for ever. So the browsers in which a person
has signed in are known by a cookie and counted each by itself, and strangers are counted by where they come from, and
all together. Unlike there, the network from which a person has signed in before is known too (one who clears their
cookies is no stranger at home), and what a stranger may use up for others is small, slow and for strangers only.

A device cookie is no proof of anything and opens nothing: whoever steals one may guess on a count of their own, which
is as hopeless. So it outlives sign-out and a new password: the owner, whom others try to keep out, needs it then.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from piccolo.columns import Integer, Serial, Timestamptz, Varchar

from app.clock import now
from app.db import Row
from app.db.fetch import fetch, for_update, placeholders
from app.errors import TooMany
from app.i18n.message import say
from app.i18n.spans import span
from app.signing_in.caller import Caller, Known

FAILURES, FAILURE_WINDOW = 10, timedelta(minutes=3)
"""Failed sign-ins of one known device, or of strangers from one network, before the next is rejected unread."""
DAY = timedelta(days=1)
DEVICE_FAILURES_A_DAY = 100
NETWORK_FAILURES_A_DAY = 500
"""Of strangers from one network, for all names together."""
NETWORK_FAILURES_OF_A_NAME_A_DAY = 50
"""Of strangers from one network, for one name."""
NAME_FAILURES_A_DAY = 300
"""Of strangers from everywhere, for one name: a botnet needs a month for as many as the passwords that are refused as
too common. It never stops who comes from a known device or network."""

FAILURES_KEPT = timedelta(days=30)
"""For an operator to look into; none counts for longer than a day."""
MOST_FAILURES_KEPT = 500_000
"""Older than a day, so that a flood does not fill the disk."""

DEVICE_KEPT = timedelta(days=365)
"""After the last sign-in; the cookie lives as long (browsers allow 400 days)."""
MOST_DEVICES = 20
"""Of one person: the one that was not used for the longest gives way."""
MOST_PEOPLE = 10
"""Who stay known in one browser."""
AT_A_TIME = 100
"""Rows that one sweep removes, so that none of its transactions delays others."""


class Device(Row, tablename="device"):
    """A browser in which a person has signed in before. The cookie holds a 256-bit token; the table only its hash."""

    id = Serial(primary_key=True)
    person = Integer()
    token_hash = Varchar(length=64)
    network = Varchar(length=64)
    """From which they signed in there last."""
    created_at = Timestamptz()
    seen_at = Timestamptz()

    @classmethod
    async def known(cls, username: str, caller: Caller) -> Known:
        """One query, the same for a name that there is and one that there is not."""
        rows = await fetch(
            "SELECT device.id, device.token_hash, device.network FROM person JOIN device ON device.person = person.id "
            "WHERE person.username = {} AND device.seen_at > {} AND (device.token_hash = {} OR device.network = {})",
            username, now() - DEVICE_KEPT, token_hash(caller.device or ""), caller.network,
        )  # fmt: skip
        ids = [row["id"] for row in rows if caller.device and row["token_hash"] == token_hash(caller.device)]
        return Known(ids[0] if ids else 0, any(row["network"] == caller.network for row in rows))

    @classmethod
    async def remember(cls, person: int, caller: Caller) -> str:
        """A new token for the cookie, after this person has signed in; in the transaction in which that happens, which
        holds the person's row.

        A token is never taken over from the browser, where others may have put it, but replaced; everybody who was
        known by the old one (a computer that several use) is known by the new one.
        """
        token, at = secrets.token_urlsafe(32), now()
        mine = 0
        if caller.device:
            rows = await fetch(
                f"SELECT id, person FROM device WHERE token_hash = {{}} ORDER BY id LIMIT {MOST_PEOPLE}{for_update()}",
                token_hash(caller.device),
            )
            if rows:
                ids = [row["id"] for row in rows]
                await fetch(
                    f"UPDATE device SET token_hash = {{}} WHERE id IN ({placeholders(len(ids))})",
                    token_hash(token), *ids,
                )  # fmt: skip
            mine = next((row["id"] for row in rows if row["person"] == person), 0)
        if mine:
            await fetch("UPDATE device SET seen_at = {}, network = {} WHERE id = {}", at, caller.network, mine)
            return token
        await cls.insert(
            cls(person=person, token_hash=token_hash(token), network=caller.network, created_at=at, seen_at=at)
        )
        newest = f"SELECT id FROM device WHERE person = {{}} ORDER BY seen_at DESC, id DESC LIMIT {MOST_DEVICES}"
        await fetch(f"DELETE FROM device WHERE person = {{}} AND id NOT IN ({newest})", person, person)
        return token

    @classmethod
    async def sweep(cls) -> int:
        """The scheduler's: removes AT_A_TIME of those that have not been used for DEVICE_KEPT. Gives how many."""
        old = f"SELECT id FROM device WHERE seen_at < {{}} ORDER BY seen_at LIMIT {AT_A_TIME}"
        return len(await fetch(f"DELETE FROM device WHERE id IN ({old}) RETURNING id", now() - DEVICE_KEPT))


class SignInFailure(Row, tablename="sign_in_failure"):
    """Kept in the database, so that the count holds for all processes and through restarts."""

    id = Serial(primary_key=True)
    at = Timestamptz(index=True)
    username = Varchar(length=64)
    address = Varchar(length=64)
    network = Varchar(length=64)
    device = Integer()
    """The known device that it came from; 0: a stranger's."""

    @classmethod
    async def note(cls, username: str, caller: Caller, known: Known) -> None:
        await cls.insert(
            cls(at=now(), username=username, address=caller.address[:64], network=caller.network, device=known.device)
        )

    @classmethod
    async def ensure_few(cls, username: str, caller: Caller, known: Known) -> None:
        """Raises TooMany when the next try must wait. One query: each bound asks an index for the one failure that has
        to grow old first."""
        at = now()
        bounds = _bounds(username, caller, known)
        parts, values = [], []
        for most, window, conditions in bounds:
            where = " AND ".join(f"{column} = {{}}" for column in conditions)
            parts.append(
                f"SELECT * FROM (SELECT at, {window.total_seconds():.0f} AS seconds FROM sign_in_failure "
                f"WHERE {where} AND at > {{}} ORDER BY at DESC LIMIT 1 OFFSET {most - 1}) AS bound"
            )
            values += [*conditions.values(), at - window]
        rows = await fetch(" UNION ALL ".join(parts), *values)
        if rows:
            wait = max((row["at"] + timedelta(seconds=row["seconds"]) - at).total_seconds() for row in rows)
            raise TooMany(
                say("Too many failed sign-ins. Please wait {wait} and try again.", wait=span(wait)),
                retry_after=int(wait) + 1,
            )

    @classmethod
    async def sweep(cls) -> int:
        """The scheduler's: removes AT_A_TIME of those that are kept no longer. Gives how many."""
        before = max(now() - FAILURES_KEPT, min(now() - DAY, await cls._too_many_before()))
        old = f"SELECT id FROM sign_in_failure WHERE at < {{}} ORDER BY at LIMIT {AT_A_TIME}"
        return len(await fetch(f"DELETE FROM sign_in_failure WHERE id IN ({old}) RETURNING id", before))

    @classmethod
    async def _too_many_before(cls) -> datetime:
        rows = await fetch(
            "SELECT at FROM sign_in_failure WHERE id <= (SELECT MAX(id) FROM sign_in_failure) - {} "
            "ORDER BY id DESC LIMIT 1",
            MOST_FAILURES_KEPT,
        )
        return rows[0]["at"] if rows else datetime.min.replace(tzinfo=UTC)


def _bounds(username: str, caller: Caller, known: Known) -> list[tuple[int, timedelta, Mapping[str, Any]]]:
    """How many failures within which time, of those with these values."""
    if known.device:
        device = {"username": username, "device": known.device}
        return [(FAILURES, FAILURE_WINDOW, device), (DEVICE_FAILURES_A_DAY, DAY, device)]
    stranger = {"device": 0}
    here = {"network": caller.network, **stranger}
    bounds: list[tuple[int, timedelta, Mapping[str, Any]]] = [
        (FAILURES, FAILURE_WINDOW, here),
        (NETWORK_FAILURES_A_DAY, DAY, here),
        (NETWORK_FAILURES_OF_A_NAME_A_DAY, DAY, {"username": username, **here}),
    ]
    if not known.network:
        bounds.append((NAME_FAILURES_A_DAY, DAY, {"username": username, **stranger}))
    return bounds


def token_hash(token: str) -> str:
    """SHA-256: the token is random, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
