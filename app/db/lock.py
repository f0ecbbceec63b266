"""An exclusive lock, over all processes and hosts of a desk."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from app.db.engine import engine
from app.db.sqlite import KeptSQLiteEngine

MIGRATING, SCHEDULING = 7_265_002, 7_265_003
"""Keys of the advisory locks."""

TRY_EVERY = 1.0
"""Seconds. Trying again holds nothing; a session that waits inside PostgreSQL would hold back its vacuum."""

Check = Callable[[], Awaitable[None]]


@asynccontextmanager
async def exclusive_lock(key: int) -> AsyncIterator[Check]:
    """Waits until the lock is free. It is released when its holder dies, however it dies.

    Gives a check that raises an asyncpg error or OSError when the lock has been lost with its connection.
    """
    database = engine()
    if isinstance(database, KeptSQLiteEngine):
        with open(f"{database.path}-lock-{key}", "w", opener=_private) as file:  # noqa: ASYNC230 - a local file
            while not _locked(file.fileno()):  # noqa: ASYNC110 - another process holds it
                await asyncio.sleep(TRY_EVERY)
            yield _always_held
        return
    connection = await asyncpg.connect(dsn=database.config["dsn"], timeout=5, server_settings={"timezone": "UTC"})
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):  # noqa: ASYNC110
            await asyncio.sleep(TRY_EVERY)

        async def check() -> None:
            await connection.execute("SELECT 1", timeout=5)

        yield check
    finally:
        connection.terminate()


def _private(path: str, flags: int) -> int:
    """Nobody else on this host may hold the desk's locks."""
    return os.open(path, flags, 0o600)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _always_held() -> None:
    """A file lock is lost with its process only."""
