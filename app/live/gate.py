"""Requests, handshakes and syncs begin one at a time, and whatever else is ready runs between two of them.

On SQLite such a piece of work runs without a break, some milliseconds: fifty that are ready at once would hold
everybody else for as long as all of them take.
"""

from __future__ import annotations

import asyncio

from app.live.usage import Payer, Usage, Waiting

ROUNDS = 3
"""Of the event loop between two of them. In the first what has arrived meanwhile is read and the relay wakes, in the
second requests that have come whole begin to wait here, in the third it is decided who is next."""


class Gate:
    def __init__(self, usage: Usage) -> None:
        self.usage = usage
        self._waiting = Waiting(usage)
        self._is_taken = False
        """Something has begun, and others have not had their rounds since, or it is somebody's turn to begin."""

    async def pass_through(self, payer: Payer) -> None:
        """Returns when it is the turn of whoever pays to begin something. Cancelled, it leaves the turn to the next."""
        if self._is_taken:
            await self._waiting.turn(payer, self._pass_on)
        self._is_taken = True
        self._give_way(ROUNDS)

    def _give_way(self, rounds: int) -> None:
        if rounds:
            asyncio.get_running_loop().call_soon(self._give_way, rounds - 1)
        else:
            self._pass_on()

    def _pass_on(self) -> None:
        self._is_taken = self._waiting.wake_next()
