"""What a person may send through their sockets, all of them together: messages, pings, fragments and new connections.

It belongs to the person, as a socket costs nothing to open. A page sends one message when it connects, when it
navigates and after an action; browsers send no pings. Twenty tabs that come back after a restart spend 40 at once, so
that the network may fail them seven times in a row, and nobody acts five times a second for long: people never meet it.
A flood costs the desk some hundredths of its time.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

MOST = 300
"""At once."""
BACK = 5.0
"""That come back in a second."""
SWEPT_EVERY = 60.0
"""Seconds between two looks for budgets that are whole again."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Spent:
    many: float
    at: float
    """time.monotonic()"""
    over: bool = False
    """It was exceeded, and half of it has not come back yet."""

    def bring_to(self, at: float) -> None:
        self.many = max(0.0, self.many - (at - self.at) * BACK)
        self.at = at


class Budgets:
    def __init__(self) -> None:
        self._spent: dict[int, Spent] = {}
        self._swept = time.monotonic()

    def spend(self, person: int) -> bool:
        """One more; False for one too many, and then until half of all has come back: a page that connects again at
        once must not go on with its flood a moment later."""
        at = time.monotonic()
        if at - self._swept > SWEPT_EVERY:
            self._sweep(at)
        if (spent := self._spent.get(person)) is None:
            spent = self._spent[person] = Spent(0.0, at)
        spent.bring_to(at)
        if spent.over and spent.many > MOST / 2:
            return False
        spent.over = spent.many + 1 > MOST
        if spent.over:
            logger.warning("a person's sockets send too much, and are closed", extra={"person": person})
        else:
            spent.many += 1
        return not spent.over

    def give_back(self, person: int) -> None:
        """A message that we had asked for."""
        if (spent := self._spent.get(person)) is not None:
            spent.many = max(0.0, spent.many - 1)

    def _sweep(self, at: float) -> None:
        self._swept = at
        for person, spent in list(self._spent.items()):
            spent.bring_to(at)
            if not spent.many:
                del self._spent[person]
