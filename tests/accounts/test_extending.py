import asyncio
from datetime import timedelta

import pytest

from app import clock
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.errors import Conflict, Invalid
from app.requests.tables import AccountRequest
from tests.browser import api
from tests.inspection import everything, happened, last_event


async def account_of(bob, ada, plan="30"):
    return await CustomerAccount.create(bob.username, platform="mt4", account_number="88123407", plan=plan, by=ada)


async def test_an_extension_is_counted_from_the_end(bob, ada, grace):
    account = await account_of(bob, ada)
    extended = await account.extend(10, by=grace)
    assert extended.expires_at == account.expires_at + timedelta(days=10)
    assert (extended.status, extended.changed_by) == ("valid", "grace")
    assert (await happened())[1:] == [("AccountExtended", bob.id, "grace")]
    assert ((await last_event()).account, (await last_event()).days) == (account.id, 10)


async def test_an_account_that_has_ended_is_extended_from_now_and_valid_again(bob, ada):
    account = await account_of(bob, ada, "7")
    clock.travel(timedelta(days=20))
    await CustomerAccount.expire_due()
    before = now()
    extended = await (await account.fresh()).extend(5, by=ada)
    assert before <= extended.expires_at - timedelta(days=5) <= now()
    assert extended.status == "valid"


async def test_twice_adds_up_also_from_a_row_read_before(bob, ada, grace):
    account = await account_of(bob, ada)
    await account.extend(3, by=ada)
    twice = await account.extend(4, by=grace)
    assert twice.expires_at == account.expires_at + timedelta(days=7)


async def test_a_hundred_extensions_at_once_add_up_exactly(bob, ada, grace):
    account = await account_of(bob, ada)
    days = [n % 9 + 1 for n in range(100)]
    await asyncio.gather(*(account.extend(n, by=(ada, grace)[n % 2]) for n in days))
    end = await account.fresh()
    assert end.expires_at == account.expires_at + timedelta(days=sum(days))
    assert end.version == account.version + 100
    assert [entry.kind for entry in (await happened())[1:]] == ["AccountExtended"] * 100


async def test_an_approval_and_extensions_by_hand_at_once_add_up_exactly(bob, ada, grace):
    account = await account_of(bob, ada)
    request = await AccountRequest.ask(account, "90", "", by=bob)
    by_hand = [account.extend(1, by=grace) for _ in range(10)]
    await asyncio.gather(*by_hand[:5], request.approve(by=ada), *by_hand[5:])
    assert (await account.fresh()).expires_at == account.expires_at + timedelta(days=100)


@pytest.mark.parametrize("days", [0, -1, 3651])
async def test_too_few_and_too_many_days_are_refused(bob, ada, days):
    account = await account_of(bob, ada)
    before = await everything()
    with pytest.raises(Invalid, match="correct") as refused:
        await account.extend(days, by=ada)
    assert refused.value.fields == {"days": "Enter 1 to 3,650 days."}
    assert await everything() == before


async def test_a_lifetime_account_cannot_be_extended(bob, ada):
    account = await account_of(bob, ada, "lifetime")
    before = await everything()
    with pytest.raises(Conflict, match="lifetime"):
        await account.extend(30, by=ada)
    assert await everything() == before


async def test_a_suspended_account_cannot_be_extended_and_the_error_says_who_suspended_it(bob, ada, grace):
    account = await account_of(bob, ada)
    await account.suspend(by=grace)
    before = await everything()
    with pytest.raises(Conflict, match=r"suspended \(by grace,.*Restore it"):
        await account.extend(30, by=ada)  # `account` was read before it was suspended
    assert await everything() == before


async def test_an_end_beyond_the_calendar_is_refused(bob, ada):
    account = await account_of(bob, ada)
    await CustomerAccount.update({CustomerAccount.expires_at: now().replace(year=9995)}, force=True)
    with pytest.raises(Invalid) as refused:
        await (await account.fresh()).extend(3650, by=ada)
    assert "days" in refused.value.fields


async def test_ada_extends_over_http(bob, ada):
    account = await account_of(bob, ada)
    response = await (await api(ada)).post("/api/admin/extend-customer", data={"account_id": account.id, "days": 12})
    assert response.status_code == 200
    assert response.json()["expires_at"] == (account.expires_at + timedelta(days=12)).isoformat()


async def test_neither_bob_nor_eve_can_extend_an_account_by_hand(bob, eve, ada):
    account = await account_of(bob, ada)
    for client in (bob, eve):
        response = await (await api(client)).post(
            "/api/admin/extend-customer", data={"account_id": account.id, "days": 12}
        )
        assert response.status_code == 403
    assert (await account.fresh()).expires_at == account.expires_at
