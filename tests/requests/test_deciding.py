import re
from datetime import timedelta

import pytest

from app import clock
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.errors import Conflict, Invalid
from app.requests.tables import AccountRequest
from tests.browser import api
from tests.inspection import everything, happened, last_event


async def asked(bob, ada, plan="30"):
    """Bob's account, and his request for `plan` days more."""
    account = await CustomerAccount.create("bob", platform="mt4", account_number="88123407", plan="30", by=ada)
    return account, await AccountRequest.ask(account, plan, "", by=bob)


DECISIONS = {
    "approved": lambda request, ada, bob: request.approve(by=ada),
    "rejected": lambda request, ada, bob: request.reject("The invoice is open.", by=ada),
    "withdrawn": lambda request, ada, bob: request.withdraw(by=bob),
}


async def test_approving_extends_the_account_in_the_same_transaction(bob, ada, grace):
    account, request = await asked(bob, ada, "90")
    approved = await request.approve(by=grace)
    assert (approved.status, approved.decided_by_name) == ("approved", "grace")
    extended = await account.fresh()
    assert extended.expires_at == account.expires_at + timedelta(days=90)
    assert extended.pending_extension is None
    assert (await happened())[2:] == [("ExtensionApproved", bob.id, "grace")]
    assert ((await last_event()).request, (await last_event()).account) == (request.id, account.id)


async def test_approving_after_the_account_has_ended_counts_from_now(bob, ada):
    account, request = await asked(bob, ada)
    clock.travel(timedelta(days=45))
    await CustomerAccount.expire_due()
    before = now()
    await request.approve(by=ada)
    extended = await account.fresh()
    assert before <= extended.expires_at - timedelta(days=30) <= now()
    assert extended.status == "valid"


async def test_rejecting_keeps_the_reason_and_leaves_the_end(bob, ada, grace):
    account, request = await asked(bob, ada)
    rejected = await request.reject("  The invoice is open. ", by=grace)
    assert (rejected.status, rejected.reason, rejected.decided_by_name) == ("rejected", "The invoice is open.", "grace")
    after = await account.fresh()
    assert (after.expires_at, after.pending_extension) == (account.expires_at, None)
    assert (await happened())[2:] == [("ExtensionRejected", bob.id, "grace")]


@pytest.mark.parametrize("reason", ["", "   ", "r" * 501])
async def test_rejecting_needs_a_reason_that_bob_can_read(bob, ada, reason):
    _, request = await asked(bob, ada)
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await request.reject(reason, by=ada)
    assert "the client will read it" in refused.value.fields["reason"]
    assert await everything() == before


async def test_bob_withdraws(bob, ada):
    account, request = await asked(bob, ada)
    assert (await request.withdraw(by=bob)).status == "withdrawn"
    after = await account.fresh()
    assert (after.expires_at, after.pending_extension) == (account.expires_at, None)
    assert (await happened())[2:] == [("ExtensionWithdrawn", bob.id, "bob")]


@pytest.mark.parametrize("second", sorted(DECISIONS))
@pytest.mark.parametrize("first", sorted(DECISIONS))
async def test_a_decided_request_stays_as_it_is_and_the_second_reads_who_was_first(bob, ada, grace, first, second):
    _, request = await asked(bob, ada)
    await DECISIONS[first](request, ada, bob)
    before = await everything()
    who = "bob" if first == "withdrawn" else "ada"
    with pytest.raises(Conflict, match=re.escape(f"decided before you: {first} (by {who}, today,")):
        await DECISIONS[second](request, grace, bob)
    assert await everything() == before


async def test_a_request_for_an_account_that_was_suspended_meanwhile_cannot_be_approved(bob, ada, grace):
    account, request = await asked(bob, ada)
    await account.suspend(by=ada)
    before = await everything()
    with pytest.raises(Conflict, match=r"suspended \(by ada,"):
        await request.approve(by=grace)
    assert await everything() == before
    assert (await request.reject("It is suspended.", by=grace)).status == "rejected"


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(("action", "status"), [("approve", "approved"), ("reject", "rejected")])
async def test_ada_decides_over_http(bob, ada, method, action, status):
    _, request = await asked(bob, ada)
    response = await (await api(ada)).request(
        method,
        "/api/admin/extension-requests",
        json={"request_id": request.id, "action": action, "reason": "So be it."},
    )
    assert (response.status_code, response.json()["status"]) == (200, status)
    assert response.json()["reason"] == ("So be it." if action == "reject" else "")


async def test_bob_withdraws_over_http(bob, ada):
    _, request = await asked(bob, ada)
    response = await (await api(bob)).post("/api/extension-requests/withdraw", data={"request_id": request.id})
    assert (response.status_code, response.json()["status"]) == (200, "withdrawn")


async def test_eve_cannot_withdraw_bobs_request_and_is_not_told_that_it_is_there(bob, eve, ada):
    _, request = await asked(bob, ada)
    asking = await api(eve)
    before = await everything()
    his = await asking.post("/api/extension-requests/withdraw", data={"request_id": request.id})
    none = await asking.post("/api/extension-requests/withdraw", data={"request_id": 999_999})
    assert (his.status_code, none.status_code) == (404, 404)
    assert his.json() == none.json()
    assert await everything() == before


async def test_neither_bob_nor_eve_can_decide(bob, eve, ada):
    _, request = await asked(bob, ada)
    for client in (bob, eve):
        asking = await api(client)
        before = await everything()
        for action in ("approve", "reject"):
            response = await asking.post(
                "/api/admin/extension-requests", data={"request_id": request.id, "action": action, "reason": "mine"}
            )
            assert response.status_code == 403
        assert await everything() == before


async def test_ada_cannot_withdraw_in_bobs_place(bob, ada):
    _, request = await asked(bob, ada)
    response = await (await api(ada)).post("/api/extension-requests/withdraw", data={"request_id": request.id})
    assert response.status_code == 403


async def test_bob_reads_on_his_desk_why_his_request_was_rejected(bob, ada):
    _, request = await asked(bob, ada)
    await request.reject("The March invoice is open.", by=ada)
    assert "The March invoice is open." in (await (await api(bob)).get("/notifications")).text
    assert (await (await api(bob)).get("/")).json()["extensions"]["items"][0]["reason"] == "The March invoice is open."
