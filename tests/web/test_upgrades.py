"""A flood of handshakes is worked on a slice at a time, and those of one address are not before everybody else's."""

from __future__ import annotations

import asyncio

import pytest

from app.live import time_slice as module
from app.live.time_slice import SLICE
from app.web.upgrades import Upgrades
from tests.clock import Clock

COST = SLICE / 4
"""Seconds that each handshake takes of the clock of these tests."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    clock.at = 0.0  # so that the slices add up exactly
    monkeypatch.setattr(module, "time", clock)
    return clock


async def until_empty(done: list[str], many: int) -> list[int]:
    """How many had been done after each round of the event loop."""
    after_rounds = []
    while len(done) < many:
        assert len(after_rounds) < 100, "it does not go on"
        await asyncio.sleep(0)
        after_rounds.append(len(done))
    return after_rounds


async def test_others_have_their_rounds_between_the_slices(clock: Clock) -> None:
    upgrades, done = Upgrades(), list[str]()

    def upgrade() -> None:
        clock.at += COST
        done.append("eve")

    for _ in range(100):
        upgrades.put("eve", lambda: upgrade())
    assert done == []
    after_rounds = await until_empty(done, 100)
    assert len(after_rounds) >= 25
    assert max(after - before for before, after in zip([0, *after_rounds], after_rounds, strict=False)) <= 5


async def test_addresses_take_turns(clock: Clock) -> None:
    upgrades, done = Upgrades(), list[str]()
    for number in range(20):
        upgrades.put("eve", lambda number=number: done.append(f"eve {number}"))
    upgrades.put("bob", lambda: done.append("bob"))
    await until_empty(done, 21)
    assert done[:3] == ["eve 0", "bob", "eve 1"]


async def test_one_that_fails_does_not_keep_the_others(clock: Clock) -> None:
    upgrades, done, failed = Upgrades(), list[str](), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failed.append(context["exception"]))

    def fail() -> None:
        raise ValueError("no handshake")

    upgrades.put("eve", fail)
    upgrades.put("eve", lambda: done.append("eve"))
    await until_empty(done, 1)
    assert [type(error) for error in failed] == [ValueError]
