"""Handshakes of sockets in turns: a thousand read in one round of the event loop do not hold it for all of them.

Each costs a quarter of a millisecond in websockets and uvicorn before the application hears of it, and nothing in there
gives way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

from app.live.time_slice import TimeSlice
from app.live.turns import RoundRobin

Upgrade = Callable[[], None]


class Upgrades:
    def __init__(self) -> None:
        self._waiting: RoundRobin[Upgrade] = RoundRobin()
        self._is_due = False

    def put(self, network: str, upgrade: Upgrade) -> None:
        """Is called in the next round, or in one after it; addresses take turns."""
        self._waiting.put(network, upgrade)
        if not self._is_due:
            self._go_on()

    def _go_on(self) -> None:
        self._is_due = True
        asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        self._is_due = False
        time_slice = TimeSlice()
        try:
            while self._waiting and not time_slice.is_over:
                self._waiting.pop()()
        finally:  # one that fails is no reason for the others to wait for ever
            if self._waiting:
                self._go_on()


@cache
def upgrades() -> Upgrades:
    """Of this process."""
    return Upgrades()
