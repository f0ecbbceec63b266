import asyncio
import re

import pytest

from app.codes.tables import TradingCode
from app.errors import Conflict, Invalid
from app.licences.key import is_valid
from tests.browser import HTMX, PLAIN, Browser, api
from tests.inspection import everything, happened, last_event

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


async def test_bob_generates_a_pending_code_and_the_log_says_so(bob):
    code = await TradingCode.generate(bob, **WISH)
    assert (code.status, code.owner, code.owner_name, code.plan) == ("pending", bob.id, "bob", "30")
    assert is_valid(code.code)
    assert await happened() == [("CodeGenerated", bob.id, "bob")]
    assert (await last_event()).code == code.id


async def test_bob_generates_a_code_over_http_and_reads_all_about_it(bob):
    response = await (await api(bob)).post("/api/generate-code", data=WISH)
    assert response.status_code == 201
    code = (await TradingCode.matching(TradingCode.owner == bob.id))[0]
    assert response.json() == {
        "id": code.id, "code": code.grouped_key, "owner": "bob", "platform": "mt5", "account_number": "12345678",
        "plan": "30", "status": "pending", "created_at": code.created_at.isoformat(),
        "product": "robot",
    }  # fmt: skip


async def test_a_json_body_may_give_numbers_where_a_form_gives_digits(bob):
    response = await (await api(bob)).post(
        "/api/generate-code", json={"platform": "mt4", "account_number": 12345678, "plan": 90}
    )
    assert response.status_code == 201
    assert (response.json()["account_number"], response.json()["plan"]) == ("12345678", "90")


async def test_the_same_request_key_twice_makes_one_code_and_one_event(bob):
    first = await TradingCode.generate(bob, **WISH, request_key="click")
    before = await everything()
    second = await TradingCode.generate(bob, **WISH, request_key="click")
    assert second.id == first.id
    assert await everything() == before


async def test_the_same_request_key_ten_times_at_once_makes_one_code_and_one_event(bob):
    codes = await asyncio.gather(*(TradingCode.generate(bob, **WISH, request_key="click") for _ in range(10)))
    assert len({code.id for code in codes}) == 1
    assert await TradingCode.count() == 1
    assert await happened() == [("CodeGenerated", bob.id, "bob")]


@pytest.mark.parametrize(
    "other", [{"platform": "mt4"}, {"account_number": "87654321"}, {"plan": "90"}, {"platform": "mt4", "plan": "7"}]
)
async def test_the_same_request_key_with_other_fields_is_refused_and_says_what_it_has_made(bob, other):
    first = await TradingCode.generate(bob, **WISH, request_key="click")
    before = await everything()
    with pytest.raises(Conflict) as refused:
        await TradingCode.generate(bob, **(WISH | other), request_key="click")
    assert f"code {first.grouped_key} (30 days, MT5 12345678)" in refused.value.message
    assert list(refused.value.fields) == ["request_key"]
    assert await everything() == before
    assert (await TradingCode.generate(bob, **WISH, request_key="click")).id == first.id


async def test_the_same_request_key_with_other_fields_is_409_over_http(bob):
    asking = await api(bob)
    sent = WISH | {"request_key": "click"}
    assert (await asking.post("/api/generate-code", data=sent)).status_code == 201
    response = await asking.post("/api/generate-code", data=sent | {"plan": "90"})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")
    assert await TradingCode.count() == 1


@pytest.mark.parametrize("headers", [PLAIN, HTMX | {"HX-Source": "form#generate"}])
async def test_after_that_error_the_form_has_a_fresh_key_so_that_the_next_press_works(bob, headers):
    browser = await Browser.of(bob, headers)
    sent = WISH | {"request_key": "click", "back": "/"}
    await browser.post("/api/generate-code", data=sent)
    sent["plan"] = "90"
    response = await browser.post("/api/generate-code", data=sent)
    assert response.status_code == 409
    assert "Press again" in response.text
    assert '<option value="90" selected>' in response.text
    [key] = re.findall(r'name="request_key" value="([^"]*)"', response.text)
    assert len(key) >= 16
    assert key != "click"
    response = await browser.post("/api/generate-code", data=sent | {"request_key": key})
    assert response.status_code in (201, 303)
    assert [code.plan for code in await TradingCode.matching(TradingCode.owner == bob.id)] == ["30", "90"]


async def test_a_request_key_is_a_clients_own(bob, eve):
    bobs = await TradingCode.generate(bob, **WISH, request_key="1")
    eves = await TradingCode.generate(eve, **WISH, request_key="1")
    assert bobs.id != eves.id
    assert eves.owner == eve.id


async def test_without_a_request_key_each_request_makes_a_code(bob):
    assert (await TradingCode.generate(bob, **WISH)).id != (await TradingCode.generate(bob, **WISH)).id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("platform", "mt6"), ("platform", ""), ("platform", "MT5"), ("account_number", "123"),
        ("account_number", "1234567890123"), ("account_number", "12 34"), ("account_number", "-1234"),
        ("account_number", "١٢٣٤"), ("account_number", "1234\n"), ("plan", "31"), ("plan", ""), ("plan", "forever"),
        ("request_key", ""), ("request_key", "k" * 65),
    ],
)  # fmt: skip
async def test_a_wish_that_makes_no_sense_is_refused_at_its_field(bob, field, value):
    with pytest.raises(Invalid) as refused:
        await TradingCode.generate(bob, **(WISH | {field: value}))
    assert list(refused.value.fields) == [field]
    assert await happened() == []
    assert await TradingCode.count() == 0


async def test_all_wrong_fields_are_named_at_once(bob):
    with pytest.raises(Invalid) as refused:
        await TradingCode.generate(bob, platform="", account_number="", plan="")
    assert set(refused.value.fields) == {"platform", "account_number", "plan"}


async def test_ada_cannot_generate_because_an_admin_has_no_codes(ada):
    response = await (await api(ada)).post("/api/generate-code", data=WISH)
    assert response.status_code == 403
    assert await happened() == []


async def test_the_owner_is_who_is_signed_in_whatever_the_form_says(bob, eve):
    response = await (await api(eve)).post("/api/generate-code", data=WISH | {"owner": bob.id, "owner_name": "bob"})
    assert response.json()["owner"] == "eve"
