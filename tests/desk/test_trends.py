"""The dashboard's numbers: of each day as its reader has days, and at a cost that does not grow with the table."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.db.engine import engine
from app.db.fetch import fetch
from app.i18n.locale import ENGLISH, Locale
from app.i18n.times import today_in
from app.listings import daily
from app.listings.chart import Chart
from app.listings.daily import created, ending, last_days
from tests.browser import Browser, api

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
BANGKOK = Locale("th", "Asia/Bangkok")


async def test_a_day_holds_what_its_reader_calls_that_day(bob):
    """An hour before midnight in Bangkok is the afternoon of the same day at Greenwich; an hour after it still is."""
    to_midnight = timedelta(hours=24) - (clock.now().astimezone(BANGKOK.tz).replace(tzinfo=None) - _midnight(BANGKOK))
    clock.travel(to_midnight - timedelta(hours=1))
    await TradingCode.generate(bob, **WISH)
    clock.travel(timedelta(hours=2))
    await TradingCode.generate(bob, **WISH)
    assert await created("trading_code", last_days(2, today_in(BANGKOK)), BANGKOK) == [1, 1]
    assert await created("trading_code", last_days(2, today_in(ENGLISH)), ENGLISH) == [0, 2]


def _midnight(locale):
    local = clock.now().astimezone(locale.tz)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


async def test_a_day_that_is_over_is_counted_once_and_today_each_time(bob):
    await TradingCode.generate(bob, **WISH)
    days = last_days(2, today_in(ENGLISH))
    assert await created("trading_code", days, ENGLISH) == [0, 1]
    await TradingCode.generate(bob, **WISH)
    assert await created("trading_code", days, ENGLISH) == [0, 2]
    clock.travel(timedelta(days=2))
    later = last_days(4, today_in(ENGLISH))
    assert await created("trading_code", later, ENGLISH) == [0, 2, 0, 0]
    await fetch("DELETE FROM event WHERE 1 = 1")
    await fetch("DELETE FROM trading_code WHERE 1 = 1")
    assert await created("trading_code", later, ENGLISH) == [0, 2, 0, 0], "it was not asked for again"


async def test_renewals_follow_the_end_of_running_accounts(bob, ada):
    account = await CustomerAccount.create("bob", **{**WISH, "plan": "7"}, by=ada)
    await CustomerAccount.create("bob", **{**WISH, "plan": "lifetime"}, by=ada)
    days = [today_in(ENGLISH) + timedelta(days=ahead) for ahead in range(30)]
    at = (await ending(days, ENGLISH)).index(1)
    assert at == 7
    account = await account.extend(10, by=ada)
    assert (await ending(days, ENGLISH)).index(1) == 17
    await account.suspend(by=ada)
    assert sum(await ending(days, ENGLISH)) == 0


async def test_each_day_is_counted_by_an_index_and_no_further_than_needed(bob, monkeypatch):
    plans = []

    async def explained(sql, *values):
        if engine().engine_type == "sqlite":
            plans.extend(row["detail"] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", *values))
        return await fetch(sql, *values)

    for _ in range(3):
        await TradingCode.generate(bob, **WISH)
    monkeypatch.setattr(daily, "fetch", explained)
    monkeypatch.setattr(daily, "MOST_A_DAY", 2)
    assert await created("trading_code", last_days(60, today_in(ENGLISH)), ENGLISH) == [0] * 59 + [2]
    await ending(last_days(30, today_in(ENGLISH)), ENGLISH)
    walks = [plan for plan in plans if plan.startswith("SCAN") and "day" not in plan]
    assert walks == []
    assert len([plan for plan in plans if "USING COVERING INDEX" in plan]) in (0, 90)


def test_the_highest_day_is_as_high_as_the_picture_and_an_empty_one_has_a_line():
    chart = Chart("Codes", last_days(3, clock.today()), [0, 2, 4])
    assert chart.bars == "M1 60v-1h8v1zM11 60v-30h8v30zM21 60v-60h8v60z"
    assert (chart.total, chart.width) == (6, 30)
    assert Chart("Codes", last_days(2, clock.today()), [0, 0]).bars.count("v-1h") == 2


async def test_the_dashboard_still_says_all_numbers_to_scripts(ada, bob):
    code = await TradingCode.generate(bob, **WISH)
    await code.activate(by=ada)
    numbers = (await (await api(ada)).get("/admin")).json()["stats"]
    assert (numbers["codes"]["activated"], numbers["accounts"]["valid"], numbers["waiting"]) == (1, 1, 0)
    page = (await (await Browser.of(ada)).get("/admin")).text
    assert page.index('id="waiting-codes"') < page.index('id="waiting-list"') < page.index('id="trends"')
