"""What an attack is, and what it is given: a port, a few seconds, and people whose sessions it holds."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from app.limits import QUOTAS

FIRST = 3
"""Of the attackers' addresses: 127.0.0.3. Honest people come from 127.0.0.2, the program itself from 127.0.0.1."""

ADMIN, GUARDED, COLLECTORS = -3, -4, (-5, -6, -7, -8)
"""Which of the intruders has an admin's session, who has a second factor, and who have long lists of codes."""


def address(number: int = 0) -> str:
    """The attackers' own, 0 to 250: they are not of the honest people's network."""
    return f"127.0.0.{FIRST + number}"


@dataclass(frozen=True)
class Intruder:
    name: str
    id: int
    token: str
    account: int
    """Id of a running licence of theirs, or 0."""


@dataclass
class Target:
    port: int
    database_url: str
    root: str
    """The tree whose application it is."""
    seconds: float
    small: bool
    """Fewer of everything: the run of the test suite."""
    password: str
    """Of all intruders."""
    intruders: list[Intruder]
    answers: Counter[str] = field(default_factory=Counter)
    """By status; `refused`, `cut` and `closed …` for connections and sockets."""
    done: Counter[str] = field(default_factory=Counter)
    """What was acknowledged, by the kind of its event."""
    unknown: Counter[str] = field(default_factory=Counter)
    """What was asked for and never answered."""
    wrong: list[str] = field(default_factory=list)
    deadline: float = 0.0

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.deadline

    def few(self, many: int, small: int) -> int:
        return small if self.small else many

    async def together(self, works: list[Coroutine[Any, Any, None]], share: float = 1.0) -> None:
        """All of them at once, until each has ended or the time (or that share of all of it) is over."""
        tasks = [asyncio.create_task(self._until_cut(work)) for work in works]
        _, late = await asyncio.wait(
            tasks, timeout=min(share * self.seconds, max(0.0, self.deadline - time.monotonic()))
        )
        for task in late:
            task.cancel()
        for task in asyncio.as_completed(tasks):
            with suppress(asyncio.CancelledError):
                await task

    def allows(self, times: int, quota: str, scope: Literal["person", "address"] = "person") -> None:
        """What one person (or address) was let do must not be more than the table of quotas says."""
        limit = getattr(QUOTAS[quota], scope)[0]
        allowed = int(limit.times + self.seconds / limit.share) + 1
        if times > allowed:
            self.wrong.append(f"{times:,} {QUOTAS[quota].action} in {self.seconds:.0f} s; {allowed} are allowed")

    def needs(self, times: int, deed: str) -> None:
        """An attack all of whose requests are refused for a mistake of its own shows nothing. One that got no answer
        in its time, or was told to wait, made none."""
        if not times and any(answer.isdecimal() and answer != "503" for answer in self.answers):
            self.wrong.append(f"not one {deed}: what was attacked?")

    async def rest(self, seconds: float | None = None) -> None:
        """So long, or until the time is over."""
        left = max(0.0, self.deadline - time.monotonic())
        await asyncio.sleep(left if seconds is None else min(seconds, left))

    async def _until_cut(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (OSError, EOFError):
            self.answers["cut"] += 1


@dataclass(frozen=True)
class Attack:
    name: str
    title: str
    longer: float
    """Times the seconds of the others: what takes long to build up."""
    run: Callable[[Target], Awaitable[None]]


def attack(title: str, longer: float = 1.0) -> Callable[[Callable[[Target], Awaitable[None]]], Attack]:
    def made(run: Callable[[Target], Awaitable[None]]) -> Attack:
        return Attack(run.__name__, title, longer, run)

    return made
