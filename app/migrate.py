"""Bringing the database up to date: Piccolo's migrations under a lock of ours, since it takes none itself."""

from __future__ import annotations

import contextlib
import io
import logging

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.db.lock import MIGRATING, exclusive_lock

logger = logging.getLogger(__name__)


async def migrate_database() -> None:
    """Safe to run twice, and from two places at once: the second waits for the first and finds nothing to do."""
    async with exclusive_lock(MIGRATING):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            result = await run_forwards("desk")
        logger.debug("%s", output.getvalue())
    if not result.success:
        raise RuntimeError(f"migration failed: {result.message}")
