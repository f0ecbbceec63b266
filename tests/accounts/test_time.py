"""What the desk's own clock does to accounts: they end at their time, and their owners hear of it before."""

from datetime import timedelta

import pytest

from app import clock
from app.accounts.tables import AT_A_TIME, CustomerAccount
from app.codes.tables import TradingCode
from app.live.log import LogEntry
from tests.browser import PLAIN, Browser
from tests.inspection import everything, happened, last_event

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def account_of(bob, ada, plan="30"):
    return await CustomerAccount.create(bob.username, platform="mt4", account_number="88123407", plan=plan, by=ada)


async def test_an_account_ends_at_its_time_and_not_before(bob, ada):
    account = await account_of(bob, ada)
    clock.travel(30 * DAY - MINUTE)
    assert await CustomerAccount.expire_due() == 0
    assert (await account.fresh()).status == "valid"
    clock.travel(MINUTE)
    assert await CustomerAccount.expire_due() == 1
    ended = await account.fresh()
    assert (ended.status, ended.expires_at, ended.changed_by) == ("expired", account.expires_at, "system")
    assert (await happened())[1:] == [("AccountExpired", bob.id, "system")]


async def test_it_ends_once_also_when_the_desk_was_down_for_a_year(bob, ada):
    await account_of(bob, ada)
    clock.travel(365 * DAY)
    await CustomerAccount.expire_due()
    before = await everything()
    assert await CustomerAccount.expire_due() == 0
    assert await everything() == before


async def test_an_account_extended_in_time_does_not_end(bob, ada):
    account = await account_of(bob, ada)
    clock.travel(29 * DAY)
    await account.extend(30, by=ada)
    clock.travel(2 * DAY)
    assert await CustomerAccount.expire_due() == 0
    clock.travel(30 * DAY)
    assert await CustomerAccount.expire_due() == 1


async def test_suspended_and_lifetime_accounts_are_left_alone(bob, ada):
    await account_of(bob, ada, "lifetime")
    await (await account_of(bob, ada)).suspend(by=ada)
    clock.travel(4000 * DAY)
    assert await CustomerAccount.expire_due() == 0
    assert await CustomerAccount.notice_due() == 0


async def test_one_run_works_through_a_bounded_number(bob, ada):
    for _ in range(AT_A_TIME + 2):
        await account_of(bob, ada, "7")
    clock.travel(8 * DAY)
    assert await CustomerAccount.expire_due() == AT_A_TIME
    assert await CustomerAccount.expire_due() == 2


async def test_bob_is_told_seven_days_and_one_day_before_the_end_once_each(bob, ada):
    account = await account_of(bob, ada)
    notices = []
    for _ in range(30 * 4):
        clock.travel(DAY / 4)
        last = len(await happened())
        await CustomerAccount.expire_due()
        await CustomerAccount.notice_due()
        left = account.expires_at - clock.now()
        notices += [(entry.kind, entry.by, round(left / DAY)) for entry in (await happened())[last:]]
    assert notices == [
        ("AccountExpiringSoon", "system", 7), ("AccountExpiringSoon", "system", 1), ("AccountExpired", "system", 0),
    ]  # fmt: skip


async def test_one_look_gives_a_bounded_number_of_each_notice_and_those_first_whose_end_is_near(bob, ada, monkeypatch):
    monkeypatch.setattr("app.accounts.tables.AT_A_TIME", 2)
    by_hours = {}
    for hours in (60, 50, 40, 20, 10, 5):
        account = await account_of(bob, ada)
        end = clock.now() + timedelta(hours=hours)
        await CustomerAccount.update({CustomerAccount.expires_at: end}).where(CustomerAccount.id == account.id)
        by_hours[account.id] = hours
    last = await LogEntry.last_id()
    assert [await CustomerAccount.notice_due() for _ in range(3)] == [4, 2, 0]
    assert [by_hours[entry.event.account] for entry in await LogEntry.after(last)] == [5, 10, 40, 50, 20, 60]


@pytest.mark.parametrize(("down_until", "days"), [(5 * DAY, 7), (MINUTE, 1)])
async def test_after_the_desk_was_down_only_the_notice_that_still_holds_is_given(bob, ada, down_until, days):
    await account_of(bob, ada)
    clock.travel(30 * DAY - down_until)
    assert await CustomerAccount.notice_due() == 1
    assert await CustomerAccount.notice_due() == 0
    assert (await happened())[1:] == [("AccountExpiringSoon", bob.id, "system")]
    assert (await CustomerAccount.matching(CustomerAccount.owner == bob.id))[0].noticed == days


async def test_an_account_that_ended_while_the_desk_was_down_gets_no_notice(bob, ada):
    await account_of(bob, ada)
    clock.travel(31 * DAY)
    assert await CustomerAccount.notice_due() == 0


async def test_after_an_extension_the_notices_come_again_for_the_new_end(bob, ada):
    account = await account_of(bob, ada)
    clock.travel(29 * DAY + MINUTE)
    await CustomerAccount.notice_due()
    await account.extend(30, by=ada)
    assert await CustomerAccount.notice_due() == 0
    clock.travel(24 * DAY)
    assert await CustomerAccount.notice_due() == 1
    assert [entry.kind for entry in await happened()] == [
        "AccountCreated", "AccountExpiringSoon", "AccountExtended", "AccountExpiringSoon",
    ]  # fmt: skip


async def test_a_plan_no_longer_than_a_notice_is_not_told_so_as_soon_as_it_begins(bob, ada):
    """Neither by a code nor by hand; it still hears of its last day."""
    await account_of(bob, ada, "7")
    code = await TradingCode.generate(bob, platform="mt5", account_number="12345678", plan="7")
    await code.activate(by=ada)
    last = len(await happened())
    clock.travel(timedelta(seconds=1))
    assert await CustomerAccount.notice_due() == 0
    clock.travel(3 * DAY)
    assert await CustomerAccount.notice_due() == 0
    clock.travel(3 * DAY)
    assert await CustomerAccount.notice_due() == 2
    assert (await happened())[last:] == [("AccountExpiringSoon", bob.id, "system")] * 2
    assert (await last_event()).days == 1


async def test_an_extension_no_longer_than_a_notice_is_not_answered_with_it(bob, ada):
    """What counts is how long it runs from the extension on, not which plan it began with."""
    account = await account_of(bob, ada)
    clock.travel(31 * DAY)
    await CustomerAccount.expire_due()
    await account.extend(3, by=ada)
    assert await CustomerAccount.notice_due() == 0
    clock.travel(2 * DAY + MINUTE)
    assert await CustomerAccount.notice_due() == 1
    assert (await last_event()).days == 1


async def test_a_short_plan_that_was_extended_gets_every_notice_of_its_new_end(bob, ada):
    account = await account_of(bob, ada, "7")
    clock.travel(DAY)
    await account.extend(30, by=ada)
    days = []
    for _ in range(37):
        clock.travel(DAY)
        if await CustomerAccount.notice_due():
            days.append((await last_event()).days)
    assert days == [7, 1]


async def test_an_account_that_was_suspended_while_its_notice_was_due_gets_it_when_it_is_restored(bob, ada):
    account = await account_of(bob, ada)
    await account.suspend(by=ada)
    clock.travel(25 * DAY)
    assert await CustomerAccount.notice_due() == 0
    await account.restore(by=ada)
    assert await CustomerAccount.notice_due() == 1
    assert (await last_event()).days == 7


async def test_a_notice_is_nobodys_change_of_the_account(bob, ada):
    account = await account_of(bob, ada)
    clock.travel(24 * DAY)
    await CustomerAccount.notice_due()
    assert (await account.fresh()).changed_by == "ada"


async def test_an_end_that_an_operator_has_set_in_the_database_is_told_in_days_at_the_next_push(bob, ada):
    """Rendered rows are kept by what they show, not by their version alone."""
    account = await CustomerAccount.create("bob", platform="mt5", account_number="12345678", plan="90", by=ada)
    page = await Browser.of(bob, PLAIN)
    assert "90 days left" in (await page.get("/")).text
    soon = clock.now() + timedelta(hours=20)
    await CustomerAccount.update({CustomerAccount.expires_at: soon}).where(CustomerAccount.id == account.id)
    await TradingCode.generate(bob, platform="mt5", account_number="87654321", plan="30")  # anything that happens
    text = (await page.get("/")).text
    assert "90 days left" not in text
