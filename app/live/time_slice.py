"""Work that grows with the people, done in time slices: between two of them the event loop serves everybody else."""

from __future__ import annotations

import asyncio
import time

SLICE = 0.004
"""Seconds of work before other tasks run. A request that arrives meanwhile waits for one slice at most."""


class TimeSlice:
    def __init__(self) -> None:
        self._ends = time.perf_counter() + SLICE

    @property
    def is_over(self) -> bool:
        return time.perf_counter() >= self._ends

    async def yield_to_loop(self) -> None:
        await asyncio.sleep(0)
        self._ends = time.perf_counter() + SLICE
