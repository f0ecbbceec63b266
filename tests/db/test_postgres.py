"""The pool: whatever goes wrong, its connections come back."""

import asyncio
import contextlib
import threading

import asyncpg
import pytest

from app.codes.tables import TradingCode
from app.db import current_transaction, transaction
from app.db.engine import engine
from app.db.errors import UNAVAILABLE, InDoubt
from app.db.fetch import fetch
from app.db.postgres import is_usable
from app.people.tables import Person
from tests.inspection import everything
from tests.loops import as_long_as

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
OFTEN = 36
"""More often than there are connections in the pool, whichever of three ways one is lost."""


pytestmark = pytest.mark.usefixtures("desk")


async def nothing_is_held(bob):
    """All connections of the pool can be had at once, and work."""
    assert await asyncio.wait_for(asyncio.gather(*(TradingCode.generate(bob, **WISH) for _ in range(OFTEN))), 20)
    await engine().begun.close()
    pool = engine().pool
    for _ in as_long_as(lambda: pool.get_size() != pool.get_idle_size(), "connections do not come back"):
        await asyncio.sleep(0.01)  # one may be on its way


async def recovered():
    """A read that succeeds; until the loop has noticed that a connection is gone, one may fail."""
    for _ in range(OFTEN):
        try:
            return await Person.count()
        except UNAVAILABLE:
            await asyncio.sleep(0.01)
    raise AssertionError("the pool does not recover")


async def test_a_commit_that_fails_returns_its_connection(bob):
    async def fails_late():
        async with transaction():
            await Person.raw(
                "INSERT INTO session (person, token_hash, created_at, seen_at, address, browser) "
                "VALUES (999999, 'x', now(), now(), '', '')"
            )

    before = await everything()
    await Person.raw("ALTER TABLE session ALTER CONSTRAINT session_person_fkey DEFERRABLE INITIALLY DEFERRED")
    try:
        for _ in range(OFTEN):
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                await fails_late()
    finally:
        await Person.raw("ALTER TABLE session ALTER CONSTRAINT session_person_fkey NOT DEFERRABLE")
    assert await everything() == before
    await nothing_is_held(bob)


async def test_a_connection_that_dies_before_or_within_a_transaction_is_replaced(bob, database):
    def cut():
        """From another thread while this one stands still, so that the loop does not notice in between."""
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'codedesk'"
        thread = threading.Thread(target=database.cluster.execute, args=(sql,))
        thread.start()
        thread.join()

    async def is_cut_off(when):
        assert await recovered() == 4  # so that there is a connection to cut
        if when == "before":
            cut()
        async with transaction():
            await Person.update({Person.email: "new@example.com"}).where(Person.id == bob.id)
            if when == "within":
                cut()
                await Person.count()
            if when == "at the end":
                cut()

    before = await everything()
    ends = {"before": set(), "within": set(), "at the end": set()}
    for when in [*ends] * (OFTEN // 3):
        with pytest.raises(UNAVAILABLE) as lost:
            await is_cut_off(when)
        ends[when].add(type(lost.value))
    assert InDoubt in ends["at the end"]
    assert InDoubt not in ends["before"] | ends["within"]
    await recovered()
    assert await everything() == before
    await nothing_is_held(bob)


async def test_a_transaction_cancelled_anywhere_returns_its_connection(bob):
    for steps in range(40):
        task = asyncio.create_task(TradingCode.generate(bob, **WISH))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await nothing_is_held(bob)


async def test_nobody_holds_the_desk(desk):
    for setting, value in (("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "10s"), ("TimeZone", "UTC")):
        [row] = await Person.raw(f"SHOW {setting}")
        assert list(row.values()) == [value]


async def begun_transactions() -> int:
    sql = "SELECT count(*) AS many FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    return int((await fetch(sql))[0]["many"])


async def test_a_commit_begins_the_next_transaction_and_a_quiet_desk_keeps_none(bob):
    await TradingCode.generate(bob, **WISH)
    assert await begun_transactions() == 1
    await TradingCode.generate(bob, **WISH)
    assert await begun_transactions() == 1
    async with asyncio.timeout(10):
        while await begun_transactions():  # noqa: ASYNC110 - PostgreSQL is asked
            await asyncio.sleep(0.01)
    assert await TradingCode.count() == 2


async def test_a_begun_transaction_sees_what_others_have_committed_since(bob):
    code = await TradingCode.generate(bob, **WISH)
    other = await asyncpg.connect(engine().config["dsn"])
    await other.execute("UPDATE trading_code SET status = 'cancelled' WHERE id = $1", code.id)
    await other.close()
    async with transaction():
        [row] = await fetch("SELECT status FROM trading_code WHERE id = {}", code.id)
    assert row["status"] == "cancelled"


async def test_a_begun_transaction_whose_connection_has_died_is_not_used(bob, monkeypatch):
    monkeypatch.setattr("app.db.postgres.KEPT_FOR", 60)
    await engine().begun.close()
    await TradingCode.generate(bob, **WISH)
    [(connection, _)] = engine().begun._kept.items()
    other = await asyncpg.connect(engine().config["dsn"])
    await other.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
    await other.close()
    async with asyncio.timeout(10):
        while is_usable(connection):  # noqa: ASYNC110 - its end comes from the network
            await asyncio.sleep(0.001)
    await TradingCode.generate(bob, **WISH)
    assert await TradingCode.count() == 2


async def test_a_transaction_in_which_a_statement_has_failed_is_never_taken_for_committed(bob):
    async def swallowing():
        async with transaction():
            await TradingCode.generate(bob, **WISH)
            with contextlib.suppress(asyncpg.PostgresError):
                await fetch("SELECT nothing_like_that()")
            current_transaction().before_commit.clear()

    with pytest.raises(RuntimeError, match="had failed"):
        await swallowing()
    assert await TradingCode.count() == 0
