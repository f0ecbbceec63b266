"""Requests, handshakes and syncs begin one at a time, and whatever else is ready runs between two of them.

On SQLite such a piece of work runs without a break, some milliseconds: fifty that are ready at once would hold
everybody else for as long as all of them take.

What somebody waits for with a finger on it comes before what only makes a page live that can be read already: two
thousand sockets of a hundred people, each of whom has had little yet, are not before anybody's press.
"""

from __future__ import annotations

import asyncio

from app.live.usage import Payer, Usage, Waiting

ROUNDS = 3
"""Of the event loop between two of them. In the first what has arrived meanwhile is read and the relay wakes, in the
second requests that have come whole begin to wait here, in the third it is decided who is next."""
LATER_EVERY = 3
"""Of what may come later that much has its turn all the same, whatever waits before it."""


class Gate:
    def __init__(self, usage: Usage) -> None:
        self.usage = usage
        self._waiting, self._later = Waiting(usage), Waiting(usage)
        self._turn = 0
        self._is_taken = False
        """Something has begun, and others have not had their rounds since, or it is somebody's turn to begin."""

    async def pass_through(self, payer: Payer, *, later: bool = False) -> None:
        """Returns when it is the turn of whoever pays to begin something; `later`: a handshake or a sync. Cancelled, it
        leaves the turn to the next."""
        if self._is_taken:
            await (self._later if later else self._waiting).turn(payer, self._pass_on)
        self._is_taken = True
        self._give_way(ROUNDS)

    def _give_way(self, rounds: int) -> None:
        if rounds:
            asyncio.get_running_loop().call_soon(self._give_way, rounds - 1)
        else:
            self._pass_on()

    def _pass_on(self) -> None:
        self._turn = (self._turn + 1) % LATER_EVERY
        first, second = (self._waiting, self._later) if self._turn else (self._later, self._waiting)
        self._is_taken = first.wake_next() or second.wake_next()
