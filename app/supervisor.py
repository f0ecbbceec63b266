"""Tasks that must not die: each is started again after a failure, and its state can be asked for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

PAUSES = (0.05, 0.2, 1.0, 5.0)
"""Seconds before the next try, by how often it has just failed in a row."""
SETTLED = 30.0
"""Seconds of running after which earlier failures are forgotten."""


class Supervisor:
    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.failing: set[str] = set()
        """The tasks that have just failed: what with stands in the log."""

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """`work` is not expected to return."""
        self._tasks[name] = asyncio.create_task(self._keep(name, work), name=name)

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def state(self) -> dict[str, str]:
        """`running`, `failing` or `ended`, for each task."""
        return {
            name: "failing" if name in self.failing else "ended" if task.done() else "running"
            for name, task in self._tasks.items()
        }

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            forget = loop.call_later(1.0, self.failing.discard, name)
            try:
                await work()
                raise RuntimeError(f"{name} returned")
            except Exception:
                failures = 0 if loop.time() - started > SETTLED else failures
                self.failing.add(name)
                logger.exception("%s failed; it is started again", name)
            finally:
                forget.cancel()
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1
