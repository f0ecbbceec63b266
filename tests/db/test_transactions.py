"""What holds on both databases: all or nothing, one transaction however deep, and told only after the commit."""

import asyncio
import sys

import pytest

from app.codes.events import CodeGenerated
from app.codes.tables import TradingCode
from app.db import current_transaction, transaction
from app.live.event import SYSTEM
from app.live.log import LogEntry, on_commit, record, recorded
from app.people.tables import Person
from tests.databases import ROOT
from tests.inspection import everything, happened

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


class Stop(Exception):
    pass


async def test_an_error_takes_everything_back(bob):
    async def fails():
        async with transaction():
            await TradingCode.generate(bob, **WISH)
            await Person.update({Person.email: "new@example.com"}).where(Person.id == bob.id)
            raise Stop

    before = await everything()
    with pytest.raises(Stop):
        await fails()
    assert await everything() == before


async def test_a_cancellation_takes_everything_back_and_leaves_the_database_usable(bob):
    before = await everything()
    reached = asyncio.Event()

    async def never_ends():
        async with transaction():
            await TradingCode.generate(bob, **WISH)
            reached.set()
            await asyncio.Event().wait()

    for _ in range(12):  # more often than there are connections in the pool
        reached.clear()
        task = asyncio.create_task(never_ends())
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await everything() == before
    assert (await TradingCode.generate(bob, **WISH)).status == "pending"


async def test_who_waits_for_a_transaction_may_be_cancelled(bob):
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def holds_bob():
        async with transaction():
            await Person.update({Person.email: "held@example.com"}).where(Person.id == bob.id)
            reached.set()
            await go_on.wait()

    async def wants_bob():
        async with transaction():
            await Person.update({Person.email: "wanted@example.com"}).where(Person.id == bob.id)

    holder = asyncio.create_task(holds_bob())
    await reached.wait()
    for _ in range(12):
        waiting = asyncio.create_task(wants_bob())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waiting, 0.01)
    go_on.set()
    await holder
    assert (await Person.by_id(bob.id)).email == "held@example.com"
    await wants_bob()
    assert (await Person.by_id(bob.id)).email == "wanted@example.com"


async def test_a_transaction_inside_another_is_the_same_one(bob):
    async def fails_late():
        async with transaction() as outer:
            async with transaction() as inner:
                assert inner is outer is current_transaction()
                await TradingCode.generate(bob, **WISH)
            assert await TradingCode.count() == 1  # seen from inside
            raise Stop

    before = await everything()
    with pytest.raises(Stop):
        await fails_late()
    assert await everything() == before


async def test_others_see_what_is_written_only_after_the_commit(bob):
    written, seen = asyncio.Event(), asyncio.Event()

    async def write():
        async with transaction():
            await TradingCode.generate(bob, **WISH)
            written.set()
            await seen.wait()

    task = asyncio.create_task(write())
    await written.wait()
    assert (await TradingCode.count(), await LogEntry.last_id()) == (0, 0)
    seen.set()
    await task
    assert await TradingCode.count() == 1
    assert await LogEntry.last_id() > 0


async def test_an_event_needs_a_transaction(bob):
    with pytest.raises(RuntimeError, match="needs a transaction"):
        record(CodeGenerated(client=bob.id, code=1), by=bob)


async def test_who_listens_is_woken_after_the_commit_and_never_by_a_rollback(bob):
    woken = []

    async def fails():
        async with transaction():
            record(CodeGenerated(client=bob.id, code=1), by=SYSTEM)
            raise Stop

    stop = on_commit(lambda: woken.append(len(woken)))
    with pytest.raises(Stop):
        await fails()
    assert woken == []
    async with transaction() as both:
        record(CodeGenerated(client=bob.id, code=1), by=SYSTEM)
        record(CodeGenerated(client=bob.id, code=2), by=SYSTEM)
        assert woken == []
        assert recorded(both) == ()
    assert woken == [0]  # once for both
    assert len(await happened()) == 2
    assert [entry.event.code for entry in recorded(both)] == [1, 2]
    assert recorded(both)[0].id < recorded(both)[1].id
    stop()
    await TradingCode.generate(bob, **WISH)
    assert woken == [0]


async def test_an_event_that_cannot_be_written_takes_its_rows_back(bob):
    class Nameless:
        id = username = None

    async def fails_at_the_event():
        async with transaction():
            await Person.update({Person.email: "new@example.com"}).where(Person.id == bob.id)
            record(CodeGenerated(client=bob.id, code=1), by=Nameless())

    before = await everything()
    with pytest.raises(Exception, match=r"(?i)null"):
        await fails_at_the_event()
    assert await everything() == before


WRITER = """
import asyncio, sys
from app.codes.tables import TradingCode
from app.db.engine import engine
from app.people.tables import Person
async def write():
    await engine().start_connection_pool()
    bob = await Person.named("bob")
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(0, 100, 10):
        await asyncio.gather(*(
            TradingCode.generate(bob, platform="mt5", account_number="12345678", plan="30") for _ in range(10)))
    await engine().close_connection_pool()
asyncio.run(write())
"""


async def test_two_processes_that_write_at_once_lose_nothing(bob):
    pipe = asyncio.subprocess.PIPE
    writers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, cwd=ROOT, stdin=pipe, stdout=pipe)
        for _ in range(2)
    ]
    for writer in writers:
        assert await writer.stdout.readline() == b"ready\n"
    for writer in writers:
        writer.stdin.write(b"go\n")
    for _ in range(50):  # and this process writes as well
        await TradingCode.generate(bob, **WISH)
    assert [await writer.wait() for writer in writers] == [0, 0]
    assert await TradingCode.count() == 250
    assert await happened() == [("CodeGenerated", bob.id, "bob")] * 250
    named = [entry.event.code for entry in await LogEntry.after(0)]
    assert sorted(named) == sorted(row["id"] for row in await TradingCode.select(TradingCode.id))
