"""The event log: what happened, in the order in which it became visible.

Outbox, replay, audit trail and inbox in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Protocol, Union

import msgspec
from piccolo.columns import Integer, Serial, Text, Timestamptz, Varchar

from app.clock import now
from app.db import Row, current_transaction
from app.db.engine import engine
from app.db.fetch import fetch
from app.db.postgres import PooledPostgresEngine

LOG_LOCK = 7_265_001
"""Key of the advisory lock under which events get their ids: `id > last` then never skips one that commits late."""

WAKE_CHANNEL = "desk_events"


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that happened, in the past tense; ids only. Its class name is its kind in the log."""

    client: int | None = None
    """Whose desk it concerns; None: the admins' alone, or everyone's."""


class Revoked(Event, frozen=True, kw_only=True):
    """The sockets of a person must close, on whichever process holds them: all of them, or one session's."""

    person: int
    session: int | None = None


class Actor(Protocol):
    @property
    def id(self) -> Any: ...
    @property
    def username(self) -> Any: ...


class System:
    """The desk itself, as the actor of what its clock does."""

    id = None
    username = "system"


SYSTEM = System()


class LogEntry(Row, tablename="event"):
    """One row of the log. Rows are never changed, and never deleted from its tail."""

    id = Serial(primary_key=True)
    at = Timestamptz()
    kind = Varchar(length=40)
    client = Integer(null=True, default=None)
    actor = Integer(null=True, default=None)
    actor_name = Varchar(length=32)
    data = Text()

    @cached_property
    def event(self) -> Event:
        return _decoder().decode(self.data)

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


@cache
def _decoder() -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(Union[tuple(kinds().values())])  # noqa: UP007


@cache
def kinds() -> dict[str, type[Event]]:
    """Every event class of the desk by its kind; complete once the application is imported."""

    def below(parent: type[Event]) -> Iterable[type[Event]]:
        for child in parent.__subclasses__():
            yield child
            yield from below(child)

    return {kind.__name__: kind for kind in below(Event) if kind is not Revoked}


def record(event: Event, by: Actor) -> None:
    """Notes an event for the open transaction; it is written just before the commit. RuntimeError outside one."""
    transaction = current_transaction()
    if _OUTBOX not in transaction.notes:
        transaction.notes[_OUTBOX] = outbox = _Outbox()
        transaction.before_commit.append(outbox.write)
        transaction.after_commit.append(outbox.tell)
    transaction.notes[_OUTBOX].events.append((event, by, now()))


_OUTBOX = "live.outbox"
INSERT = "INSERT INTO event (at, kind, client, actor, actor_name, data) VALUES ({}, {}, {}, {}, {}, {}) RETURNING *"


class _Outbox:
    """The events of one transaction. They are inserted last, so that the log's lock is held for a moment only
    and is never waited for by somebody whose rows we still need."""

    def __init__(self) -> None:
        self.events: list[tuple[Event, Actor, datetime]] = []
        self.entries: list[LogEntry] = []

    async def write(self) -> None:
        postgres = isinstance(engine(), PooledPostgresEngine)
        if postgres:
            await fetch("SELECT pg_advisory_xact_lock({})", LOG_LOCK)
        for event, by, at in self.events:
            data = msgspec.json.encode(event).decode()
            rows = await fetch(INSERT, at, type(event).__name__, event.client, by.id, by.username, data)
            self.entries.append(LogEntry.from_row(rows[0]))
        if postgres:
            await fetch("SELECT pg_notify({}, {})", WAKE_CHANNEL, str(self.entries[-1].id))

    def tell(self) -> None:
        _committed.set((*_committed.get(), *self.entries))
        for wake in tuple(_wakers):
            wake()


_committed: ContextVar[tuple[LogEntry, ...]] = ContextVar("desk_committed", default=())
_wakers: set[Callable[[], None]] = set()


def committed() -> tuple[LogEntry, ...]:
    """What has been recorded and committed in this context (one request) so far."""
    return _committed.get()


def on_commit(wake: Callable[[], None]) -> Callable[[], None]:
    """Calls `wake` after every commit of this process that recorded events; gives the call that stops it."""
    _wakers.add(wake)
    return lambda: _wakers.discard(wake)
