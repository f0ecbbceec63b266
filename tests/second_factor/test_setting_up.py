"""A second factor is put into use by a code that proves it, changed with password and code, and asked for only then."""

import asyncio
from datetime import timedelta

import pytest

from app import clock
from app.errors import Conflict, Invalid
from app.people.tables import Session
from app.second_factor.tables import RECOVERY_CODES, STEP, RecoveryCode, SecondFactor
from app.signing_in.tables import FAILURES
from tests.auth.callers import failed
from tests.browser import HTMX, JSON, PLAIN, Browser, api
from tests.inspection import everything, happened
from tests.people import PASSWORDS
from tests.second_factor.authenticator import Authenticator, set_up, with_code

BEGIN, CONFIRM = "/me/second-factor/begin", "/me/second-factor/confirm"
RENEW, REMOVE = "/me/second-factor/recovery-codes", "/me/second-factor/remove"
MINE = {"password": PASSWORDS["bob"]}


async def test_it_is_set_up_with_the_password_and_a_code_of_the_authenticator(bob):
    browser = await api(bob)
    begun = (await browser.post(BEGIN, json=MINE)).json()
    phone = Authenticator(begun["secret"])
    assert begun["uri"].startswith(f"otpauth://totp/Codedesk:bob?secret={phone.secret}")
    assert await happened() == []
    refused = await browser.post(CONFIRM, json={"code": phone.wrong()})
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (422, {"code"})
    codes = (await browser.post(CONFIRM, json={"code": phone.code()})).json()["recovery_codes"]
    assert len(set(codes)) == RECOVERY_CODES
    assert await happened() == [("SecondFactorSet", None, "bob")]
    assert (await browser.get("/me/second-factor")).json() == {"on": True, "recovery_codes": RECOVERY_CODES}


@pytest.mark.parametrize("headers", [PLAIN, HTMX | {"HX-Target": "div#dialog-body"}], ids=["plain", "htmx"])
async def test_on_a_page_the_secret_is_shown_to_be_read_and_the_recovery_codes_once(bob, headers):
    browser = await Browser.of(bob, headers)
    shown = await browser.post(BEGIN, data=MINE)
    phone = Authenticator((await SecondFactor.waiting(bob.id)).secret)
    assert phone.secret in shown.text
    assert "<svg" in shown.text
    assert "no-store" in shown.headers["cache-control"]
    once = await browser.post(CONFIRM, data={"code": phone.code()})
    assert once.status_code == 200
    assert once.text.count('<code class="whole">') == RECOVERY_CODES
    again = await browser.get("/me/second-factor")
    assert "10 recovery codes are left" in again.text
    assert phone.secret not in again.text
    assert '<code class="whole">' not in again.text


async def test_the_password_that_it_takes_is_counted_as_at_the_door(bob):
    browser = await api(bob)
    before = await everything()
    refused = await browser.post(BEGIN, json={"password": "wrong"})
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (422, {"password"})
    await failed("bob", times=FAILURES - 1)
    assert (await browser.post(BEGIN, json=MINE)).status_code == 429
    assert await everything() == before


async def test_it_is_not_asked_for_before_it_was_proved(bob):
    await SecondFactor.begin(bob.id)
    assert (await Browser(JSON).post("/login", json=with_code("bob", ""))).status_code == 200
    assert (await (await api(bob)).get("/me/second-factor")).json() == {"on": False, "recovery_codes": 0}
    refused = await (await api(bob)).post(REMOVE, json=MINE | {"code": "123456"})
    assert refused.status_code == 422


async def test_who_begins_again_gets_another_secret_and_the_older_is_over(bob):
    older = Authenticator((await SecondFactor.begin(bob.id)).secret)
    newer = Authenticator((await SecondFactor.begin(bob.id)).secret)
    assert older.secret != newer.secret
    with pytest.raises(Invalid):
        await SecondFactor.confirm(bob.id, older.code(), by=bob)
    await SecondFactor.confirm(bob.id, newer.code(), by=bob)


async def test_what_is_in_use_is_not_replaced_without_being_removed(bob):
    phone, _ = await set_up(bob)
    before = await everything()
    with pytest.raises(Conflict, match="You have a second factor already"):
        await SecondFactor.begin(bob.id)
    with pytest.raises(Invalid):
        await SecondFactor.confirm(bob.id, phone.code(), by=bob)
    assert await everything() == before


async def test_of_many_who_confirm_at_once_one_gets_recovery_codes_and_they_work(bob):
    phone = Authenticator((await SecondFactor.begin(bob.id)).secret)
    code = phone.code()
    results = await asyncio.gather(
        *(SecondFactor.confirm(bob.id, code, by=bob) for _ in range(10)), return_exceptions=True
    )
    [codes] = [result for result in results if isinstance(result, list)]
    assert {type(result) for result in results} == {list, Invalid}
    assert await happened() == [("SecondFactorSet", None, "bob")]
    assert await RecoveryCode.left(bob.id) == RECOVERY_CODES
    assert await SecondFactor.accepts(bob.id, codes[0], by=bob)


async def test_of_many_who_begin_at_once_the_last_secret_counts_for_all(bob):
    begun = await asyncio.gather(*(SecondFactor.begin(bob.id) for _ in range(10)))
    kept = (await SecondFactor.waiting(bob.id)).secret
    assert kept in {factor.secret for factor in begun}
    assert await SecondFactor.count() == 1


async def test_the_code_that_set_it_up_does_not_sign_in_as_well(bob):
    phone = Authenticator((await SecondFactor.begin(bob.id)).secret)
    code = phone.code()
    await SecondFactor.confirm(bob.id, code, by=bob)
    assert not await SecondFactor.accepts(bob.id, code, by=bob)


async def test_new_recovery_codes_end_the_older(bob):
    phone, older = await set_up(bob)
    answer = await (await api(bob)).post(RENEW, json=MINE | {"code": phone.code()})
    newer = answer.json()["recovery_codes"]
    assert len(newer) == RECOVERY_CODES
    assert not set(newer) & set(older)
    assert not await SecondFactor.accepts(bob.id, older[0], by=bob)
    assert await SecondFactor.accepts(bob.id, newer[0], by=bob)
    assert [entry.kind for entry in await happened()] == ["SecondFactorSet", "RecoveryCodesMade", "RecoveryCodeUsed"]


@pytest.mark.parametrize("path", [RENEW, REMOVE])
@pytest.mark.parametrize("proof", ["no password", "no code", "an old code", "nothing"])
async def test_to_change_it_takes_both_again(bob, path, proof):
    phone, _ = await set_up(bob)
    used = phone.code()
    assert await SecondFactor.accepts(bob.id, used, by=bob)
    password = "wrong" if proof in ("no password", "nothing") else PASSWORDS["bob"]
    code = {"no password": phone.code(1), "an old code": used}.get(proof, phone.wrong())
    browser = await api(bob)
    before = await everything()
    refused = await browser.post(path, json={"password": password, "code": code})
    assert refused.status_code == 422, "and not 401, which would lead to the door"
    assert await everything() == before


async def test_removed_it_is_asked_for_no_more_and_another_can_be_set_up(bob):
    phone, codes = await set_up(bob)
    browser = await api(bob)
    assert (await browser.post(REMOVE, json=MINE | {"code": phone.code()})).json() == {"on": False}
    assert (await browser.get("/me/second-factor")).json() == {"on": False, "recovery_codes": 0}
    assert (await happened())[-1] == ("SecondFactorRemoved", None, "bob")
    before = await everything()
    assert (await browser.post(REMOVE, json=MINE | {"code": codes[0]})).status_code == 422
    await bob.remove_second_factor(by=bob)
    assert await everything() == before
    assert (await Browser(JSON).post("/login", json=with_code("bob", ""))).status_code == 200
    clock.travel(timedelta(seconds=STEP))
    assert (await set_up(bob))[0].secret != phone.secret


async def test_a_client_stays_signed_in_when_theirs_is_set_up_or_removed(bob):
    browser = await api(bob)
    phone, _ = await set_up(bob)
    await browser.post(REMOVE, json=MINE | {"code": phone.code()})
    assert (await browser.get("/me")).status_code == 200
    assert await Session.count() == 1
