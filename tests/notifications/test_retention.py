"""Old entries of the log go, in portions; what somebody has unread stays, and so does the tail."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from app import clock
from app.codes.tables import TradingCode
from app.live import prune
from app.live.log import LogEntry
from app.live.prune import PORTION, is_complete
from app.notifications.retention import prune_log
from app.notifications.tables import broadcast, see
from app.people.tables import Person
from tests.browser import api
from tests.inspection import everything, happened

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
YEAR = timedelta(days=365)


async def everybody_has_read():
    await Person.update({Person.seen_event: await LogEntry.last_id()}, force=True)


async def unread(person):
    notes = (await (await api(person)).get("/notifications")).json()["items"]
    return [note["id"] for note in notes if note["unread"]]


async def a_year_passes():
    clock.travel(YEAR)
    return clock.now() - timedelta(days=100)


async def test_what_is_old_and_read_goes_and_what_is_younger_stays(bob, ada):
    for _ in range(3):
        await (await TradingCode.generate(bob, **WISH)).cancel(by=ada)
    before = await a_year_passes()
    young = await TradingCode.generate(bob, **WISH)
    await everybody_has_read()
    await broadcast("and the newest", "info", by=ada)
    pruned = await prune_log(before)
    assert (pruned.removed, pruned.unread) == (6, 0)
    assert [entry.kind for entry in await happened()] == ["CodeGenerated", "BroadcastSent"]
    assert (await TradingCode.by_id(young.id)).status == "pending"
    assert await TradingCode.count() == 4
    assert (await prune_log(before)).removed == 0


async def test_the_newest_entry_stays_however_old_so_that_no_id_comes_twice(bob, ada):
    for _ in range(5):
        await TradingCode.generate(bob, **WISH)
    await everybody_has_read()
    last = await LogEntry.last_id()
    assert (await prune_log(await a_year_passes())).removed == 4
    assert [entry.id for entry in await LogEntry.after(0)] == [last]
    await TradingCode.generate(bob, **WISH)
    assert await LogEntry.last_id() > last


async def test_an_empty_log_and_one_with_nothing_old_are_left_alone(bob):
    assert (await prune_log(clock.now())).removed == 0
    await TradingCode.generate(bob, **WISH)
    await TradingCode.generate(bob, **WISH)
    before = await everything()
    assert (await prune_log(clock.now() - timedelta(hours=1))).removed == 0
    assert await everything() == before


async def test_what_bob_has_not_read_stays_and_so_does_his_inbox(bob, eve, ada):
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(2)]
    await everybody_has_read()
    await codes[0].cancel(by=ada)
    position = await LogEntry.last_id()
    await codes[1].cancel(by=ada)
    evens = await TradingCode.generate(eve, **WISH)
    await evens.cancel(by=ada)
    last = await LogEntry.last_id()
    await Person.update({Person.seen_event: last}).where(Person.id != bob.id)
    await see(bob, position)
    await TradingCode.generate(eve, **WISH)
    await Person.update({Person.seen_event: await LogEntry.last_id()}).where(Person.id != bob.id)
    before = await unread(bob)
    assert len(before) == 1
    pruned = await prune_log(await a_year_passes())
    assert pruned.unread == 1
    assert [entry.kind for entry in await happened()] == ["CodeCancelled", "CodeGenerated"]
    assert await unread(bob) == before


async def test_what_one_admin_has_not_read_stays_for_the_admins_alone(bob, ada, grace):
    code = await TradingCode.generate(bob, **WISH)
    await code.activate(by=ada)
    await broadcast("old", "info", by=ada)
    await everybody_has_read()
    await Person.update({Person.seen_event: 0}).where(Person.id == grace.id)
    before = await unread(grace)
    assert len(before) == 3
    await TradingCode.generate(bob, **WISH)
    await Person.update({Person.seen_event: await LogEntry.last_id()}).where(Person.id != grace.id)
    assert (await prune_log(await a_year_passes())).removed == 0
    assert (await unread(grace))[1:] == before
    # Once she cannot sign in any more, nothing holds them.
    await grace.suspend(by=ada)
    await prune_log(clock.now() - timedelta(days=100))
    assert [entry.kind for entry in await happened()] == ["PersonSuspended"]


async def test_a_broadcast_stays_while_anybody_who_can_sign_in_has_not_read_it(bob, eve, ada):
    for word in ("one", "two", "three"):
        await broadcast(word, "info", by=ada)
    ids = [entry.id for entry in await LogEntry.after(0)]
    await everybody_has_read()
    await Person.update({Person.seen_event: ids[0]}).where(Person.id == eve.id)
    before = await a_year_passes()
    assert (await prune_log(before)).removed == 1
    assert await unread(eve) == [ids[2], ids[1]]
    await Person.update({Person.active: False}).where(Person.id == eve.id)
    assert (await prune_log(before)).removed == 1
    assert [entry.id for entry in await LogEntry.after(0)] == ids[2:]


async def test_what_a_suspended_client_has_not_read_of_her_own_waits_for_her(bob, eve, ada):
    code = await TradingCode.generate(eve, **WISH)
    await everybody_has_read()
    await code.activate(by=ada)
    await Person.update({Person.seen_event: await LogEntry.last_id()}).where(Person.id != eve.id)
    await eve.suspend(by=ada)
    before = await a_year_passes()
    await eve.restore(by=ada)
    await prune_log(before)
    left = [entry.kind for entry in await happened()]
    assert left == ["CodeActivated", "PersonSuspended", "PersonRestored"], "no admin has read of the last two"
    assert len(await unread(eve)) == 1


async def test_a_desk_without_any_admin_who_can_sign_in_is_pruned_too(bob, ada, grace):
    await TradingCode.generate(bob, **WISH)
    await Person.update({Person.active: False}).where(Person.role == "admin")
    await broadcast("newest", "info", by=ada)
    assert (await prune_log(await a_year_passes())).removed == 1


async def test_a_long_log_goes_in_portions_and_who_else_waits_has_turns_in_between(bob, ada, monkeypatch):
    monkeypatch.setattr("app.live.prune.PORTION", 10)
    assert PORTION == 500
    for _ in range(95):
        await TradingCode.generate(bob, **WISH)
    await everybody_has_read()
    before, turns, portions = await a_year_passes(), 0, []
    fetch = prune.fetch

    async def counted(sql, *args):
        rows = await fetch(sql, *args)
        if sql.lstrip().startswith("DELETE"):
            portions.append((len(rows), turns))
        return rows

    async def wait_for_turns():
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    monkeypatch.setattr(prune, "fetch", counted)
    waiting = asyncio.create_task(wait_for_turns())
    pruned = await prune_log(before)
    waiting.cancel()
    assert pruned.removed == 94
    assert [removed for removed, _ in portions] == [10] * 9 + [4]
    assert all(later > earlier for (_, earlier), (_, later) in itertools.pairwise(portions[1:]))


async def test_a_prune_reads_no_more_than_what_is_old_and_one_portion(bob, ada, monkeypatch):
    """It walks by id and stops at the first portion with nothing old in it."""
    monkeypatch.setattr("app.live.prune.PORTION", 10)
    for _ in range(15):
        await TradingCode.generate(bob, **WISH)
    before = await a_year_passes()
    for _ in range(60):
        await TradingCode.generate(bob, **WISH)
    await everybody_has_read()
    asked = []
    fetch = prune.fetch

    async def counted(sql, *args):
        asked.append(sql)
        return await fetch(sql, *args)

    monkeypatch.setattr(prune, "fetch", counted)
    assert (await prune_log(before)).removed == 15
    assert len([sql for sql in asked if sql.lstrip().startswith("DELETE")]) == 2
    assert len(asked) <= 6


@pytest.mark.parametrize("cursor", [0, 1, 2, 3, 4, 5])
async def test_a_page_that_missed_what_was_pruned_can_tell(bob, eve, ada, cursor):
    """Also when the oldest entry that is kept is one that it knows: others are gone from behind it."""
    for _ in range(2):
        await broadcast("hello", "info", by=ada)
        await TradingCode.generate(bob, **WISH)
    first = (await LogEntry.after(0))[0].id
    await everybody_has_read()
    await Person.update({Person.seen_event: 0}).where(Person.id == eve.id)
    before = await a_year_passes()
    await broadcast("young", "info", by=ada)
    since, upto = first - 1 + cursor, await LogEntry.last_id()
    assert is_complete(await LogEntry.after(since, upto=upto), since, upto)
    await prune_log(before)
    assert [entry.kind for entry in await happened()] == ["BroadcastSent"] * 3
    assert is_complete(await LogEntry.after(since, upto=upto), since, upto) == (cursor >= 4)
