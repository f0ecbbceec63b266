"""Statements on SQLite's kept connections: run inline, and tried again while another process holds the write lock."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

BUSY_LIMIT = 5.0
"""Seconds that a write waits, for its turn in this process and for other processes together, before it gives up with
sqlite3.OperationalError."""


def deadline_of_a_write() -> float:
    return asyncio.get_running_loop().time() + BUSY_LIMIT


def busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


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
    """Raises sqlite3.ProgrammingError for SQL that makes no sense (a column that there is not): SQLite calls that an
    OperationalError too, which stands for a database that is unavailable (errors.py)."""
    try:
        return connection.execute(sql, args).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR:
            raise sqlite3.ProgrammingError(str(error)) from error
        raise


def is_busy(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
