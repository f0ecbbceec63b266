"""The event log: what happened, in the order in which it became visible.

Outbox, replay, audit trail and inbox in one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import msgspec
from piccolo.columns import Integer, Serial, Text, Timestamptz, Varchar

from app.clock import now
from app.db import Row, Transaction, current_transaction
from app.db.engine import engine
from app.db.fetch import fetch, placeholders
from app.db.postgres import PooledPostgresEngine
from app.live.event import Actor, Event, UnknownEvent, decoder

logger = logging.getLogger(__name__)

LOG_LOCK = 7_265_001
"""Key of the advisory lock under which events get their ids: `id > last` then never skips one that commits late."""

WAKE_CHANNEL = "desk_events"

AT_ONCE = 1_000
"""Events in one INSERT; 12 values each stay below what both databases bind in a statement (32,766)."""

SUBJECTS = ("code", "account", "request", "person")
"""Columns of the log, each with an index: ids of what an entry tells of, named as the fields of events with them."""

BUNDLED_AFTER = 4
"""Events of one kind and client within BUNDLED_WITHIN are read one by one; the later ones with the last of these."""
BUNDLED_WITHIN, LONGEST_BUNDLE = timedelta(minutes=10), timedelta(hours=1)
"""A bundle goes on while events follow each other so closely, and at most for so long: then there is a new line."""


class LogEntry(Row, tablename="event"):
    """One row of the log. Rows are never changed, and never deleted from its tail."""

    id = Serial(primary_key=True)
    at = Timestamptz()
    kind = Varchar(length=40)
    client = Integer(null=True, default=None)
    actor = Integer(null=True, default=None)
    actor_name = Varchar(length=32)
    data = Text()
    code = Integer(null=True, default=None)
    account = Integer(null=True, default=None)
    request = Integer(null=True, default=None)
    person = Integer(null=True, default=None)
    bundle = Integer(null=True, default=None)
    """The entry with which this one is read, as one line for many; None: it is read by itself."""

    @cached_property
    def event(self) -> Event:
        """UnknownEvent for what this version cannot read: one such entry must not stop the others."""
        known = decoder(self.kind)
        if known is not None:
            try:
                return known.decode(self.data)
            except msgspec.DecodeError as error:
                _log_unreadable(self.kind, f"{error}")
        else:
            _log_unreadable(self.kind, "no such kind")
        return UnknownEvent(client=self.client, kind=self.kind)

    @classmethod
    async def last_id(cls) -> int:
        """0 for an empty log."""
        rows = await fetch("SELECT id FROM event ORDER BY id DESC LIMIT 1")
        return int(rows[0]["id"]) if rows else 0

    @classmethod
    async def after(cls, last: int, upto: int | None = None, limit: int = 500) -> list[LogEntry]:
        """Entries with id > last (and <= upto), oldest first. The relay's read: raw, because it is the hottest."""
        where, args = "id > {}", [last]
        if upto is not None:
            where, args = "id > {} AND id <= {}", [last, upto]
        rows = await fetch(f"SELECT * FROM event WHERE {where} ORDER BY id LIMIT {int(limit)}", *args)
        return [cls.from_row(row) for row in rows]


@lru_cache(maxsize=256)
def _log_unreadable(kind: str, why: str) -> None:
    """Once each, however many such entries there are."""
    logger.error("the log holds events of kind %s that this version cannot read: %s", kind, why)


def record(event: Event, by: Actor) -> None:
    """Notes an event for the open transaction; it is written just before the commit. RuntimeError outside one."""
    transaction = current_transaction()
    outbox = transaction.state.get(_OUTBOX)
    if outbox is None:
        transaction.state[_OUTBOX] = outbox = _Outbox()
        transaction.before_commit.append(outbox.write)
        transaction.after_commit.append(outbox.wake_relay)
    outbox.events.append((event, by, now()))


def recorded(*sources: Row | Transaction | None) -> tuple[LogEntry, ...]:
    """What was recorded, and committed, by the transactions that wrote these rows; in the log's order."""
    transactions = {id(t): t for s in sources if (t := s.written_in if isinstance(s, Row) else s) is not None}
    outboxes = [outbox for t in transactions.values() if (outbox := t.state.get(_OUTBOX)) is not None]
    return tuple(entry for outbox in outboxes if outbox.is_committed for entry in outbox.entries)


_OUTBOX = "live.outbox"


class _Outbox:
    """The events of one transaction. They are inserted last, so that the log's lock is held for a moment only
    and nobody waits for it whose rows we still need; in one statement, however many they are, so that it is
    not held for a number of round trips that grows with them."""

    def __init__(self) -> None:
        self.events: list[tuple[Event, Actor, datetime]] = []
        self.entries: list[LogEntry] = []
        self.is_committed = False

    async def write(self) -> None:
        values = [
            (
                at, type(event).__name__, event.client, by.id, by.username, msgspec.json.encode(event).decode(),
                *map(event.subject_ids().get, SUBJECTS),
                *((at - BUNDLED_WITHIN, at - LONGEST_BUNDLE) if event.is_bundled else (None, None)),
            )
            for event, by, at in self.events
        ]  # fmt: skip
        insert = _insert_postgres if isinstance(engine(), PooledPostgresEngine) else _insert_sqlite
        for start in range(0, len(values), AT_ONCE):
            self.entries += await insert(values[start : start + AT_ONCE])

    def wake_relay(self) -> None:
        self.is_committed = True
        for wake in tuple(_wakers):
            wake()


Values = Sequence[tuple[Any, ...]]
"""What COLUMNS hold of each event, since, and head_since; the last two are None for events that are never bundled."""

COLUMNS = f"at, kind, client, actor, actor_name, data, {', '.join(SUBJECTS)}"

BUNDLE = f"""(
    SELECT head.id FROM event AS head
    WHERE head.id = (
        SELECT COALESCE(bundle, id) FROM event
        WHERE client = given.client AND kind = given.kind ORDER BY id DESC LIMIT 1
    ) AND head.at > given.head_since AND given.since < (
        SELECT at FROM event
        WHERE client = given.client AND kind = given.kind ORDER BY id DESC LIMIT 1 OFFSET {BUNDLED_AFTER - 1}
    )
)"""
"""The entry with which a given one is read: four look-ups by an index, and none for an event that is never bundled. Of
two transactions at once each may miss the other's: then there is a line more, which nobody minds."""

INSERT_POSTGRES = f"""
    WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock({{}})),
    written AS (
        INSERT INTO event ({COLUMNS}, bundle)
        SELECT {COLUMNS}, CASE WHEN since IS NOT NULL THEN {BUNDLE} END FROM locked, unnest(
            {{}}::timestamptz[], {{}}::text[], {{}}::int[], {{}}::int[], {{}}::text[], {{}}::text[],
            {", ".join(["{}::int[]"] * len(SUBJECTS))},
            {{}}::timestamptz[], {{}}::timestamptz[]
        ) WITH ORDINALITY AS given ({COLUMNS}, since, head_since, nth)
        ORDER BY nth
        RETURNING *
    ),
    notified AS (SELECT pg_notify({{}}, max(id)::text) FROM written)
    SELECT written.* FROM written, notified ORDER BY id
"""
"""Lock, rows and wake-up in one round trip. No id is drawn before the lock is held: a row needs `locked` first."""


async def _insert_postgres(values: Values) -> list[LogEntry]:
    columns = [list(column) for column in zip(*values, strict=True)]
    rows = await fetch(INSERT_POSTGRES, LOG_LOCK, *columns, WAKE_CHANNEL)
    return [LogEntry.from_row(row) for row in rows]


async def _insert_sqlite(values: Values) -> list[LogEntry]:
    rows = await fetch(_insert_sql(len(values)), *(value for event in values for value in event))
    return sorted((LogEntry.from_row(row) for row in rows), key=lambda entry: entry.id)


@lru_cache(maxsize=16)
def _insert_sql(many: int) -> str:
    given = ", ".join([f"({placeholders(8 + len(SUBJECTS))})"] * many)
    return (
        f"WITH given ({COLUMNS}, since, head_since) AS (VALUES {given}) "
        f"INSERT INTO event ({COLUMNS}, bundle) SELECT {COLUMNS}, CASE WHEN since IS NOT NULL THEN {BUNDLE} END "
        "FROM given WHERE true RETURNING *"
    )


_wakers: set[Callable[[], None]] = set()


def on_commit(wake: Callable[[], None]) -> Callable[[], None]:
    """Calls `wake` after every commit of this process that recorded events; gives the call that stops it."""
    _wakers.add(wake)
    return lambda: _wakers.discard(wake)
