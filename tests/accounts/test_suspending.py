from datetime import timedelta

import pytest

from app import clock
from app.accounts.tables import CustomerAccount
from app.errors import Conflict
from app.requests.tables import AccountRequest
from tests.browser import api
from tests.inspection import everything, happened, last_event


async def account_of(bob, ada, plan="30"):
    return await CustomerAccount.create(bob.username, platform="mt4", account_number="88123407", plan=plan, by=ada)


async def test_ada_suspends_an_account_and_it_keeps_its_end(bob, ada):
    account = await account_of(bob, ada)
    suspended = await account.suspend(by=ada)
    assert (suspended.status, suspended.expires_at) == ("suspended", account.expires_at)
    assert (await happened())[1:] == [("AccountSuspended", bob.id, "ada")]
    assert (await last_event()).account == account.id


async def test_suspending_twice_changes_once_and_tells_grace_that_ada_was_first(bob, ada, grace):
    account = await account_of(bob, ada)
    await account.suspend(by=ada)
    before = await everything()
    with pytest.raises(Conflict, match=r"This account is suspended \(by ada,"):
        await account.suspend(by=grace)
    assert await everything() == before


async def test_restoring_makes_it_valid_again(bob, ada, grace):
    account = await (await account_of(bob, ada)).suspend(by=ada)
    restored = await account.restore(by=grace)
    assert (restored.status, restored.expires_at) == ("valid", account.expires_at)
    assert (await happened())[2:] == [("AccountRestored", bob.id, "grace")]


async def test_restoring_twice_changes_once_and_tells_ada_that_grace_was_first(bob, ada, grace):
    account = await (await account_of(bob, ada)).suspend(by=ada)
    await account.restore(by=grace)
    before = await everything()
    with pytest.raises(Conflict, match=r"This account is valid \(by grace,"):
        await account.restore(by=ada)
    assert await everything() == before


async def test_an_account_whose_time_ran_out_meanwhile_is_restored_as_expired(bob, ada):
    account = await (await account_of(bob, ada)).suspend(by=ada)
    clock.travel(timedelta(days=31))
    assert (await account.restore(by=ada)).status == "expired"


@pytest.mark.parametrize(("moved", "status"), [(timedelta(days=-1), "expired"), (timedelta(days=60), "valid")])
async def test_what_it_is_restored_to_is_decided_by_its_end_as_it_is_then(bob, ada, moved, status):
    """Not by the row that was read before: its end has been moved since, past the present or out of the past."""
    account = await (await account_of(bob, ada)).suspend(by=ada)
    if status == "valid":
        clock.travel(timedelta(days=31))
    read = await account.fresh()
    await CustomerAccount.update({CustomerAccount.expires_at: clock.now() + moved}, force=True)
    restored = await read.restore(by=ada)
    assert restored.status == status
    assert (await account.fresh()).status == status


async def test_a_lifetime_account_is_restored_as_valid_however_late(bob, ada):
    account = await (await account_of(bob, ada, "lifetime")).suspend(by=ada)
    clock.travel(timedelta(days=4000))
    assert (await account.restore(by=ada)).status == "valid"


async def test_an_account_that_has_ended_can_neither_be_suspended_nor_restored(bob, ada):
    account = await account_of(bob, ada)
    clock.travel(timedelta(days=31))
    await CustomerAccount.expire_due()
    before = await everything()
    for verb in (account.suspend, account.restore):
        with pytest.raises(Conflict, match=r"This account is expired \(by system,"):
            await verb(by=ada)
    assert await everything() == before


async def test_the_error_names_who_suspended_it_not_who_asked_for_more_days_since(bob, ada, grace):
    """The row also says that a request waits: that is nobody's change of its state."""
    account = await account_of(bob, ada)
    request = await AccountRequest.ask(account, "30", "", by=bob)
    await account.suspend(by=ada)
    await request.withdraw(by=bob)
    with pytest.raises(Conflict, match=r"This account is suspended \(by ada,"):
        await account.suspend(by=grace)


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_ada_suspends_and_restores_over_http(bob, ada, method):
    account = await account_of(bob, ada)
    asking = await api(ada)
    for action, status in (("suspend", "suspended"), ("restore", "valid")):
        response = await asking.request(
            method, "/api/admin/accounts", data={"account_id": account.id, "action": action}
        )
        assert (response.status_code, response.json()["status"]) == (200, status)


async def test_neither_bob_nor_eve_can_suspend_or_restore(bob, eve, ada):
    account = await account_of(bob, ada)
    for client in (bob, eve):
        asking = await api(client)
        for action in ("suspend", "restore"):
            response = await asking.post("/api/admin/accounts", data={"account_id": account.id, "action": action})
            assert response.status_code == 403
    assert (await account.fresh()).to_dict() == account.to_dict()
