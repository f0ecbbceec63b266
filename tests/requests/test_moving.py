"""A licence goes over to another trading account: asked for, decided, or by hand."""

import asyncio

import pytest

from app.accounts.tables import CustomerAccount
from app.errors import Conflict, Invalid, NotFound
from app.requests.tables import AccountRequest
from tests.browser import api
from tests.inspection import everything, happened, last_event

TO = ("mt5", "70012345")


@pytest.fixture
async def account(bob, ada):
    return await CustomerAccount.create("bob", platform="mt4", account_number="88123407", plan="30", by=ada)


async def asked(account, bob):
    return await AccountRequest.ask_to_move(account, *TO, "I have another broker now.", by=bob)


async def test_bob_asks_and_only_a_decision_moves_it(account, bob):
    request = await asked(account, bob)
    assert (request.kind, request.target, request.status) == ("move", "MT5 70012345", "pending")
    waiting = await account.fresh()
    assert (waiting.where, waiting.pending_extension) == ("MT4 88123407", request.id)
    assert (await happened())[1:] == [("MoveRequested", bob.id, "bob")]
    assert ((await last_event()).request, (await last_event()).account) == (request.id, account.id)


async def test_approved_it_is_for_the_other_account_with_the_same_key_and_end(account, bob, grace):
    moved = await (await asked(account, bob)).approve(by=grace)
    after = await account.fresh()
    assert (moved.status, after.where, after.server, after.pending_extension) == (
        "approved", "MT5 70012345", "", None,
    )  # fmt: skip
    assert (after.licence, after.expires_at, after.status) == (account.licence, account.expires_at, "valid")
    assert (await happened())[2:] == [("MoveApproved", bob.id, "grace")]


async def test_rejected_and_withdrawn_it_stays(account, bob, grace):
    await (await asked(account, bob)).reject("One account for each licence.", by=grace)
    await (await asked(account, bob)).withdraw(by=bob)
    after = await account.fresh()
    assert (after.where, after.pending_extension) == ("MT4 88123407", None)
    assert [kind for kind, _, _ in (await happened())[1:]] == [
        "MoveRequested", "MoveRejected", "MoveRequested", "MoveWithdrawn",
    ]  # fmt: skip


async def test_a_move_and_an_extension_wait_for_each_other(account, bob):
    await asked(account, bob)
    before = await everything()
    with pytest.raises(Conflict):
        await AccountRequest.ask(account, "30", "", by=bob)
    with pytest.raises(Conflict):
        await asked(account, bob)
    assert await everything() == before


@pytest.mark.parametrize(
    ("platform", "number", "note", "field"),
    [
        ("mt6", "70012345", "", "platform"), ("mt5", "12", "", "account_number"),
        ("mt5", "7001234x", "", "account_number"),
        ("mt4", "88123407", "", "account_number"), ("mt5", "70012345", "n" * 501, "note"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_changes_nothing(account, bob, platform, number, note, field):
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await AccountRequest.ask_to_move(account, platform, number, note, by=bob)
    assert refused.value.fields.keys() == {field}
    assert await everything() == before


async def test_a_suspended_account_stays_where_it_is(account, bob, ada):
    request = await asked(account, bob)
    await (await account.fresh()).suspend(by=ada)
    before = await everything()
    with pytest.raises(Conflict):
        await request.approve(by=ada)
    with pytest.raises(Conflict):
        await (await account.fresh()).move(*TO, by=ada)
    assert await everything() == before, "and the request waits on"
    await request.withdraw(by=bob)
    with pytest.raises(Conflict):
        await asked(await account.fresh(), bob)


async def test_an_admin_moves_it_by_hand(account, ada, bob):
    moved = await account.move(*TO, by=ada)
    assert (moved.where, moved.changed_by) == ("MT5 70012345", "ada")
    assert (await happened())[1:] == [("AccountMoved", bob.id, "ada")]
    assert ((await last_event()).before, (await last_event()).after) == ("MT4 88123407", "MT5 70012345")
    with pytest.raises(Invalid):
        await moved.move(*TO, by=ada)


async def test_of_two_moves_at_once_one_wins(account, ada, grace, bob):
    moves = (account.move("mt5", "11112222", by=ada), account.move("mt5", "33334444", by=grace))
    results = await asyncio.gather(*moves, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "CustomerAccount"]
    assert [kind for kind, _, _ in await happened()].count("AccountMoved") == 1


async def test_eve_can_neither_ask_nor_withdraw(account, bob, eve):
    request = await asked(account, bob)
    with pytest.raises(NotFound):
        await AccountRequest.of(eve, request.id)
    client = await api(eve)
    for path, fields in (
        ("/api/move-account", {"account_id": account.id, "account_number": "70012345"}),
        ("/api/extension-requests/withdraw", {"request_id": request.id}),
    ):
        assert (await client.post(path, data=fields)).status_code == 404


async def test_the_way_from_the_question_to_the_decision(account, bob, ada):
    client, admin = await api(bob), await api(ada)
    fields = {"account_id": account.id, "account_number": "70012345", "platform": "mt5", "note": "please"}
    made = await client.post("/api/move-account", data=fields)
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"], "kind": "move", "account_id": account.id, "product": "robot", "days": 0,
        "to_platform": "mt5", "to_account_number": "70012345", "status": "pending", "note": "please", "reason": "",
    }  # fmt: skip
    listed = (await admin.get("/admin/extensions")).json()["items"]
    assert [item["id"] for item in listed] == [made.json()["id"]]
    decided = await admin.post(
        "/api/admin/extension-requests", data={"request_id": made.json()["id"], "action": "approve"}
    )
    assert decided.json()["status"] == "approved"
    assert (await account.fresh()).where == "MT5 70012345"
    same_platform = await client.post("/api/move-account", data={"account_id": account.id, "account_number": "5555"})
    assert same_platform.json()["to_platform"] == "mt5", "without one it is the same as before"
