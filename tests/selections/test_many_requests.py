"""What an admin decides of many requests at once: of those that were named, and wait, and of no others."""

import asyncio
from datetime import timedelta

import pytest

from app.accounts.tables import CustomerAccount
from app.errors import Conflict, Invalid
from app.requests.tables import AccountRequest
from tests.browser import JSON, PLAIN, Browser, api
from tests.inspection import everything, happened

SELECT, SELECTED = "/api/admin/extensions/select", "/api/admin/extensions/selected"
CONFIRM = "/admin/extensions/confirm"
VIEW = "/admin/extensions"


async def asked(owner, ada, many, platform="mt5"):
    requests = []
    for number in range(many):
        account = await CustomerAccount.create(
            owner.username, platform=platform, account_number=f"{12345678 + number}", plan="30", by=ada
        )
        requests.append(await AccountRequest.ask(account, "30", "please", by=owner))
    return requests


def ids(rows):
    return [row["id"] if isinstance(row, dict) else row.id for row in rows]


async def select(browser, scope="all", *ticked, view=VIEW):
    answer = await browser.post(SELECT, json={"view": view, "scope": scope, "request_id": list(ticked)})
    assert answer.status_code == 200, answer.text
    return answer.json()["selected"]


async def decide(browser, action, status=200, view=VIEW, **more):
    answer = await browser.post(SELECTED, json={"view": view, "action": action, **more})
    assert answer.status_code == status, answer.text
    return answer.json()


async def statuses(requests):
    rows = await AccountRequest.by_ids(ids(requests))
    return [rows[request.id].status for request in requests]


async def test_those_that_are_ticked_are_approved_and_their_accounts_run_on(ada, bob):
    requests = await asked(bob, ada, 3)
    browser = await api(ada)
    assert await select(browser, "ticks", requests[0].id, requests[2].id) == 2
    account = await CustomerAccount.by_id(requests[0].account)
    assert ids(await decide(browser, "approve")) == [requests[0].id, requests[2].id]
    assert await statuses(requests) == ["approved", "pending", "approved"]
    assert (await account.fresh()).expires_at == account.expires_at + timedelta(days=30)
    assert (await happened())[6:] == [("ExtensionApproved", bob.id, "ada")] * 2


async def test_all_that_match_are_rejected_with_a_reason_that_their_clients_read(ada, bob, eve):
    bobs, eves = await asked(bob, ada, 2), await asked(eve, ada, 1, "mt4")
    browser = await api(ada)
    view = "/admin/extensions?platform=mt5"
    assert await select(browser, "all", view=view) == 2
    before = await everything()
    error = (await decide(browser, "reject", status=422, view=view))["error"]
    assert set(error["fields"]) == {"reason"}
    assert await everything() == before
    await decide(browser, "reject", view=view, reason="not this month")
    assert await statuses([*bobs, *eves]) == ["rejected", "rejected", "pending"]
    assert "not this month" in (await (await api(bob)).get("/notifications")).text
    assert "not this month" not in (await (await api(eve)).get("/notifications")).text


async def test_what_cannot_be_approved_stays_and_the_others_are(ada, bob):
    """A suspended account is not extended; a transaction each, so that one does not hold up the rest."""
    requests = await asked(bob, ada, 3)
    await (await CustomerAccount.by_id(requests[1].account)).suspend(by=ada)
    browser = await api(ada)
    await select(browser, "all")
    assert ids(await decide(browser, "approve")) == [requests[0].id, requests[2].id], "and that is what they are told"
    assert await statuses(requests) == ["approved", "pending", "approved"]
    before = await everything()
    error = (await decide(browser, "approve", status=409))["error"]
    assert "suspended" in error["message"], "of the only one that is left, why"
    assert await everything() == before


@pytest.mark.parametrize("action", ["approve", "reject"])
async def test_once_more_changes_nothing_and_says_so(ada, bob, action):
    await asked(bob, ada, 2)
    browser = await api(ada)
    await select(browser, "all")
    await decide(browser, action, reason="no")
    before = await everything()
    for other in ("approve", "reject"):
        error = (await decide(browser, other, status=409, reason="no"))["error"]
        assert error["message"] == "None of the selected requests waits for a decision. Nothing was changed."
    assert await everything() == before


async def test_of_two_admins_who_decide_at_once_each_request_has_one_decision(ada, grace, bob):
    requests = await asked(bob, ada, 6)
    results = await asyncio.gather(
        AccountRequest.decide_selected(ids(requests), "approve", "", ada),
        AccountRequest.decide_selected(ids(requests), "reject", "no", grace),
        AccountRequest.decide_selected(ids(requests[::-1]), "approve", "", grace),
        return_exceptions=True,
    )
    assert {type(result) for result in results} <= {list, Conflict}
    assert sorted(ids(row for result in results if isinstance(result, list) for row in result)) == ids(requests)
    kinds = [entry.kind for entry in await happened()]
    assert kinds.count("ExtensionApproved") + kinds.count("ExtensionRejected") == 6
    for request, status in zip(requests, await statuses(requests), strict=True):
        account = await CustomerAccount.by_id(request.account)
        assert round((account.expires_at - account.created_at) / timedelta(days=30)) == 1 + (status == "approved")


async def test_nothing_is_decided_beyond_what_the_dialog_has_named(ada, bob):
    requests = await asked(bob, ada, 3)
    browser = await api(ada)
    await select(browser, "all")
    await decide(browser, "approve", request_id=ids(requests[:1]))
    assert await statuses(requests) == ["approved", "pending", "pending"]


async def test_the_dialog_names_what_waits_and_takes_a_reason_to_reject(ada, bob):
    requests = await asked(bob, ada, 3)
    await requests[0].withdraw(by=bob)
    browser = await Browser.of(ada, PLAIN)
    for action in ("approve", "reject"):
        sent = {"view": VIEW, "action": action, "ticked": "1", "request_id": ids(requests)}
        dialog = (await browser.get(CONFIRM, params=sent)).text
        assert [key for key in ids(requests) if f'name="request_id" value="{key}"' in dialog] == ids(requests[1:])
        assert dialog.count("<li><b>+30 days</b> bob") == 2
        assert ('name="reason"' in dialog) is (action == "reject")


async def test_another_session_has_another_selection(ada, grace, bob):
    requests = await asked(bob, ada, 2)
    adas, others = await api(ada), [await api(ada), await api(grace)]
    await select(adas, "all")
    before = await everything()
    for browser in others:
        await decide(browser, "approve", status=409)
    assert await everything() == before
    await decide(others[1], "approve", request_id=ids(requests))
    assert await statuses(requests) == ["approved", "approved"], "without a script, what was named is meant"


@pytest.mark.parametrize(
    "wrong",
    [{"action": "withdraw"}, {"action": ""}, {"view": "/admin/accounts"}, {"view": ""}, {"request_id": ["x"]},
     {"action": "reject", "reason": " "}, {"action": "reject", "reason": "x" * 5_000}],
    ids=str,
)  # fmt: skip
async def test_what_makes_no_sense_decides_nothing(ada, bob, wrong):
    await asked(bob, ada, 2)
    browser = await api(ada)
    await select(browser, "all")
    before = await everything()
    answer = await browser.post(SELECTED, json={"view": VIEW, "action": "approve"} | wrong)
    assert answer.status_code == 422, answer.text
    assert await everything() == before


async def test_no_client_decides_any_of_it_their_own_least_of_all(ada, bob, eve):
    requests = await asked(bob, ada, 2)
    for person in (bob, eve):
        browser = await Browser.of(person, JSON)
        before = await everything()
        for path, sent in (
            (SELECT, {"view": VIEW, "scope": "all"}),
            (SELECTED, {"view": VIEW, "action": "approve", "request_id": ids(requests), "ticked": "1"}),
        ):
            assert (await browser.post(path, json=sent)).status_code == 403
        assert (
            await browser.get(CONFIRM, params={"action": "approve", "request_id": requests[0].id})
        ).status_code == 403
        assert await everything() == before


async def test_neither_the_domain_takes_what_it_does_not_know(ada, bob):
    requests = await asked(bob, ada, 1)
    before = await everything()
    with pytest.raises(Invalid):
        await AccountRequest.decide_selected(ids(requests), "withdraw", "", ada)
    with pytest.raises(Conflict):
        await AccountRequest.decide_selected([], "approve", "", ada)
    assert await everything() == before
