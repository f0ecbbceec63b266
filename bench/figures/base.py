"""What a figure gets to measure with, and how it describes its rows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from bench.load.loop import Loop
from bench.load.usage import Usage
from bench.size import Size
from bench.targets.base import Target
from bench.targets.rooms import Desk, Room

Values = dict[str, float]


class Goal(NamedTuple):
    most: float
    of: str | None = None
    """Times the value of this target ("self": Codedesk's own); None: an absolute value."""
    key: str | None = None
    """The value compared with, when it is not the same one."""
    least: bool = False


class Row(NamedTuple):
    key: str
    label: str
    unit: str
    goals: tuple[Goal, ...] = ()


@dataclass
class Run:
    """One target, running, for one figure of one round."""

    target: Target
    room: Room
    database: Path
    """Of the server, where it is a file."""
    loop: Loop
    usage: Usage
    size: Size
    beside: list[Run] = field(default_factory=list)
    """The same of smaller desks, served at the same time."""

    @property
    def port(self) -> int:
        return self.room.port

    @property
    def desk(self) -> Desk:
        if not isinstance(self.room, Desk):
            raise TypeError(f"{type(self.room).__name__} has no domain to measure")
        return self.room

    def span(self) -> Span:
        return Span(self.usage)


class Span:
    """Adds up what passes while it is entered: seconds on the wall, of the server's CPU and of the generator's own."""

    def __init__(self, usage: Usage) -> None:
        self.wall = self.server = self.load = 0.0
        self._usage = usage

    def __enter__(self) -> Span:
        self._began = time.perf_counter(), self._usage.cpu(), time.process_time()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        wall, server, load = self._began
        self.wall += time.perf_counter() - wall
        self.server += self._usage.cpu() - server
        self.load += time.process_time() - load

    @property
    def busy(self) -> float:
        """The generator's share of its core: near 1 it would be the bottleneck. 1/busy is how far it could go on."""
        return self.load / self.wall if self.wall else 0.0
