"""Whether the desk does its work: for load balancers and operators, in words that tell strangers nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get

from app.db.errors import UNAVAILABLE
from app.db.fetch import fetch

logger = logging.getLogger(__name__)

ASKED_EVERY = 0.5
"""Seconds for which an answer of the database holds: however often strangers ask, it is asked so often."""
ANSWER_LIMIT = 1.0
"""Seconds that it has for a small write, and for a small read."""


class DatabaseHealth:
    """What the database can do, asked once for all who want to know at the same time."""

    def __init__(self, write: Callable[[], Awaitable[None]]) -> None:
        self._write = write
        self._asked: asyncio.Task[str] | None = None
        self._asked_at = 0.0

    async def state(self) -> str:
        """`answers` when it can be written, or what is wrong instead."""
        loop = asyncio.get_running_loop()
        if self._asked is None or (self._asked.done() and loop.time() - self._asked_at > ASKED_EVERY):
            self._asked, self._asked_at = asyncio.create_task(self._ask()), loop.time()
        return await asyncio.shield(self._asked)

    async def _ask(self) -> str:
        if await self._works("write", self._write):
            return "answers"
        return "cannot be written" if await self._works("read", lambda: fetch("SELECT 1 AS one")) else "away"

    async def _works(self, what: str, try_it: Callable[[], Awaitable[Any]]) -> bool:
        try:
            async with asyncio.timeout(ANSWER_LIMIT):
                await try_it()
        except UNAVAILABLE as error:
            logger.error("the database does not %s: %s: %s", what, type(error).__name__, error)
            return False
        return True


@get("/healthz", opt={"exclude_from_auth": True, "any_host": True})
async def healthz(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """200 while every supervised task runs and the database can be written. The details stand in the log."""
    tasks = request.app.state.supervisor.state()
    database = await request.app.state.database_health.state()
    is_well = database == "answers" and all(state == "running" for state in tasks.values())
    return Response({"database": database, "tasks": tasks}, status_code=200 if is_well else 503)
