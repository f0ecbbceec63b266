"""How much of the event loop's time each has had lately: by it whoever has had least comes first (least_served.py).

What an admin has had counts a tenth, and who has had less than that of LIGHT comes before those who have had nothing:
everybody can register, and a hundred people who ask for the first time must not come before the one who works all day.

It is charged to a person, if the session is known, so that a busy colleague is nobody else's misfortune; else to all
strangers of a network together.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

Payer = tuple[Hashable, str]
"""To whom work is charged: a person, or all strangers of a network in a person's place; and the network."""
Result = TypeVar("Result")

HALF_LIFE = 1.0
"""Seconds after which half of what somebody has had is forgotten."""
LIGHT = 0.02
"""Seconds of the loop's time up to which all are equal, and are served as they came: five requests at once, or three a
second for good. Who asks for the first time shall not come before those who are at work."""
ADMINS_PART = 0.1
"""Of what an admin has had: a flood by an admin's own hand still comes after everybody who has had little."""
ADMINS_LIGHT = LIGHT / 4
"""What every admin has had at least, so counted."""
PIECE = 0.005
"""Seconds that one piece of work is taken to need, before it has been done: who has twenty sockets waiting has asked
for much, and has had nothing of it yet."""
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
        self._had[payer[0]] = (self._at(payer[0], at) + seconds, at)
        if len(self._had) > MOST_KEPT:
            self._forget(at)

    def of(self, payer: Payer) -> float:
        """Seconds, with what they wait for; LIGHT for all who had less, ADMINS_LIGHT for such admins."""
        had = self._at(payer[0], time.monotonic()) + PIECE * self._waiting[payer[0]]
        return max(ADMINS_LIGHT, had * ADMINS_PART) if payer[0] in self.admins else max(LIGHT, had)

    def _at(self, who: Hashable, at: float) -> float:
        had, then = self._had.get(who, (0.0, at))
        return had if at == then else float(had * 0.5 ** ((at - then) / HALF_LIFE))

    def _forget(self, at: float) -> None:
        kept = sorted(((self._at(who, at), who) for who in self._had), key=lambda each: each[0], reverse=True)
        self._had = {who: (had, at) for had, who in kept[: MOST_KEPT // 2] if had > LIGHT}


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
