"""How much of the event loop's time each has had lately, and queues in which whoever has had least comes first.

A turn for each is not enough: twenty busy addresses would make everybody else wait for twenty pieces of work. So those
come first who have had least (least attained service, as schedulers of operating systems call it), and one who asks
now and then waits for the piece of work that is under way and for no other.

What an admin has had counts a tenth: everybody can register, and a hundred people who have each had less than the one
who works all day must not come before her.

It is charged to a person, if the session is known, and to their network. Among people the person counts, so that a busy
colleague is nobody else's misfortune; among those who are equal their network, so that it helps nobody to be a hundred.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Generator, Hashable, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from math import log
from typing import Any, Generic, NamedTuple, TypeVar

Payer = tuple[Hashable, str]
"""To whom work is charged: a person, or all strangers of a network in a person's place; and the network."""
Item = TypeVar("Item")
Result = TypeVar("Result")

HALF_LIFE = 1.0
"""Seconds after which half of what somebody has had is forgotten."""
LIGHT = 0.02
"""Seconds of the loop's time up to which all are equal, and are served as they came: five requests at once, or three a
second for good. Who asks for the first time shall not come before those who are at work."""
OLDEST_EVERY = 3
ADMINS_PART = 0.1
"""Of what an admin has had: a flood by an admin's own hand still comes after everybody who has had little."""
PIECE = 0.005
"""Seconds that one piece of work is taken to need, before it has been done: who has twenty sockets waiting has asked
for much, and has had nothing of it yet."""
ROUGHLY = 4.0
"""Times as much as another that a network has had makes it come later; networks that are alike take turns."""
MOST_KEPT = 20_000
"""Of whom it is known; beyond, the light ones are forgotten, and then whoever had least."""


class Usage:
    def __init__(self) -> None:
        self._had: dict[Hashable, tuple[float, float]] = {}
        """Seconds, and the moment (time.monotonic()) for which they are true."""
        self.admins: set[Hashable] = set()
        """As far as they have asked for something."""
        self._waiting: Counter[Hashable] = Counter()
        """Pieces of work of each person, wherever they wait for their turn."""

    @contextmanager
    def waiting(self, payer: Payer) -> Iterator[None]:
        """While a piece of theirs waits."""
        self._waiting[payer[0]] += 1
        try:
            yield
        finally:
            self._waiting[payer[0]] -= 1
            if not self._waiting[payer[0]]:
                del self._waiting[payer[0]]

    def add(self, payer: Payer, seconds: float) -> None:
        at = time.monotonic()
        for who in set(payer):
            self._had[who] = (self._at(who, at) + seconds, at)
        if len(self._had) > MOST_KEPT:
            self._forget(at)

    def of(self, payer: Payer) -> tuple[float, float]:
        """Seconds of each, and LIGHT for all who had less; of the person also what they wait for."""
        at = time.monotonic()
        had = self._at(payer[0], at) + PIECE * self._waiting[payer[0]]
        if payer[0] in self.admins:
            had *= ADMINS_PART
        return max(LIGHT, had), max(LIGHT, self._at(payer[1], at))

    def _at(self, who: Hashable, at: float) -> float:
        had, then = self._had.get(who, (0.0, at))
        return had if at == then else float(had * 0.5 ** ((at - then) / HALF_LIFE))

    def _forget(self, at: float) -> None:
        kept = sorted(((self._at(who, at), who) for who in self._had), key=lambda each: each[0], reverse=True)
        self._had = {who: (had, at) for had, who in kept[: MOST_KEPT // 2] if had > LIGHT}


class LeastServed(Generic[Item]):
    """What each waits for, in their own order; among one another whoever has had least, and then who came first. Every
    OLDEST_EVERY-th time it is whoever has waited longest, so that nobody waits for ever."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._queues: dict[Payer, _Queue[Item]] = {}
        """Who waited longest for their next is first."""
        self._least: list[tuple[float, int, int, int, Payer]] = []
        """A heap: by what each had had when they came to wait for their next, and how much their network, roughly; the
        round in which it is the network's turn; and the number of that wait."""
        self._round = 0
        """Of the last who was served."""
        self._rounds: dict[str, int] = {}
        """The last of each network that waits."""
        self._numbers = count(1)
        self._turn = 0

    def __bool__(self) -> bool:
        return bool(self._queues)

    def put(self, payer: Payer, item: Item) -> None:
        if (queue := self._queues.get(payer)) is not None:
            queue.items.append(item)
        else:
            self._wait(payer, deque((item,)))

    def pop(self) -> Item:
        """Raises IndexError when nothing waits."""
        payer = self._next()
        _, turn, items = self._queues.pop(payer)
        self._round = max(self._round, turn)
        item = items.popleft()
        if items:
            self._wait(payer, items)
        if not self._queues:
            self._rounds.clear()
        return item

    def _wait(self, payer: Payer, items: deque[Item]) -> None:
        number, network = next(self._numbers), payer[1]
        turn = self._rounds[network] = max(self._round, self._rounds.get(network, 0)) + 1
        had, of_network = self._usage.of(payer)
        self._queues[payer] = _Queue(number, turn, items)
        heappush(self._least, (had, int(log(of_network / LIGHT, ROUGHLY)), turn, number, payer))

    def _next(self) -> Payer:
        self._turn = (self._turn + 1) % OLDEST_EVERY
        if not self._turn and self._queues:
            return next(iter(self._queues))
        while True:
            *_, number, payer = heappop(self._least)
            if (queue := self._queues.get(payer)) is not None and queue.number == number:
                return payer  # any other had its turn as the oldest


class _Queue(NamedTuple, Generic[Item]):
    number: int
    """Of the wait for the first of the items."""
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

    def wake_next(self) -> bool:
        """Whether there was somebody; those who have gone meanwhile are passed over."""
        while self._turns:
            if not (turn := self._turns.pop()).done():
                turn.set_result(None)
                return True
        return False


class Charged(Generic[Result]):
    """An awaitable: the work, whose time on the loop is charged to somebody, piece by piece as it runs."""

    def __init__(self, work: Awaitable[Result], usage: Usage, payer: Payer) -> None:
        self._work, self._usage, self._payer = work, usage, payer

    def __await__(self) -> Generator[Any, Any, Result]:
        work: Generator[Any, Any, Result] = self._work.__await__()
        resume: Callable[[Any], Any] = work.send
        value: Any = None
        while True:
            began = time.perf_counter()
            try:
                waits_for = resume(value)
            except StopIteration as done:
                result: Result = done.value
                return result
            finally:
                self._usage.add(self._payer, time.perf_counter() - began)
            try:
                value = yield waits_for
                resume = work.send
            except BaseException as raised:  # it is the work's: a cancellation, or the loop's end
                resume, value = work.throw, raised
