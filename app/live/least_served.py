"""Queues in which whoever has had least of the event loop's time comes first (usage.py).

A turn for each is not enough: twenty busy addresses would make everybody else wait for twenty pieces of work. So those
come first who have had least (least attained service, as schedulers of operating systems call it), and one who asks
now and then waits for the piece of work that is under way and for no other.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import floor, log
from typing import Generic, NamedTuple, TypeVar

from app.live.usage import LIGHT, Payer, Usage

Item = TypeVar("Item")
MayBegin = Callable[[Payer], bool]

OLDEST_EVERY = 3
TWICE = 2.0
"""Times as much as another that a person has had makes them come later: a hundred who ask for the first time must not
come before one who has been at work and had a little more. Among those who are alike networks take turns, so that it
helps nobody to be a hundred."""


def always(payer: Payer) -> bool:
    """Whoever it is may begin."""
    return True


class LeastServed(Generic[Item]):
    """What each waits for, in their own order; among one another whoever has had least, and then who came first. Every
    OLDEST_EVERY-th time it is whoever has waited longest, so that nobody waits for ever."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._queues: dict[Payer, _Queue[Item]] = {}
        """Who waited longest for their next is first."""
        self._least: list[tuple[int, int, int, Payer]] = []
        """A heap: by what each had had, roughly, when they came to wait for their next (their rank); the round in which
        it is their network's turn; and the number of that wait."""
        self._round: Counter[int] = Counter()
        """Of each rank: that of the last who was served."""
        self._last_round: Counter[tuple[int, str]] = Counter()
        """Of each rank and network: the last that is taken."""
        self._numbers = count(1)
        self._turn = 0

    def __bool__(self) -> bool:
        return bool(self._queues)

    def put(self, payer: Payer, item: Item) -> None:
        if (queue := self._queues.get(payer)) is not None:
            queue.items.append(item)
        else:
            self._wait(payer, deque((item,)))

    def pop(self, may_begin: MayBegin = always) -> Item | None:
        """None when nobody waits who may begin."""
        payer = self._next(may_begin)
        if payer is None:
            return None
        _, rank, turn, items = self._queues.pop(payer)
        self._round[rank] = max(self._round[rank], turn)
        item = items.popleft()
        if items:
            self._wait(payer, items)
        if not self._queues:
            self._round.clear()
            self._last_round.clear()
        return item

    def _wait(self, payer: Payer, items: deque[Item]) -> None:
        number, network = next(self._numbers), payer[1]
        rank = floor(log(self._usage.of(payer) / LIGHT, TWICE))
        turn = self._last_round[rank, network] = max(self._round[rank], self._last_round[rank, network]) + 1
        self._queues[payer] = _Queue(number, rank, turn, items)
        heappush(self._least, (rank, turn, number, payer))

    def _next(self, may_begin: MayBegin) -> Payer | None:
        self._turn = (self._turn + 1) % OLDEST_EVERY
        if not self._turn and self._queues and may_begin(oldest := next(iter(self._queues))):
            return oldest
        while self._least:
            *_, number, payer = least = heappop(self._least)
            if (queue := self._queues.get(payer)) is None or queue.number != number:
                continue  # had its turn as the oldest
            if may_begin(payer):
                return payer
            heappush(self._least, least)  # whoever comes after has had as much
            break
        return None


class _Queue(NamedTuple, Generic[Item]):
    number: int
    """Of the wait for the first of the items."""
    rank: int
    turn: int
    items: deque[Item]


class Waiting:
    """Tasks that wait for their turn at something, in the order of LeastServed."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._turns: LeastServed[asyncio.Future[None]] = LeastServed(usage)

    async def turn(self, payer: Payer, pass_on: Callable[[], None]) -> None:
        """Returns when it is theirs. `pass_on`: what is done with the turn of one who is cancelled as it comes."""
        turn = asyncio.get_running_loop().create_future()
        with self._usage.waiting(payer):
            self._turns.put(payer, turn)
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    pass_on()
                raise

    def wake_next(self, may_begin: MayBegin = always) -> bool:
        """Whether there was somebody; those who have gone meanwhile are passed over."""
        while (turn := self._turns.pop(may_begin)) is not None:
            if not turn.done():
                turn.set_result(None)
                return True
        return False
