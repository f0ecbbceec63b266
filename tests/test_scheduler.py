"""One look of the desk's own clock does all that is due."""

from datetime import date, timedelta

from app import clock, scheduler
from app.accounts.tables import CustomerAccount
from app.calendar.tables import Day
from app.codes.tables import TradingCode
from app.settings import Settings
from tests.inspection import everything, happened

WISH = {"platform": "mt5", "account_number": "12345678"}


async def it_is(day: date) -> None:
    """The last day that the desk has seen begin."""
    await Day.update({Day.last: day}, force=True)


async def test_a_day_begins_once(desk):
    await it_is(clock.today() - timedelta(days=1))
    assert await Day.begin_if_new()
    assert await happened() == [("DayBegan", None, "system")]
    assert not await Day.begin_if_new()
    assert len(await happened()) == 1


async def test_days_that_nobody_saw_begin_are_one_beginning(desk):
    await it_is(clock.today() - timedelta(days=40))
    assert await Day.begin_if_new()
    assert not await Day.begin_if_new()
    clock.travel(timedelta(days=1))
    assert await Day.begin_if_new()
    assert len(await happened()) == 2


async def test_a_clock_that_runs_behind_does_not_begin_a_day_again(desk):
    await it_is(clock.today() + timedelta(days=1))
    assert not await Day.begin_if_new()
    assert await happened() == []


async def test_a_desk_that_was_down_for_a_month_catches_up_in_one_look_and_then_rests(bob, ada):
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
