"""What every target offers: `Target` installs and starts it, its `Room` or `Desk` (rooms.py) reaches it as users do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, NamedTuple

from bench.load.loop import Loop
from bench.size import People
from bench.targets.rooms import Room

PASSWORD = "correct-horse-battery-staple"


class Missing(RuntimeError):
    """A target that can't be had on this machine, and why."""


def token(person: str) -> str:
    """Of the session with which the person's copy was made."""
    return f"token-of-{person}"


class Command(NamedTuple):
    argv: list[str]
    cwd: Path
    env: dict[str, str]


class Copies(NamedTuple):
    """Rows made of a table's first row: n = 1 … rows, these columns by an SQL expression of n, all others as there."""

    table: str
    rows: int
    changed: dict[str, str]


class Target(ABC):
    name: ClassVar[str]
    label: ClassVar[str]
    figures: ClassVar[frozenset[str]] = frozenset({"fanout", "burst", "pair", "memory", "lists", "large", "actions"})
    cores: ClassVar[frozenset[int]] = frozenset({0})
    filled: ClassVar[bool] = True
    """Whether its database is a SQLite file with a table of codes to fill."""

    def __init__(self, build: Path) -> None:
        self.build = build
        """Where what is made for the benchmark may lie."""

    @abstractmethod
    def install(self) -> None:
        """Makes it ready to start, once; raises Missing."""

    def uninstall(self) -> None:  # noqa: B027  (most have nothing to end)
        """Ends what `install` has started."""

    @abstractmethod
    def prepare(self, database: Path, people: People) -> None:
        """A fresh database with the client bob and the admin admin1, bob first; the others by `copies`, if it can."""

    def with_history(self, database: Path, size: int) -> None:
        """A fresh database with a history of that size (bench/filling.py)."""
        raise NotImplementedError

    def copies(self, people: People) -> list[Copies]:
        """All people but those two, each with a session of the token that `token` gives."""
        return []

    @abstractmethod
    def command(self, port: int, database: Path) -> Command:
        """Starts the server in the foreground."""

    def environment(self, figure: str) -> dict[str, str]:
        """What the server is told besides, for this figure."""
        return {}

    @abstractmethod
    def desk(self, loop: Loop, port: int) -> Room: ...

    def table(self) -> str:
        """The name of the table of codes, for filling it."""
        raise NotImplementedError
