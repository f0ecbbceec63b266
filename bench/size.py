"""How much is measured: enough for steady medians, or enough to see in two or three minutes that it works."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

SOCKETS_PER_PERSON = 20
"""Codedesk refuses more, so nobody has more at its peers either."""


class People(NamedTuple):
    """client1 … and admin1 …, besides bob."""

    clients: int
    admins: int


@dataclass(frozen=True)
class Size:
    name: str = "full"
    rounds: int = 5
    sockets: tuple[int, ...] = (1, 50, 200, 500)
    """Growth of the room, each socket another person's; the figures speak of the last."""
    crowd: tuple[int, int] = (1_000, 5_000)
    """Clients of the small and of the large crowd."""
    views: tuple[int, ...] = (1, 25, 100)
    """Pages that search for something else each."""
    warm_most: int = 4_000
    """Times that an action is repeated before it is measured, at most, until its cost is flat (figures/warm.py)."""
    warm_seconds: float = 60.0
    """And for so long, at most."""
    broadcasts: int = 60
    crowd_broadcasts: int = 10
    days: int = 5
    """New days of a crowd."""
    events: int = 100
    """Before the views."""
    trips: int = 20
    """Actions of which the round trips are counted."""
    burst: int = 40
    viewers: tuple[int, ...] = (1, 5, 20)
    pairs: int = 100
    idle: int = 1000
    requests: int = 200
    rows: tuple[int, int] = (1_000, 1_000_000)
    """Codes in the table: of every figure, and of the lists of a large desk."""
    history: tuple[int, int] = (1_000, 1_000_000)
    """Codes, and events, of the two desks whose pages are compared."""
    asked: int = 40
    """Times that each of their pages is asked for, of either desk."""
    licences: int = 2_000
    """Of different robots, which ask one after the other."""
    robot_seconds: float = 10.0
    """Of robots that ask at a fixed rate: by themselves, beside people, and of the same people without them."""
    seconds: float = 3.0
    """Of steady load, for actions a second; and of rest, for what a server does unasked."""

    @property
    def people(self) -> People:
        """All that any figure needs."""
        clients = max(self.crowd[-1], self.sockets[-1])
        sockets_of_admins = max(self.idle, self.sockets[-1])
        return People(clients, max(ceil(sockets_of_admins / SOCKETS_PER_PERSON), self.views[-1]) + 1)


FULL = Size()
QUICK = Size(
    name="quick",
    rounds=1,
    sockets=(1, 200),
    crowd=(200, 600),
    warm_most=30,
    warm_seconds=1.0,
    broadcasts=15,
    crowd_broadcasts=2,
    days=1,
    events=10,
    trips=3,
    pairs=25,
    idle=200,
    requests=40,
    rows=(1_000, 50_000),
    history=(1_000, 10_000),
    asked=3,
    licences=20,
    robot_seconds=0.2,
    seconds=0.5,
)
