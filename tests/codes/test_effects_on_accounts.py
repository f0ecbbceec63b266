"""What an action on a code does to the account that runs on it."""

from datetime import timedelta

import pytest

from app import clock
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.tables import TradingCode
from tests.inspection import happened, last_event


async def running(bob, ada, plan="30"):
    """An activated code of Bob's and its account."""
    code = await TradingCode.generate(bob, platform="mt4", account_number="87654321", plan=plan)
    await code.activate(by=ada)
    return code, await CustomerAccount.licensed(code.code)


@pytest.mark.parametrize("plan", ["7", "30", "90", "180", "365"])
async def test_an_account_runs_from_its_activation_for_its_plan(bob, ada, plan):
    code = await TradingCode.generate(bob, platform="mt4", account_number="87654321", plan=plan)
    clock.travel(timedelta(days=3))
    before = now()
    await code.activate(by=ada)
    account = await CustomerAccount.licensed(code.code)
    assert before <= account.expires_at - timedelta(days=int(plan)) <= now()
    assert (account.status, account.origin, account.owner, account.owner_name) == ("valid", "code", bob.id, "bob")
    assert (account.platform, account.account_number, account.plan) == ("mt4", "87654321", plan)


async def test_a_lifetime_account_has_no_end(bob, ada):
    _, account = await running(bob, ada, "lifetime")
    assert (account.status, account.expires_at) == ("valid", None)


async def test_completing_leaves_the_account_as_it_was(bob, ada):
    code, account = await running(bob, ada)
    await code.complete(by=ada)
    assert (await account.fresh()).to_dict() == account.to_dict()
    assert (await last_event()).account is None


async def test_cancelling_suspends_the_account_and_keeps_its_end(bob, ada, grace):
    code, account = await running(bob, ada)
    await code.cancel(by=grace)
    suspended = await account.fresh()
    assert (suspended.status, suspended.expires_at, suspended.changed_by) == ("suspended", account.expires_at, "grace")
    assert (await last_event()).account == account.id
    assert len(await happened()) == 3


async def test_cancelling_after_the_account_has_ended_leaves_it_ended(bob, ada):
    code, account = await running(bob, ada)
    clock.travel(timedelta(days=31))
    assert await CustomerAccount.expire_due() == 1
    await code.cancel(by=ada)
    assert (await account.fresh()).status == "expired"
    assert (await last_event()).account is None


@pytest.mark.parametrize("plan", ["30", "lifetime"])
async def test_expiring_ends_the_account_now(bob, ada, plan):
    code, account = await running(bob, ada, plan)
    before = now()
    await code.expire(by=ada)
    ended = await account.fresh()
    assert ended.status == "expired"
    assert before <= ended.expires_at <= now()
    assert (await last_event()).account == account.id


async def test_expiring_ends_a_suspended_account_too(bob, ada):
    code, account = await running(bob, ada)
    await account.suspend(by=ada)
    await code.expire(by=ada)
    assert (await account.fresh()).status == "expired"


async def test_expiring_never_moves_an_end_that_has_passed(bob, ada):
    code, account = await running(bob, ada)
    clock.travel(timedelta(days=31))  # the desk's own clock has not looked yet
    await code.expire(by=ada)
    ended = await account.fresh()
    assert (ended.status, ended.expires_at) == ("expired", account.expires_at)


@pytest.mark.parametrize(("action", "kind"), [("cancel", "CodeCancelled"), ("expire", "CodeExpired")])
async def test_a_code_that_was_never_activated_has_no_account_to_change(bob, ada, action, kind):
    code = await TradingCode.generate(bob, platform="mt4", account_number="87654321", plan="30")
    await TradingCode.act([code.id], action, by=ada)
    assert await CustomerAccount.count() == 0
    assert (type(await last_event()).__name__, (await last_event()).account) == (kind, None)
