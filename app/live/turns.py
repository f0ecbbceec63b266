"""People take turns: whoever wants much waits for each thing as long as somebody who wants little."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager
from typing import Generic, NamedTuple, TypeVar

from app.live.least_served import Waiting
from app.live.usage import Payer, Usage

Item = TypeVar("Item", bound=Hashable)


class RoundRobin(Generic[Item]):
    """What each waits for, in their own order; among one another they take turns."""

    def __init__(self) -> None:
        self._items: dict[Hashable, dict[Item, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._items)

    def put(self, who: Hashable, item: Item) -> None:
        self._items.setdefault(who, {})[item] = None

    def discard(self, who: Hashable, item: Item) -> None:
        if (items := self._items.get(who)) is not None:
            items.pop(item, None)
            if not items:
                del self._items[who]

    def pop(self) -> Item:
        """Raises StopIteration when nothing waits."""
        who = next(iter(self._items))
        items = self._items.pop(who)
        item = next(iter(items))
        del items[item]
        if items:
            self._items[who] = items  # behind everybody else
        return item

    def __iter__(self) -> Iterator[Item]:
        return (item for items in self._items.values() for item in items)


class Rate(NamedTuple):
    times: int
    """At once."""
    every: float
    """Seconds after which there is one more."""


class Allowance:
    """What somebody has had of a rate, as the moment (time.monotonic()) at which it is forgotten."""

    __slots__ = ("_forgotten_at",)

    def __init__(self) -> None:
        self._forgotten_at = 0.0

    def has(self, many: int, rate: Rate, at: float) -> bool:
        """Whether so many are left; nobody ever waits for none."""
        return not many or max(at, self._forgotten_at) + many * rate.every <= at + rate.times * rate.every

    def use(self, many: int, rate: Rate, at: float) -> None:
        """Even those that are not left: then there is none for a while, and no debt beyond that."""
        self._forgotten_at = min(max(at, self._forgotten_at) + many * rate.every, at + rate.times * rate.every)


class FairSemaphore:
    """A semaphore that is fair to people, not to their sockets."""

    def __init__(self, at_once: int, usage: Usage) -> None:
        self._free = at_once
        self._waiting = Waiting(usage)

    @asynccontextmanager
    async def of(self, payer: Payer) -> AsyncIterator[None]:
        if self._free:
            self._free -= 1
        else:
            await self._waiting.turn(payer, self._pass_on)
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        if not self._waiting.wake_next():
            self._free += 1
