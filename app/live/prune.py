"""Retention: old entries of the log go, except those that somebody has unread, and never the newest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db.fetch import fetch
from app.live.log import LogEntry

PORTION = 500
"""Entries that one transaction goes through."""


@dataclass(frozen=True)
class Condition:
    """What must hold of a row of the log: SQL with `{}` for each of its values. It is never null."""

    sql: str
    values: Sequence[Any] = ()


@dataclass(frozen=True)
class Pruned:
    removed: int
    unread: int
    """Entries that are as old, and stay because somebody has them unread."""


async def prune(before: datetime, unread: Condition) -> Pruned:
    """Removes the entries recorded before then that are not `unread`, portion by portion; each is a transaction of its
    own, so it may be stopped anywhere, run beside servers, and run again.

    It walks by id, so that no portion goes through what an earlier one has left. The newest entry stays, however old:
    cursors are compared with it, and SQLite would give its id out again.
    """
    position, newest = 0, await LogEntry.last_id()
    removed = kept = 0
    while portion := await _portion(position, newest, before):
        if not portion.old:  # entries stand in the order of their time, but for moments: the rest is younger
            break
        deleted = await fetch(
            "DELETE FROM event WHERE id > {} AND id <= {} AND id < {} AND at < {} "
            f"AND NOT ({unread.sql}) RETURNING id",
            position, portion.last, newest, before, *unread.values,
        )  # fmt: skip
        position, removed, kept = portion.last, removed + len(deleted), kept + portion.old - len(deleted)
        await asyncio.sleep(0)
    return Pruned(removed, kept)


@dataclass(frozen=True)
class _Portion:
    last: int
    """The id of its last entry."""
    old: int
    """How many of its entries are old enough to go."""


async def _portion(position: int, newest: int, before: datetime) -> _Portion | None:
    """The next entries; None at the end of the log."""
    [row] = await fetch(
        "SELECT max(id) AS last, sum(CASE WHEN at < {} THEN 1 ELSE 0 END) AS old FROM "
        f"(SELECT id, at FROM event WHERE id > {{}} AND id < {{}} ORDER BY id LIMIT {PORTION:d}) AS portion",
        before, position, newest,
    )  # fmt: skip
    return None if row["last"] is None else _Portion(row["last"], row["old"])


def is_complete(entries: Sequence[LogEntry], since: int, upto: int) -> bool:
    """Whether these are all that ever stood in the log after `since`, up to the entry `upto`; else what lies between
    may have been pruned, and a page that stands at `since` can only be sent in full.

    The oldest entry that is left does not tell: it may be one that somebody has unread, with holes behind it. Ids
    follow one another without a hole; only PostgreSQL leaves some out, after a crash or a transaction that fails in its
    last moment, and a page that is sent in full then is right too.
    """
    return len(entries) == upto - since
