"""The engine that keeps SQLite open."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest

from app.codes.tables import TradingCode
from app.db import transaction
from app.db.engine import engine
from app.db.errors import UNAVAILABLE
from app.db.fetch import fetch
from app.db.sqlite import KeptSQLiteEngine
from app.db.sqlite_statements import deadline_of_a_write, one_deadline
from app.people.tables import Person
from tests.inspection import everything

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


pytestmark = pytest.mark.usefixtures("desk")


async def test_read_modify_write_transactions_wait_for_each_other(bob):
    async def count_up():
        async with transaction():
            seen = (await Person.by_id(bob.id)).seen_event
            await asyncio.sleep(0)
            await Person.update({Person.seen_event: seen + 1}).where(Person.id == bob.id)

    await asyncio.gather(*(count_up() for _ in range(50)))
    assert (await Person.by_id(bob.id)).seen_event == 50


async def test_a_reader_never_waits_for_a_writer(bob):
    async with transaction():
        await TradingCode.generate(bob, **WISH)
        with closing(sqlite3.connect(engine().path, timeout=0)) as other:
            assert other.execute("SELECT count(*) FROM trading_code").fetchone() == (0,)
    assert await TradingCode.count() == 1


async def test_the_connection_that_reads_cannot_write(desk):
    _, reader = engine().open()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM person")


async def test_while_another_process_writes_the_desk_waits_without_stopping_others(bob):
    with closing(sqlite3.connect(engine().path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(TradingCode.generate(bob, **WISH))
        for _ in range(60):
            await asyncio.sleep(0)
            assert await TradingCode.count() == 0  # reads go on meanwhile
        assert not writing.done()
        other.execute("COMMIT")
        assert (await writing).status == "pending"


async def test_what_waits_too_long_for_another_process_is_given_up_with_nothing_changed(bob, monkeypatch):
    monkeypatch.setattr("app.db.sqlite.BUSY_LIMIT", 0.05)
    before = await everything()
    with closing(sqlite3.connect(engine().path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await TradingCode.generate(bob, **WISH)
        other.execute("ROLLBACK")
    assert await everything() == before
    assert (await TradingCode.generate(bob, **WISH)).status == "pending"


async def test_a_constraint_that_fails_at_the_commit_leaves_nothing_and_nothing_open(bob):
    async def fails_late():
        async with transaction():
            await Person.raw("PRAGMA defer_foreign_keys=ON")
            await Person.raw(
                "INSERT INTO session (person, token_hash, created_at, seen_at, address, browser) "
                "VALUES (999999, 'x', '2026-01-01', '2026-01-01', '', '')"
            )

    before = await everything()
    with pytest.raises(sqlite3.IntegrityError):
        await fails_late()
    assert await everything() == before
    assert (await TradingCode.generate(bob, **WISH)).status == "pending"


async def test_an_engine_may_be_closed_and_opened_again(database):
    kept = KeptSQLiteEngine(path=database.fresh().removeprefix("sqlite:///"))
    for _ in range(2):
        await kept.start_connection_pool()
        assert await kept._run_in_new_connection("SELECT count(*) AS n FROM person") == [{"n": 4}]
        await kept.close_connection_pool()


def test_many_may_open_a_new_database_at_the_same_moment(tmp_path):
    """What the first of them does to the file would be refused to another at once; seen in every eighth round."""
    errors = []
    for attempt in range(60):
        together = threading.Barrier(8)

        def open_it(path=tmp_path / f"{attempt}.db", together=together):
            kept = KeptSQLiteEngine(path=str(path))
            together.wait(10)
            try:
                kept.open()
            except sqlite3.OperationalError as error:
                errors.append(error)

        threads = [threading.Thread(target=open_it) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert errors == []


def test_a_database_made_by_migrate_is_kept_in_wal_mode(database):
    with closing(sqlite3.connect(database.fresh().removeprefix("sqlite:///"))) as looking:
        assert looking.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_sql_that_makes_no_sense_is_a_bug_and_not_a_database_that_is_away(desk):
    for sql in ("SELECT no_such_column FROM person", "SELECT id FROM no_such_table", "UPDATE person SET nothing = 1"):
        with pytest.raises(sqlite3.ProgrammingError) as error:
            await fetch(sql)
        assert not isinstance(error.value, UNAVAILABLE)


async def test_the_writes_of_one_request_share_a_deadline_and_those_of_others_do_not() -> None:
    """A lock that is taken anew before each of three writes would hold a request for three times as long."""
    with one_deadline():
        first = deadline_of_a_write()
        await asyncio.sleep(0.001)
        assert deadline_of_a_write() == first
        async with asyncio.TaskGroup() as group:
            within = group.create_task(deadline_in_a_task())
    assert within.result() == first
    with one_deadline():
        assert deadline_of_a_write() > first
    outside = deadline_of_a_write()
    await asyncio.sleep(0.001)
    assert deadline_of_a_write() > outside


async def deadline_in_a_task() -> float:
    return deadline_of_a_write()
