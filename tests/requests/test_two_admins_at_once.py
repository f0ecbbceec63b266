"""Ada presses Approve and Grace presses Reject on the same request at the same moment, a hundred times."""

import asyncio
from datetime import timedelta

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.errors import Conflict
from app.live.log import LogEntry
from app.requests.tables import AccountRequest
from tests.browser import api
from tests.inspection import happened

TIMES = 100


async def account_of_bob(ada):
    return await CustomerAccount.create("bob", platform="mt4", account_number="88123407", plan="30", by=ada)


async def test_one_wins_and_the_other_is_told_who_and_what(bob, ada, grace):
    account = await account_of_bob(ada)
    approved = 0
    for _ in range(TIMES):
        request = await AccountRequest.ask(account, "7", "", by=bob)
        before = await LogEntry.last_id()
        approval, rejection = await asyncio.gather(
            (await AccountRequest.of(ada, request.id)).approve(by=ada),
            (await AccountRequest.of(grace, request.id)).reject("Not paid.", by=grace),
            return_exceptions=True,
        )
        decided = await AccountRequest.of(bob, request.id)
        assert len(await happened(before)) == 1
        if decided.status == "approved":
            approved += 1
            assert (decided.decided_by_name, decided.reason) == ("ada", "")
            assert (approval.status, type(rejection)) == ("approved", Conflict)
            assert "approved (by ada, today," in rejection.message
            assert await happened(before) == [("ExtensionApproved", bob.id, "ada")]
        else:
            assert (decided.status, decided.decided_by_name, decided.reason) == ("rejected", "grace", "Not paid.")
            assert (rejection.status, type(approval)) == ("rejected", Conflict)
            assert "rejected (by grace, today," in approval.message
            assert await happened(before) == [("ExtensionRejected", bob.id, "grace")]
    end = await account.fresh()
    assert end.expires_at == account.expires_at + timedelta(days=7 * approved)
    assert end.pending_extension is None


async def test_over_http_one_gets_200_and_the_other_409_with_the_same_words(bob, ada, grace):
    account = await account_of_bob(ada)
    adas, graces = await api(ada), await api(grace)
    for _ in range(TIMES):
        request = await AccountRequest.ask(account, "7", "", by=bob)
        press = [
            adas.post("/api/admin/extension-requests", data={"request_id": request.id, "action": "approve"}),
            graces.post(
                "/api/admin/extension-requests", data={"request_id": request.id, "action": "reject", "reason": "No."}
            ),
        ]
        results = await asyncio.gather(*press)
        assert sorted(result.status_code for result in results) == [200, 409]
        won = next(result.json() for result in results if result.status_code == 200)
        lost = next(result.json()["error"] for result in results if result.status_code == 409)
        who = "ada" if won["status"] == "approved" else "grace"
        assert lost["code"] == "conflict"
        assert f"{won['status']} (by {who}, today," in lost["message"]
        assert (await AccountRequest.of(bob, request.id)).status == won["status"]


async def test_two_admins_activate_the_same_codes_at_once_and_each_code_gets_one_account(bob, ada, grace):
    codes = [await TradingCode.generate(bob, platform="mt5", account_number="12345678", plan="30") for _ in range(20)]
    ids = [code.id for code in codes]
    results = await asyncio.gather(
        *(TradingCode.act(ids[n : n + 5], "activate", by=(ada, grace)[n % 2]) for n in range(16)),
        *(TradingCode.act(ids[n : n + 5][::-1], "cancel", by=grace) for n in range(16)),
        return_exceptions=True,
    )
    assert {type(result) for result in results} <= {list, Conflict}
    won = [result for result in results if isinstance(result, list)]
    kinds = [entry.kind for entry in (await happened())[20:]]
    assert won
    assert len(kinds) == 5 * len(won)  # all five of a batch, or none
    assert await CustomerAccount.count() == kinds.count("CodeActivated")


async def test_a_crowd_of_all_verbs_at_once_meets_conflicts_at_worst(bob, ada, grace):
    """No deadlock, no lost update, no half of anything."""
    account = await account_of_bob(ada)
    codes = [await TradingCode.generate(bob, platform="mt5", account_number="12345678", plan="30") for _ in range(10)]
    request = await AccountRequest.ask(account, "7", "", by=bob)
    crowd = []
    for n, code in enumerate(codes):
        by = (ada, grace)[n % 2]
        crowd += [
            code.activate(by=by), code.complete(by=by), code.cancel(by=by), code.expire(by=by),
            account.extend(1, by=by), request.approve(by=by), request.reject("No.", by=by), request.withdraw(by=bob),
            account.suspend(by=by), account.restore(by=by), AccountRequest.ask(account, "30", "", by=bob),
        ]  # fmt: skip
    results = await asyncio.gather(*crowd, return_exceptions=True)
    assert {type(result) for result in results if isinstance(result, Exception)} <= {Conflict}
    done = sum(not isinstance(result, Exception) for result in results)
    assert len(await happened()) == 12 + done
