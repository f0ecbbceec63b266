"""Until an admin has activated it a code is its client's: they correct its account number, or take it back."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.errors import Conflict, Invalid
from tests.browser import HTMX, PLAIN, Browser, api
from tests.inspection import everything, happened, last_event

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
OTHER = {"platform": "mt4", "account_number": "87654321"}
PATHS = {"/api/correct-code": OTHER, "/api/take-back-code": {}}
AT_ONCE = 12


async def test_bob_corrects_a_code_and_all_else_of_it_stays(bob):
    code = await TradingCode.generate(bob, **WISH)
    corrected = await code.correct("mt4", "87654321", by=bob)
    assert corrected.as_json() == code.as_json() | OTHER
    assert (corrected.changed_by, corrected.version) == ("bob", code.version + 1)
    assert (await happened())[1:] == [("CodeCorrected", bob.id, "bob")]
    event = await last_event()
    assert (event.code, event.before, event.after) == (code.id, "MT5 12345678", "MT4 87654321")


async def test_what_is_activated_is_the_corrected_account(bob, ada):
    code = await (await TradingCode.generate(bob, **WISH)).correct("mt4", "87654321", by=bob)
    await code.activate(by=ada)
    assert (await CustomerAccount.licensed(code.code)).where == "MT4 87654321"


async def test_bob_takes_a_code_back_and_it_is_cancelled(bob, ada):
    code = await TradingCode.generate(bob, **WISH)
    taken = await code.take_back(by=bob)
    assert (taken.status, taken.changed_by) == ("cancelled", "bob")
    assert (await happened())[1:] == [("CodeTakenBack", bob.id, "bob")]
    with pytest.raises(Conflict, match=r"cancelled \(by bob,"):
        await code.activate(by=ada)
    assert await CustomerAccount.count() == 0


@pytest.mark.parametrize("path", PATHS)
async def test_over_http_it_works_once_and_again_says_what_is_so_and_changes_nothing(bob, path):
    code = await TradingCode.generate(bob, **WISH)
    bobs = await api(bob)
    first = await bobs.post(path, data={"code_id": code.id, **PATHS[path]})
    assert (first.status_code, first.json()["id"]) == (200, code.id)
    before = await everything()
    again = await bobs.post(path, data={"code_id": code.id, **PATHS[path]})
    assert again.status_code in (409, 422)
    assert "already" in again.text or "is cancelled (by bob," in again.text
    assert await everything() == before


async def test_a_number_alone_keeps_the_platform(bob):
    code = await TradingCode.generate(bob, **WISH)
    response = await (await api(bob)).post("/api/correct-code", data={"code_id": code.id, "account_number": "7654321"})
    assert (response.json()["platform"], response.json()["account_number"]) == ("mt5", "7654321")


@pytest.mark.parametrize("path", PATHS)
async def test_eve_cannot_and_is_not_told_that_it_is_there(bob, eve, path):
    code = await TradingCode.generate(bob, **WISH)
    eves = await api(eve)
    before = await everything()
    his = await eves.post(path, data={"code_id": code.id, **PATHS[path]})
    none = await eves.post(path, data={"code_id": 999_999, **PATHS[path]})
    assert (his.status_code, his.json()) == (404, none.json())
    assert (await eves.get(f"/codes/{code.id}/change")).status_code == 404
    assert await everything() == before


@pytest.mark.parametrize("path", PATHS)
async def test_ada_cannot_in_bobs_place(bob, ada, path):
    code = await TradingCode.generate(bob, **WISH)
    adas = await api(ada)
    before = await everything()
    assert (await adas.post(path, data={"code_id": code.id, **PATHS[path]})).status_code == 403
    assert await everything() == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("road", [["activate"], ["activate", "complete"], ["cancel"], ["expire"]], ids="-".join)
async def test_once_an_admin_has_acted_nothing_of_it_can_be_done_and_bob_reads_why(bob, ada, path, road):
    code = await TradingCode.generate(bob, **WISH)
    for action in road:
        [code] = await TradingCode.act([code.id], action, by=ada)
    bobs = await api(bob)
    before = await everything()
    refused = await bobs.post(path, data={"code_id": code.id, **PATHS[path]})
    assert refused.status_code == 409
    assert f"Code {code.grouped_key} is {code.status} (by ada, today," in refused.json()["error"]["message"]
    assert await everything() == before
    assert f"/codes/{code.id}/change" not in (await bobs.get(f"/codes/{code.id}", headers=PLAIN)).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"account_number": ""}, "account_number"), ({"account_number": "123"}, "account_number"),
        ({"account_number": "1234567890123"}, "account_number"), ({"account_number": "12 34"}, "account_number"),
        ({"account_number": "١٢٣٤٥"}, "account_number"), ({"account_number": "12345678"}, "account_number"),
        ({"platform": "mt6"}, "platform"), ({"code_id": "0"}, "code_id"), ({"code_id": "one"}, "code_id"),
    ],
)  # fmt: skip
async def test_a_correction_that_makes_no_sense_is_refused_at_its_field(bob, wrong, field):
    code = await TradingCode.generate(bob, **WISH)
    bobs = await api(bob)
    before = await everything()
    sent = {"code_id": code.id, "platform": "mt5", "account_number": "87654321"} | wrong
    refused = await bobs.post("/api/correct-code", data=sent)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, [field])
    assert await everything() == before


async def test_a_code_that_was_corrected_elsewhere_meanwhile_is_left_as_it_is_and_that_is_said(bob):
    code = await TradingCode.generate(bob, **WISH)
    await code.correct("mt5", "7654321", by=bob)
    before = await everything()
    with pytest.raises(Conflict) as refused:
        await code.correct("mt4", "87654321", by=bob)
    assert "is for MT5 7654321 now" in refused.value.message
    assert await everything() == before
    with pytest.raises(Invalid):
        await (await TradingCode.by_id(code.id)).correct("mt5", "7654321", by=bob)


async def test_of_many_at_once_who_activate_correct_and_take_back_one_ends_it(bob, ada, grace):
    outcomes: Counter[str] = Counter()
    for turn in range(AT_ONCE):
        code = await TradingCode.generate(bob, **WISH)
        since = len(await happened())
        deeds = [
            code.take_back(by=bob), code.activate(by=ada), code.take_back(by=bob), code.activate(by=grace),
            code.correct("mt4", "87654321", by=bob), code.correct("mt4", "7654321", by=bob),
        ]  # fmt: skip
        turned = [*deeds[turn % len(deeds) :], *deeds[: turn % len(deeds)]]
        results = await asyncio.gather(*turned, return_exceptions=True)
        assert {type(result) for result in results} <= {TradingCode, Conflict}
        kinds = [kind for kind, _, _ in (await happened())[since:]]
        corrections, [end] = kinds[:-1], kinds[-1:]
        assert corrections in ([], ["CodeCorrected"])
        assert sum(isinstance(result, TradingCode) for result in results) == len(kinds)
        code = await TradingCode.by_id(code.id)
        outcomes[end] += 1
        account = await CustomerAccount.licensed(code.code)
        if end == "CodeActivated":
            assert (code.status, account.where) == ("activated", code.where)
        else:
            assert (code.status, account) == ("cancelled", None)
        assert (code.where != "MT5 12345678") == bool(corrections)
    assert outcomes.total() == AT_ONCE


async def test_over_http_one_of_activate_and_take_back_wins_and_the_other_reads_who(bob, ada):
    bobs, adas = await api(bob), await api(ada)
    for turn in range(AT_ONCE):
        code = await TradingCode.generate(bob, **WISH)
        presses = [
            bobs.post("/api/take-back-code", data={"code_id": code.id}),
            adas.post("/api/admin/codes", data={"code_id": code.id, "action": "activate"}),
        ]
        results = await asyncio.gather(*presses[:: 1 if turn % 2 else -1])
        assert sorted(result.status_code for result in results) == [200, 409]
        [lost] = [result.json()["error"]["message"] for result in results if result.status_code == 409]
        status = (await TradingCode.by_id(code.id)).status
        assert f"is {status} (by {'bob' if status == 'cancelled' else 'ada'}, today," in lost


async def test_the_dialog_corrects_and_takes_back_without_htmx(bob):
    code = await TradingCode.generate(bob, **WISH)
    bobs = await Browser.of(bob, PLAIN)
    dialog = (await bobs.get(f"/codes/{code.id}/change")).text
    for shown in ("/api/correct-code", "/api/take-back-code", 'value="12345678"', f'name="code_id" value="{code.id}"'):
        assert shown in dialog
    for path, fields in PATHS.items():
        response = await bobs.post(path, data={"code_id": code.id, **fields})
        assert (path, response.status_code, response.headers["location"]) == (path, 303, "/")
    assert (await TradingCode.by_id(code.id)).status == "cancelled"


@pytest.mark.parametrize("path", PATHS)
async def test_with_htmx_the_answer_is_the_page_as_it_is_now(bob, path):
    code = await TradingCode.generate(bob, **WISH)
    url = f"http://desk.test/codes/{code.id}"
    bobs = await Browser.of(bob, {**HTMX, "HX-Current-URL": url})
    response = await bobs.post(path, data={"code_id": code.id, **PATHS[path]})
    assert response.status_code == 200
    assert 'id="code"' in response.text
    assert ("MT4 87654321" if PATHS[path] else "Cancelled") in response.text
