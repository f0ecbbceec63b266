"""The event log: nothing that was rolled back, and nothing that a cursor could skip."""

from __future__ import annotations

import asyncio
import random

import pytest

from app.codes.events import CodeGenerated
from app.codes.tables import TradingCode
from app.db import current_transaction, transaction
from app.live.event import kinds
from app.live.log import LogEntry, record, recorded
from app.people.tables import Person
from tests.live.test_replay import LICENCE


async def test_an_event_needs_a_transaction(bob: Person) -> None:
    with pytest.raises(RuntimeError):
        record(CodeGenerated(client=bob.id, code=1), by=bob)


async def test_what_is_rolled_back_leaves_no_event_and_no_row(bob: Person) -> None:
    async def half_of_it() -> None:
        async with transaction():
            await TradingCode.generate(bob, **LICENCE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half_of_it()
    assert await LogEntry.after(0) == []
    assert await TradingCode.count() == 0


async def test_the_events_of_one_transaction_stand_together_in_their_order(bob: Person) -> None:
    async with transaction() as together:
        codes = [await TradingCode.generate(bob, **LICENCE) for _ in range(3)]
        assert recorded(together) == (), "not before the commit"
    entries = await LogEntry.after(0)
    assert [entry.event for entry in entries] == [CodeGenerated(client=bob.id, code=code.id) for code in codes]
    assert [entry.id for entry in recorded(*codes)] == [entry.id for entry in entries]


async def test_ids_become_visible_in_order_however_slowly_transactions_commit(bob: Person) -> None:
    """A reader that goes by `id > last` sees every event once, in order, while transactions overtake one another."""
    dice = random.Random(1)
    many = 60

    async def slow_verb() -> None:
        async def dawdle() -> None:
            await asyncio.sleep(dice.uniform(0, 0.01))

        async with transaction():
            record(CodeGenerated(client=bob.id, code=1), by=bob)
            current_transaction().before_commit.append(dawdle)  # the event has its id, the commit is yet to come
            await asyncio.sleep(dice.uniform(0, 0.01))

    verbs = asyncio.gather(*(slow_verb() for _ in range(many)))
    seen: list[int] = []
    async with asyncio.timeout(20):
        while len(seen) < many:
            entries = await LogEntry.after(seen[-1] if seen else 0)
            seen += [entry.id for entry in entries]
            await asyncio.sleep(0)
    await verbs
    assert seen == [entry.id for entry in await LogEntry.after(0)]
    assert len(seen) == many


async def test_an_event_comes_back_from_the_log_as_it_was(ada: Person, bob: Person) -> None:
    code = await TradingCode.generate(bob, **LICENCE)
    await code.activate(by=ada)
    for entry in await LogEntry.after(0):
        assert type(entry.event) is kinds()[entry.kind]
        assert entry.event.client == entry.client == bob.id
    assert [entry.actor_name for entry in await LogEntry.after(0)] == ["bob", "ada"]
