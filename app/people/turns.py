"""Who is next where only a few can be served at once: by lanes that come one before the other, and within a lane by
turns, so that whoever sends many waits for themselves and not the others for them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.errors import TooMany, Unavailable
from app.i18n.message import say

SOON = 5
"""Seconds after which somebody who found no place is asked to come again: a full queue is empty by then."""


@dataclass(frozen=True, eq=False)
class Lane:
    at_once: int
    """Of it, being served."""
    waiting: int
    """Of it, all together: the next is told to come again, instead of waiting longer than anybody would."""
    of_one: int
    """Waiting, of one sender."""


class Turns:
    """Serves `at_once` altogether; of the lanes, the first in which somebody waits that may have one more."""

    def __init__(self, at_once: int, lanes: Sequence[Lane]) -> None:
        self._free = at_once
        self._queues = {lane: _Queue(lane.at_once) for lane in lanes}

    @asynccontextmanager
    async def turn(self, lane: Lane, sender: str | None = None) -> AsyncIterator[bool]:
        """Gives whether one had to wait. Raises TooMany when `sender` (None: the desk itself) has of_one waiting
        already, and Unavailable when the lane is full. A task that is cancelled leaves the queue."""
        waited = not self._take(lane)
        if waited:
            await self._wait(lane, sender)
        try:
            yield waited
        finally:
            self._give_back(lane)

    def waiting(self, lane: Lane) -> int:
        return self._queues[lane].waiting

    def _take(self, lane: Lane) -> bool:
        queue = self._queues[lane]
        if not self._free or not queue.free or queue.waiting:
            return False
        self._free -= 1
        queue.free -= 1
        return True

    async def _wait(self, lane: Lane, sender: str | None) -> None:
        queue = self._queues[lane]
        if sender is not None and queue.waiting_of(sender) >= lane.of_one:
            raise TooMany(say("That was too much at once. Please wait a few seconds and try again."), retry_after=SOON)
        if queue.waiting >= lane.waiting:
            raise Unavailable(
                say("Very many people are at the door just now. Please wait a few seconds and try again."),
                retry_after=SOON,
            )
        turn = asyncio.get_running_loop().create_future()
        queue.add(sender, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                queue.remove(sender, turn)
            else:  # it was theirs at this very moment
                self._give_back(lane)
            raise

    def _give_back(self, lane: Lane) -> None:
        self._free += 1
        self._queues[lane].free += 1
        for queue in self._queues.values():
            while self._free and queue.free and (turn := queue.next()) is not None:
                self._free -= 1
                queue.free -= 1
                turn.set_result(None)


class _Queue:
    """Who waits, by sender: the first of each in turn."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.waiting = 0
        self._senders: OrderedDict[str | None, deque[asyncio.Future[None]]] = OrderedDict()

    def waiting_of(self, sender: str | None) -> int:
        return len(self._senders.get(sender, ()))

    def add(self, sender: str | None, turn: asyncio.Future[None]) -> None:
        self._senders.setdefault(sender, deque()).append(turn)
        self.waiting += 1

    def remove(self, sender: str | None, turn: asyncio.Future[None]) -> None:
        """Does nothing when `next` has met it already, and passed it over."""
        turns = self._senders.get(sender, deque())
        if turn in turns:
            turns.remove(turn)
            self.waiting -= 1
            if not turns:
                del self._senders[sender]

    def next(self) -> asyncio.Future[None] | None:
        while self._senders:
            sender, turns = next(iter(self._senders.items()))
            turn = turns.popleft()
            self.waiting -= 1
            self._senders.move_to_end(sender)
            if not turns:
                del self._senders[sender]
            if not turn.done():
                return turn
        return None
