"""Bringing the database up to date: Piccolo's migrations under a lock of ours, since it takes none itself."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from pathlib import Path

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.db.fetch import fetch
from app.db.lock import MIGRATING, exclusive_lock

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent / "migrations"


async def migrate_database() -> None:
    """Safe to run twice, and from two places at once: the second waits for the first and finds nothing to do."""
    async with exclusive_lock(MIGRATING):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            result = await run_forwards("desk")
        logger.debug("%s", output.getvalue())
    if not result.success:
        raise RuntimeError(f"migration failed: {result.message}")


NAMED = re.compile(r'^ID = "(.+)"$', re.MULTILINE)


async def pending_migrations() -> set[str]:
    """Those of this version that the database does not have. (One that it has besides is a newer version's.) Raises
    what the database does where it was never migrated."""
    names = {match[1] for file in HERE.glob("*.py") if (match := NAMED.search(file.read_text()))}
    return names - {row["name"] for row in await fetch("SELECT name FROM migration WHERE app_name = 'desk'")}
