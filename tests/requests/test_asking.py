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


async def test_bob_asks_and_the_account_says_that_a_request_waits(bob, ada):
    account = await account_of(bob, ada)
    request = await AccountRequest.ask(account, "90", "  The robot runs well.  ", by=bob)
    assert (request.status, request.days, request.note) == ("pending", 90, "The robot runs well.")
    assert (request.account, request.owner, request.licence) == (account.id, bob.id, account.licence)
    asked = await account.fresh()
    assert (asked.pending_extension, asked.expires_at) == (request.id, account.expires_at)
    assert (await happened())[1:] == [("ExtensionRequested", bob.id, "bob")]
    assert ((await last_event()).request, (await last_event()).account) == (request.id, account.id)


async def test_asking_twice_makes_one_request(bob, ada):
    account = await account_of(bob, ada)
    await AccountRequest.ask(account, "90", "", by=bob)
    before = await everything()
    with pytest.raises(Conflict, match="waiting for its decision already"):
        await AccountRequest.ask(account, "30", "", by=bob)
    assert await everything() == before


async def test_asking_ten_times_at_once_makes_one_request_and_one_event(bob, ada):
    account = await account_of(bob, ada)
    results = await asyncio.gather(
        *(AccountRequest.ask(account, "90", "", by=bob) for _ in range(10)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["AccountRequest"] + ["Conflict"] * 9
    assert await AccountRequest.count() == 1
    assert [entry.kind for entry in (await happened())[1:]] == ["ExtensionRequested"]


async def test_the_database_itself_lets_one_request_wait_for_an_account(bob, ada):
    account = await account_of(bob, ada)
    await AccountRequest.ask(account, "90", "", by=bob)

    async def past_the_verb(status):
        await AccountRequest.insert(
            AccountRequest(
                account=account.id, owner=bob.id, owner_name="bob", licence=account.licence, platform="mt4",
                account_number="88123407", days=7, note="", status=status, reason="", created_at=now(),
            )
        )  # fmt: skip

    await past_the_verb("rejected")
    with pytest.raises(Exception, match=r"(?i)unique"):
        await past_the_verb("pending")


async def test_after_a_decision_bob_may_ask_again(bob, ada):
    account = await account_of(bob, ada)
    for decide in (
        lambda request: request.reject("not paid", by=ada),
        lambda request: request.withdraw(by=bob),
        lambda request: request.approve(by=ada),
    ):
        await decide(await AccountRequest.ask(await account.fresh(), "7", "", by=bob))
        assert (await account.fresh()).pending_extension is None
    assert (await AccountRequest.ask(await account.fresh(), "7", "", by=bob)).status == "pending"


async def test_an_account_that_has_ended_may_be_asked_for(bob, ada):
    account = await account_of(bob, ada)
    clock.travel(timedelta(days=31))
    await CustomerAccount.expire_due()
    assert (await AccountRequest.ask(await account.fresh(), "30", "", by=bob)).status == "pending"


async def test_no_extension_of_a_lifetime_account(bob, ada):
    account = await account_of(bob, ada, "lifetime")
    before = await everything()
    with pytest.raises(Conflict, match="it never ends"):
        await AccountRequest.ask(account, "30", "", by=bob)
    assert await everything() == before


async def test_no_extension_of_a_suspended_account_and_bob_reads_who_suspended_it(bob, ada):
    account = await (await account_of(bob, ada)).suspend(by=ada)
    before = await everything()
    with pytest.raises(Conflict, match=r"suspended \(by ada,"):
        await AccountRequest.ask(account, "30", "", by=bob)
    assert await everything() == before


async def test_an_account_suspended_a_moment_ago_cannot_be_asked_for_from_a_row_read_before(bob, ada):
    account = await account_of(bob, ada)
    await account.suspend(by=ada)
    before = await everything()
    with pytest.raises(Conflict, match=r"suspended \(by ada,"):
        await AccountRequest.ask(account, "30", "", by=bob)
    assert await everything() == before


@pytest.mark.parametrize(
    ("plan", "note", "field"),
    [("lifetime", "", "plan"), ("31", "", "plan"), ("", "", "plan"), ("30", "n" * 501, "note")],
)
async def test_a_wish_that_makes_no_sense_is_refused_at_its_field(bob, ada, plan, note, field):
    account = await account_of(bob, ada)
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await AccountRequest.ask(account, plan, note, by=bob)
    assert list(refused.value.fields) == [field]
    assert await everything() == before


async def test_bob_asks_over_http(bob, ada):
    account = await account_of(bob, ada)
    response = await (await api(bob)).post(
        "/api/extend-code", data={"account_id": account.id, "plan": "30", "note": "please"}
    )
    request = (await AccountRequest.matching(AccountRequest.account == account.id))[0]
    assert response.status_code == 201
    assert response.json() == {
        "id": request.id, "account_id": account.id, "days": 30, "status": "pending", "note": "please", "reason": "",
        "kind": "extension", "product": "robot", "to_platform": "", "to_account_number": "",
    }  # fmt: skip


async def test_eve_cannot_ask_for_bobs_account_and_is_not_told_that_it_is_there(bob, eve, ada):
    account = await account_of(bob, ada)
    asking = await api(eve)
    before = await everything()
    his = await asking.post("/api/extend-code", data={"account_id": account.id, "plan": "30"})
    none = await asking.post("/api/extend-code", data={"account_id": 999_999, "plan": "30"})
    assert (his.status_code, none.status_code) == (404, 404)
    assert his.json() == none.json()
    assert await everything() == before


async def test_ada_cannot_ask_in_bobs_place(bob, ada):
    account = await account_of(bob, ada)
    response = await (await api(ada)).post("/api/extend-code", data={"account_id": account.id, "plan": "30"})
    assert response.status_code == 403
    assert await AccountRequest.count() == 0


async def test_what_bob_asks_for_stands_on_adas_list_and_on_his_desk_only(bob, eve, ada):
    account = await account_of(bob, ada)
    await AccountRequest.ask(account, "30", "", by=bob)
    listed = (await (await api(ada)).get("/admin/extensions")).json()["items"]
    assert [item["account_id"] for item in listed] == [account.id]
    assert account.grouped_key in (await (await api(bob)).get("/")).text
    assert account.grouped_key not in (await (await api(eve)).get("/")).text
