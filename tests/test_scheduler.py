"""One look of the desk's own clock does all that is due."""

import asyncio
from datetime import date, timedelta

import pytest

from app import clock, scheduler
from app.accounts.tables import CustomerAccount
from app.calendar.tables import Day
from app.codes.tables import TradingCode
from app.limits import Limit
from app.people.tables import IDLE, Session
from app.quotas.tables import Quota
from app.settings import Settings
from app.signing_in.caller import Caller, Known
from app.signing_in.tables import AT_A_TIME, DEVICE_KEPT, FAILURES_KEPT, Device, SignInFailure
from tests.inspection import everything, happened

WISH = {"platform": "mt5", "account_number": "12345678"}


async def it_is(day: date) -> None:
    """The last day that the desk has seen begin."""
    await Day.update({Day.last: day}, force=True)


async def test_a_day_begins_once(desk):
    await it_is(clock.today() - timedelta(days=1))
    assert await Day.start_if_new()
    assert await happened() == [("DayBegan", None, "system")]
    assert not await Day.start_if_new()
    assert len(await happened()) == 1


async def test_days_that_nobody_saw_begin_are_one_beginning(desk):
    await it_is(clock.today() - timedelta(days=40))
    assert await Day.start_if_new()
    assert not await Day.start_if_new()
    clock.travel(timedelta(days=1))
    assert await Day.start_if_new()
    assert len(await happened()) == 2


async def test_a_clock_that_runs_behind_does_not_begin_a_day_again(desk):
    await it_is(clock.today() + timedelta(days=1))
    assert not await Day.start_if_new()
    assert await happened() == []


async def test_a_desk_that_was_down_for_a_month_catches_up_in_one_run_and_then_rests(bob, ada):
    await it_is(clock.today())
    for _ in range(120):
        await TradingCode.generate(bob, **WISH, plan="30")
    for plan in ("7", "30", "365"):
        await CustomerAccount.create("bob", **WISH, plan=plan, by=ada)
    done = len(await happened())
    clock.travel(timedelta(days=29, minutes=1))
    await scheduler.run_due(Settings())
    kinds = [entry.kind for entry in (await happened())[done:]]
    assert kinds == ["DayBegan", "AccountExpired", *["CodeExpired"] * 120, "AccountExpiringSoon"]
    before = await everything()
    await scheduler.run_due(Settings())
    assert await everything() == before


async def test_the_time_that_a_code_may_wait_is_a_setting(bob):
    await it_is(clock.today())
    await TradingCode.generate(bob, **WISH, plan="30")
    clock.travel(timedelta(hours=13))
    await it_is(clock.today())
    await scheduler.run_due(Settings())
    assert len(await happened()) == 1
    await scheduler.run_due(Settings(code_ttl=timedelta(hours=12)))
    assert (await happened())[1:] == [("CodeExpired", bob.id, "system")]


HOME = Caller("127.0.0.1", "127.0.0.1")


async def test_sweeping_goes_on_until_nothing_is_left(bob, monkeypatch):
    monkeypatch.setattr("app.people.tables.MOST_SESSIONS", 230)
    monkeypatch.setattr("app.signing_in.tables.MOST_DEVICES", 230)
    monkeypatch.setattr("app.quotas.tables.AT_A_TIME", 2)
    await Quota.use({f"old-{n}": Limit(3, 60) for n in range(5)})
    await Quota.raw("UPDATE quota SET full_at = full_at - 60")
    for _ in range(230):
        await bob.let_in(HOME)
        await SignInFailure.note("bob", HOME, Known())
    clock.travel(IDLE + timedelta(minutes=1))
    await scheduler.sweep()
    assert (await Session.count(), await SignInFailure.count(), await Device.count()) == (0, 230, 230)
    assert await Quota.count() == 0
    assert [entry.kind for entry in await happened()] == ["SessionEnded"] * 230
    clock.travel(FAILURES_KEPT)
    await scheduler.sweep()
    assert (await SignInFailure.count(), await Device.count()) == (0, 230)
    clock.travel(DEVICE_KEPT - FAILURES_KEPT)
    await scheduler.sweep()
    assert await Device.count() == 0


@pytest.mark.parametrize("job", ["expire_due", "expire_unused", "notice_due", "sweep"])
async def test_other_tasks_run_after_every_transaction(bob, ada, job):
    """On SQLite nothing in them suspends by itself: what is worked through without a turn is how long others wait."""
    await it_is(clock.today())
    many = 3 * AT_A_TIME if job == "sweep" else 20
    for _ in range(many):
        if job == "sweep":
            await SignInFailure.note("bob", HOME, Known())
        elif job == "expire_unused":
            await TradingCode.generate(bob, **WISH, plan="30")
        else:
            await CustomerAccount.create("bob", **WISH, plan="30", by=ada)
    clock.travel(timedelta(days=24 if job == "notice_due" else 31))
    runs = 0

    async def count_runs():
        nonlocal runs
        while True:
            await asyncio.sleep(0)
            runs += 1

    waiting = asyncio.create_task(count_runs())
    await (scheduler.sweep() if job == "sweep" else scheduler.run_due(Settings()))
    waiting.cancel()
    assert runs >= (2 if job == "sweep" else many)
