"""The event log: nothing that was rolled back, and nothing that a cursor could skip."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from app.codes.events import CodeActivated, CodeGenerated
from app.codes.tables import TradingCode
from app.db import current_transaction, transaction
from app.db.engine import engine
from app.db.sqlite import KeptSQLiteEngine
from app.live.event import kinds
from app.live.log import AT_ONCE, LogEntry, record, recorded
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


@pytest.fixture
async def statements(desk: None) -> AsyncIterator[list[str]]:
    """All that goes to the database for what is written, in its order: one round trip each."""
    said: list[str] = []
    database = engine()
    if isinstance(database, KeptSQLiteEngine):
        writer, _ = database.open()
        writer.set_trace_callback(said.append)
        yield said
        writer.set_trace_callback(None)
        return
    assert database.pool is not None
    async with database.pool.acquire() as connection:  # the pool gives the one that it was given back last
        connection.add_query_logger(lambda logged: said.append(logged.query))
    yield said


def inserts(statements: list[str]) -> list[str]:
    return [statement for statement in statements if "INSERT INTO event" in statement]


async def test_all_events_of_a_transaction_are_one_insert(ada: Person, bob: Person, statements: list[str]) -> None:
    codes = [await TradingCode.generate(bob, **LICENCE) for _ in range(200)]
    last = await LogEntry.last_id()
    statements.clear()
    await TradingCode.act([code.id for code in codes], "activate", by=ada)
    await asyncio.sleep(0)  # asyncpg tells its loggers a moment later
    (insert,) = inserts(statements)
    after = statements[statements.index(insert) + 1 :]
    assert after[0].startswith("COMMIT"), "nothing else is done under the log's lock"
    entries = await LogEntry.after(last)
    assert [type(entry.event) for entry in entries] == [CodeActivated] * 200
    assert sorted(entry.event.code for entry in entries) == sorted(code.id for code in codes)


async def test_lock_rows_and_wake_up_are_one_round_trip(ada: Person, bob: Person, statements: list[str]) -> None:
    code = await TradingCode.generate(bob, **LICENCE)
    statements.clear()
    await code.activate(by=ada)
    await asyncio.sleep(0)
    (insert,) = inserts(statements)
    others = statements[: statements.index(insert)]
    assert statements[len(others) + 1].startswith("COMMIT")
    assert not any(word in statement for statement in others for word in ("advisory", "notify", "event"))
    if not isinstance(engine(), KeptSQLiteEngine):
        order = [insert.index(word) for word in ("pg_advisory_xact_lock", "INSERT INTO event", "pg_notify")]
        assert order == sorted(order)


async def test_events_that_no_statement_could_hold_are_inserted_in_portions_and_in_their_order(
    bob: Person, statements: list[str]
) -> None:
    many = AT_ONCE + 1
    async with transaction() as together:
        for number in range(many):
            record(CodeGenerated(client=bob.id, code=number), by=bob)
    assert len(inserts(statements)) == 2
    assert [entry.event.code for entry in recorded(together)] == list(range(many))
    assert [entry.event.code for entry in await LogEntry.after(0, limit=many)] == list(range(many))
