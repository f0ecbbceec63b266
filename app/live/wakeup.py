"""How a process learns that another has committed. It only ever wakes the relay, which reads the log for itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable

import asyncpg

from app.db.engine import AnyEngine
from app.db.sqlite import KeptSQLiteEngine
from app.live.log import WAKE_CHANNEL

PROBE_EVERY = 5.0
"""Seconds between two checks whether the LISTEN connection still lives: one that is lost is silent."""
POLL_EVERY = 0.05
"""Seconds between two polls of SQLite's data_version, which changes when another connection commits (1 µs each)."""

Wake = Callable[[], None]


def watcher(database: AnyEngine, wake: Wake) -> Callable[[], Awaitable[None]]:
    """The task for this kind of database, to be supervised: it never returns, and raises when its connection dies."""
    if isinstance(database, KeptSQLiteEngine):
        return lambda: _watch_file(database.path, wake)
    return lambda: _listen(database.config["dsn"], wake)


async def _listen(dsn: str, wake: Wake) -> None:
    lost = asyncio.Event()
    connection = await asyncpg.connect(
        dsn=dsn, timeout=5, server_settings={"application_name": "codedesk-listen", "tcp_keepalives_idle": "10"}
    )
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(WAKE_CHANNEL, lambda *_: wake())
        wake()  # for what was committed while nobody listened
        while True:
            try:
                async with asyncio.timeout(PROBE_EVERY):
                    await lost.wait()
                raise ConnectionError("the LISTEN connection was lost")
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=PROBE_EVERY)
    finally:
        connection.terminate()


async def _watch_file(path: str, wake: Wake) -> None:
    connection = sqlite3.connect(path)
    try:
        seen = None
        while True:
            version = connection.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                wake()
            await asyncio.sleep(POLL_EVERY)
    finally:
        connection.close()
