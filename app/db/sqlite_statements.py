"""Statements on SQLite's kept connections: run inline, and tried again while another process holds the write lock."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

BUSY_LIMIT = 5.0
"""Seconds that a write waits, and all writes of a request together, for their turn in this process and for other
processes, before it gives up with sqlite3.OperationalError."""


_deadlines: ContextVar[list[float] | None] = ContextVar("deadlines", default=None)
"""Of the request that is being worked on: none until it writes, and then one."""


@contextmanager
def one_deadline() -> Iterator[None]:
    """All writes within share the deadline of the first: a request that writes three times waits as long as one that
    writes once."""
    token = _deadlines.set([])
    try:
        yield
    finally:
        _deadlines.reset(token)


def deadline_of_a_write() -> float:
    """The loop's time at which it gives up."""
    deadline, shared = asyncio.get_running_loop().time() + BUSY_LIMIT, _deadlines.get()
    if shared is None:
        return deadline
    if not shared:
        shared.append(deadline)
    return shared[0]


def busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


def moment_of(stored: bytes) -> datetime:
    """A TIMESTAMPTZ, which is UTC. Piccolo's converter costs three times as much, for every moment of every row."""
    moment = datetime.fromisoformat(stored.decode())
    return moment if moment.tzinfo is UTC else moment.replace(tzinfo=UTC)


async def retried(writer: sqlite3.Connection, sql: str, args: Sequence[Any], deadline: float) -> list[dict[str, Any]]:
    """Runs a statement that needs the write lock; waits outside SQLite while another process holds it, to the deadline
    (the loop's time)."""
    pause = 0.001
    while True:
        try:
            return execute(writer, sql, args)
        except sqlite3.OperationalError as error:
            if not is_busy(error) or asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.05)


def execute(connection: sqlite3.Connection, sql: str, args: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Raises what `fetch_tuples` raises."""
    cursor, rows = fetch_tuples(connection, sql, args)
    if not rows:
        return []
    # Not by a row factory, as Piccolo does it: that asks for the names at every row.
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


def fetch_tuples(
    connection: sqlite3.Connection, sql: str, args: Sequence[Any]
) -> tuple[sqlite3.Cursor, list[tuple[Any, ...]]]:
    """Raises sqlite3.ProgrammingError for SQL that makes no sense (a column that there is not): SQLite calls that an
    OperationalError too, which stands for a database that is unavailable (errors.py)."""
    try:
        cursor = connection.execute(sql, args)
        return cursor, cursor.fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR:
            raise sqlite3.ProgrammingError(str(error)) from error
        raise


def is_busy(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
