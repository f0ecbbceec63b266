"""Activate, complete, cancel, expire: every action in every state, alone and in batches."""

import asyncio
from itertools import product

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import MOST_AT_ONCE, TRANSITIONS, TradingCode
from app.errors import Conflict, Invalid, NotFound
from tests.browser import api
from tests.inspection import everything, happened, last_event

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}

ROAD = {
    "pending": [],
    "activated": ["activate"],
    "completed": ["activate", "complete"],
    "cancelled": ["cancel"],
    "expired": ["expire"],
}
ALLOWED = {
    ("pending", "activate"): ("activated", "CodeActivated"),
    ("pending", "cancel"): ("cancelled", "CodeCancelled"),
    ("pending", "expire"): ("expired", "CodeExpired"),
    ("activated", "complete"): ("completed", "CodeCompleted"),
    ("activated", "cancel"): ("cancelled", "CodeCancelled"),
    ("activated", "expire"): ("expired", "CodeExpired"),
}
"""DESIGN's state diagram, written a second time."""
ENDS = {action: end for (_, action), (end, _) in ALLOWED.items()}


async def a_code(owner, ada, status="pending"):
    code = await TradingCode.generate(owner, **WISH)
    for action in ROAD[status]:
        [code] = await TradingCode.act([code.id], action, by=ada)
    return code


@pytest.mark.parametrize(("status", "action"), sorted(ALLOWED))
async def test_an_allowed_action_changes_the_state_and_is_in_the_log(bob, ada, grace, status, action):
    code = await a_code(bob, ada, status)
    before = len(await happened())
    [acted] = await TradingCode.act([code.id], action, by=grace)
    end, kind = ALLOWED[status, action]
    assert (acted.status, acted.changed_by, acted.version) == (end, "grace", code.version + 1)
    assert (await TradingCode.by_id(code.id)).status == end
    assert (await happened())[before:] == [(kind, bob.id, "grace")]
    assert (await last_event()).code == code.id


@pytest.mark.parametrize(("status", "action"), sorted(set(product(ROAD, ENDS)) - set(ALLOWED)))
async def test_any_other_action_is_a_conflict_that_tells_the_state_and_who(bob, ada, grace, status, action):
    code = await a_code(bob, ada, status)
    before = await everything()
    with pytest.raises(Conflict) as refused:
        await TradingCode.act([code.id], action, by=grace)
    who = "bob" if status == "pending" else "ada"
    assert f"{code.grouped_key} is {status} (by {who}," in refused.value.message
    assert await everything() == before


@pytest.mark.parametrize("action", sorted(ENDS))
async def test_each_verb_of_a_code_is_its_action(bob, ada, action):
    code = await a_code(bob, ada, "activated" if action == "complete" else "pending")
    acted = await getattr(code, action)(by=ada)
    assert acted.status == ENDS[action]


async def test_activating_twice_changes_once_and_tells_grace_that_ada_was_first(bob, ada, grace):
    code = await a_code(bob, ada)
    await code.activate(by=ada)
    before = await everything()
    with pytest.raises(Conflict, match=r"is activated \(by ada,"):
        await code.activate(by=grace)
    assert await everything() == before


async def test_several_codes_are_activated_in_one_action_with_an_event_for_each(bob, eve, ada):
    codes = [await a_code(owner, ada) for owner in (bob, eve, bob)]
    acted = await TradingCode.act([code.id for code in codes], "activate", by=ada)
    assert [code.status for code in acted] == ["activated"] * 3
    assert (await happened())[3:] == [
        ("CodeActivated", bob.id, "ada"), ("CodeActivated", eve.id, "ada"), ("CodeActivated", bob.id, "ada"),
    ]  # fmt: skip


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_one_code_that_cannot_holds_all_back(bob, ada, place):
    codes = [await a_code(bob, ada, "cancelled" if n == place else "pending") for n in range(3)]
    before = await everything()
    with pytest.raises(Conflict, match=f"{codes[place].grouped_key} is cancelled"):
        await TradingCode.act([code.id for code in codes], "activate", by=ada)
    assert await everything() == before


async def test_one_code_that_is_not_there_holds_all_back(bob, ada):
    code = await a_code(bob, ada)
    before = await everything()
    with pytest.raises(NotFound):
        await TradingCode.act([code.id, 999_999], "activate", by=ada)
    assert await everything() == before


async def test_a_code_named_twice_in_one_action_is_acted_on_once(bob, ada):
    code = await a_code(bob, ada)
    assert len(await TradingCode.act([code.id, code.id], "activate", by=ada)) == 1
    assert len(await happened()) == 2


@pytest.mark.parametrize("ids", [[], list(range(1, 202))])
async def test_no_code_at_all_and_more_than_two_hundred_are_refused(ada, ids):
    with pytest.raises(Invalid) as refused:
        await TradingCode.act(ids, "activate", by=ada)
    assert "code_id" in refused.value.fields


async def test_an_unknown_action_is_refused(bob, ada):
    code = await a_code(bob, ada)
    with pytest.raises(Invalid) as refused:
        await TradingCode.act([code.id], "delete", by=ada)
    assert ", ".join(TRANSITIONS) in refused.value.fields["action"]


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_ada_acts_on_one_code_or_on_several_over_http(bob, ada, method):
    codes = [await a_code(bob, ada) for _ in range(3)]
    asking = await api(ada)
    one = await asking.request(method, "/api/admin/codes", data={"code_id": codes[0].id, "action": "activate"})
    assert one.status_code == 200
    assert (one.json()["id"], one.json()["status"]) == (codes[0].id, "activated")
    two = await asking.request(
        method, "/api/admin/codes", data={"code_id": [codes[1].id, codes[2].id], "action": "cancel"}
    )
    assert [(code["id"], code["status"]) for code in two.json()] == [(code.id, "cancelled") for code in codes[1:]]
    third = await asking.request(method, "/api/admin/codes", json={"code_id": [codes[0].id], "action": "complete"})
    assert third.json()["status"] == "completed"


async def test_ada_hears_over_http_that_grace_was_first(bob, ada, grace):
    code = await a_code(bob, ada)
    await code.cancel(by=grace)
    before = await everything()
    response = await (await api(ada)).post("/api/admin/codes", data={"code_id": code.id, "action": "activate"})
    assert response.status_code == 409
    assert f"Code {code.grouped_key} is cancelled (by grace," in response.json()["error"]["message"]
    after = await everything()
    after["session"].pop()  # Ada's
    assert after == before


@pytest.mark.parametrize("action", sorted(ENDS))
async def test_neither_eve_nor_the_owner_can_act_on_a_code(bob, eve, ada, action):
    code = await a_code(bob, ada)
    for client in (bob, eve):
        asking = await api(client)
        before = await everything()
        response = await asking.post("/api/admin/codes", data={"code_id": code.id, "action": action})
        assert response.status_code == 403
        assert await everything() == before


async def test_eve_sees_no_code_of_bobs_on_her_desk(bob, eve):
    code = await TradingCode.generate(bob, **WISH)
    assert code.grouped_key not in (await (await api(eve)).get("/")).text
    assert code.grouped_key in (await (await api(bob)).get("/")).text


async def test_activating_opens_the_account_in_the_same_transaction(bob, ada):
    code = await a_code(bob, ada, "activated")
    account = await CustomerAccount.licensed(code.code)
    assert (await last_event()).account == account.id


async def test_others_have_their_turns_while_ada_activates_as_many_as_one_may_at_once(bob, ada):
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(MOST_AT_ONCE)]
    turns = 0

    async def wait_for_turns():
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    waiting = asyncio.create_task(wait_for_turns())
    activated = await TradingCode.act([code.id for code in codes], "activate", by=ada)
    waiting.cancel()
    assert {code.status for code in activated} == {"activated"}
    assert turns >= MOST_AT_ONCE / 2
