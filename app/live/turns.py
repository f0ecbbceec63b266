"""Work that grows with the people, done in turns: between two of them the event loop serves everybody else."""

from __future__ import annotations

import asyncio
import time

TURN = 0.004
"""Seconds of work before the loop is given to others. A request that comes meanwhile waits for one turn at most."""


class Turns:
    def __init__(self) -> None:
        self._ends = time.perf_counter() + TURN

    @property
    def is_over(self) -> bool:
        return time.perf_counter() >= self._ends

    async def give_way(self) -> None:
        await asyncio.sleep(0)
        self._ends = time.perf_counter() + TURN
