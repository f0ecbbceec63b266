"""Waiting for what must come, and holding what others wait for."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg


def within(seconds: float, condition: Callable[[], Any], what: str) -> Any:
    """The first true value; fails when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.01)
    return value


@contextmanager
def held(url: str, sql: str = "SELECT id FROM trading_code FOR UPDATE") -> Iterator[None]:
    """Somebody else's open transaction: on PostgreSQL it holds what `sql` takes, on SQLite all writing."""
    if url.startswith("sqlite:"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=5, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()
        return
    ready, over = threading.Event(), threading.Event()

    async def hold() -> None:
        holder = await asyncpg.connect(url)
        try:
            async with holder.transaction():
                await holder.fetch(sql)
                ready.set()
                await asyncio.to_thread(over.wait)
        finally:
            holder.terminate()

    thread = threading.Thread(target=lambda: asyncio.run(hold()), daemon=True)
    thread.start()
    try:
        assert ready.wait(10), "the rows could not be held"
        yield
    finally:
        over.set()
        thread.join(10)
