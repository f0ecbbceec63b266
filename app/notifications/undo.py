"""Taking back what one has just done, where the domain has an honest opposite of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.accounts import undo as accounts
from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch
from app.errors import Conflict, NotFound
from app.i18n.message import say
from app.live.event import Actor
from app.live.log import LogEntry

WITHIN = timedelta(minutes=10)
"""After which it stays as it is."""
MOST = 1_000
"""Entries of the log between the first and the last of one action."""


def can_be_undone(entries: Sequence[LogEntry]) -> bool:
    """Whether each of these has an opposite."""
    return bool(entries) and all(accounts.has_opposite(entry.event) for entry in entries)


async def undo(first: int, last: int, by: Actor) -> list[Row]:
    """The opposite of what somebody has done between these entries of the log: all of it, or nothing.

    Raises NotFound for what is not theirs, Conflict when it is too late, there is no opposite, or something has
    happened since.
    """
    nothing = NotFound(say("There is no such action of yours."))
    if not first <= last < first + MOST:
        raise nothing
    rows = await fetch(
        "SELECT * FROM event WHERE id BETWEEN {} AND {} AND actor = {} ORDER BY id DESC", first, last, by.id
    )
    entries = [LogEntry.from_row(row) for row in rows]
    if not entries:
        raise nothing
    if not can_be_undone(entries):
        raise Conflict(say("This cannot be undone."))
    if entries[-1].at < now() - WITHIN:
        minutes = int(WITHIN.total_seconds() // 60)
        raise Conflict(say("It is too late: this could be undone within {minutes} minutes.", minutes=minutes))
    async with transaction():
        await accounts.hold(entries)
        return [await accounts.undo(entry, by) for entry in entries]
