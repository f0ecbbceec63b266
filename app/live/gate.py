"""Requests, handshakes and syncs begin one at a time, and whatever else is ready runs between two of them.

On SQLite such a piece of work runs without a break, some milliseconds: fifty that are ready at once would hold
everybody else for as long as all of them take. On PostgreSQL it waits for each answer, and then for all who were worked
on meanwhile: so of those who have had much one is worked on at a time while there are others.

What somebody waits for with a finger on it comes before what only makes a page live that can be read already: two
thousand sockets of a hundred people, each of whom has had little yet, are not before anybody's press.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from app.live.least_served import Waiting
from app.live.usage import LIGHT, Payer, Usage

ROUNDS = 3
"""Of the event loop between two of them. In the first what has arrived meanwhile is read and the relay wakes, in the
second requests that have come whole begin to wait here, in the third it is decided who is next."""
LATER_EVERY = 3
"""Of what may come later that much has its turn all the same, whatever waits before it."""
MUCH = 2.0
"""Times what somebody else has had who was here lately: so much is much."""
LATELY = 5.0
"""Seconds."""
MOST_OF_MUCH = 1
"""Pieces of work, of all who have had much, that are under way at a time."""
LONGEST_PLACE = 0.25
"""Seconds after which one counts no more, though it is not done: it waits for a slow peer, or for a password's hash."""


def nothing() -> None:
    """Of whoever has had little nobody needs to know the end."""


class Gate:
    def __init__(self, usage: Usage) -> None:
        self.usage = usage
        self._waiting, self._later = Waiting(usage), Waiting(usage)
        self._turn = 0
        self._is_taken = False
        """Something has begun, and others have not had their rounds since, or it is somebody's turn to begin."""
        self._of_much = 0
        """Pieces of work under way, of those who have had much."""
        self._least, self._least_at = LIGHT, 0.0
        """What whoever had least had of those who were here LATELY, and the moment (time.monotonic()) of the last."""

    async def pass_through(self, payer: Payer, *, later: bool = False) -> Callable[[], None]:
        """Returns when it is the turn of whoever pays to begin something; `later`: a handshake or a sync. Cancelled, it
        leaves the turn to the next. What it gives is to be called at the end of what was begun, whatever that is."""
        if self._is_taken or not self._may_begin(payer):
            await (self._later if later else self._waiting).turn(payer, self._pass_on)
        self._is_taken = True
        self._give_way(ROUNDS)
        return self._begin(payer)

    def _has_much(self, payer: Payer) -> bool:
        is_alone = time.monotonic() > self._least_at + LATELY
        return not is_alone and self.usage.of(payer) > MUCH * self._least

    def _note(self, payer: Payer) -> None:
        had, at = max(LIGHT, self.usage.of(payer)), time.monotonic()
        if had <= self._least or at > self._least_at + LATELY:
            self._least, self._least_at = had, at

    def _may_begin(self, payer: Payer) -> bool:
        return self._of_much < MOST_OF_MUCH or not self._has_much(payer)

    def _begin(self, payer: Payer) -> Callable[[], None]:
        self._note(payer)
        if not self._has_much(payer):
            return nothing
        self._of_much += 1
        has_ended = False

        def end() -> None:
            nonlocal has_ended
            timer.cancel()
            if not has_ended:
                has_ended = True
                self._of_much -= 1
                if not self._is_taken:
                    self._pass_on()

        timer = asyncio.get_running_loop().call_later(LONGEST_PLACE, end)
        return end

    def _give_way(self, rounds: int) -> None:
        if rounds:
            asyncio.get_running_loop().call_soon(self._give_way, rounds - 1)
        else:
            self._pass_on()

    def _pass_on(self) -> None:
        self._turn = (self._turn + 1) % LATER_EVERY
        first, second = (self._waiting, self._later) if self._turn else (self._later, self._waiting)
        self._is_taken = first.wake_next(self._may_begin) or second.wake_next(self._may_begin)
