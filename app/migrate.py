"""Bringing the database up to date: Piccolo's migrations under a lock of ours, since it takes none itself."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import io
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.db.engine import engine
from app.db.postgres import PooledPostgresEngine
from app.db.sqlite import KeptSQLiteEngine

logger = logging.getLogger(__name__)

MIGRATION_LOCK = 7_265_002


async def migrate_database() -> None:
    """Safe to run twice, and from two places at once: the second waits for the first and finds nothing to do."""
    async with _alone():
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            result = await run_forwards("desk")
        logger.debug("%s", said.getvalue())
    if not result.success:
        raise RuntimeError(f"migration failed: {result.message}")


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    database = engine()
    if isinstance(database, PooledPostgresEngine):
        # A connection of its own: the lock belongs to the session and goes with it, also when we are killed.
        connection = await asyncpg.connect(dsn=database.config["dsn"])
        try:
            await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
            yield
        finally:
            await connection.close()
    else:
        assert isinstance(database, KeptSQLiteEngine)
        with Path(f"{database.path}-migrating").open("w") as lock:  # noqa: ASYNC230 - a local file, before we serve
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield
