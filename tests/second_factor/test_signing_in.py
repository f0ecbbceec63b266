"""After the password the code: each once, a few tries, and until then nothing is open."""

import asyncio
import logging
from datetime import timedelta

import pytest

from app import clock
from app.invitations.tables import Invitation
from app.people.session_middleware import cookie_name
from app.people.tables import Person, Session
from app.second_factor.tables import RECOVERY_CODES, RecoveryCode, SecondFactor
from app.sign_in_steps.tables import MOST_TRIES, TO_GIVE_THE_CODE, HalfSignIn
from app.signing_in.tables import FAILURES, SignInFailure
from tests.auth.callers import failed
from tests.browser import HTMX, JSON, PLAIN, Browser, api
from tests.inspection import everything, happened
from tests.people import PASSWORDS
from tests.second_factor.authenticator import half_signed_in, set_up, token_in, with_code

NEW = "nine-quiet-harbours"


async def give(browser, token, code):
    return await browser.post("/login/code", data={"token": token, "code": code})


async def test_the_code_is_asked_for_after_the_password_and_leads_where_they_wanted(bob):
    phone, _ = await set_up(bob)
    browser, token = await half_signed_in("bob", "/notifications")
    assert await Session.count() == 0
    entered = await give(browser, token, phone.code())
    assert (entered.status_code, entered.headers["location"]) == (303, "/notifications")
    assert (await browser.get("/me")).status_code == 200
    assert await HalfSignIn.count() == 0


async def test_who_has_none_is_asked_for_no_code(bob, eve):
    await set_up(bob)
    answer = await Browser(JSON).post("/login", json=with_code("eve", ""))
    assert answer.json() == {"username": "eve", "role": "client"}


async def test_a_program_sends_password_and_code_at_once(bob):
    phone, _ = await set_up(bob)
    for code in ("", phone.wrong()):
        refused = await Browser(JSON).post("/login", json=with_code("bob", code))
        assert (refused.status_code, set(refused.json()["error"]["fields"])) == (401, {"code"})
        assert "set-cookie" not in refused.headers
    assert (await Browser(JSON).post("/login", json=with_code("bob", phone.code()))).status_code == 200


async def test_the_right_code_does_not_make_up_for_a_wrong_password(bob):
    phone, _ = await set_up(bob)
    refused = await Browser(JSON).post("/login", json=with_code("bob", phone.code()) | {"password": "wrong"})
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (401, {"password"})
    assert await SecondFactor.accepts(bob.id, phone.code(), by=bob), "it was not even looked at"


async def test_nobody_elses_code_is_taken(bob, eve):
    await set_up(bob)
    phone, codes = await set_up(eve)
    assert not [code for code in (phone.code(), *codes) if await SecondFactor.accepts(bob.id, code, by=bob)]


async def test_a_step_of_the_clock_is_accepted_once_and_none_before_it_any_more(bob):
    phone, _ = await set_up(bob)
    last, present = phone.code(-1), phone.code()
    assert await SecondFactor.accepts(bob.id, present, by=bob)
    before = await everything()
    for code in (present, last):
        assert not await SecondFactor.accepts(bob.id, code, by=bob)
    assert await everything() == before
    assert await SecondFactor.accepts(bob.id, phone.code(1), by=bob)


@pytest.mark.parametrize(("off", "taken"), [(-3, False), (-1, True), (0, True), (1, True), (3, False)])
async def test_a_clock_may_be_off_by_one_step(bob, off, taken):
    phone, _ = await set_up(bob)
    clock.travel(timedelta(minutes=5))
    factor = await SecondFactor.of(bob.id)
    assert (factor.step_of(phone.code(off)) is not None) is taken
    spaced = f" {phone.code(off)[:3]} {phone.code(off)[3:]} "
    assert (factor.step_of(spaced) is not None) is taken, "as people type it"


@pytest.mark.parametrize("code", ["", " ", "-", "1", "12345", "1234567", "١٢٣٤٥٦", "é" * 16, "' OR 1=1", "None"])
async def test_what_is_no_code_is_a_wrong_one(bob, code):
    await set_up(bob)
    assert not await SecondFactor.accepts(bob.id, code, by=bob)


@pytest.mark.parametrize("kind", ["authenticator", "recovery"])
async def test_of_fifty_who_use_one_code_at_once_one_is_let_in(bob, kind):
    phone, codes = await set_up(bob)
    code = phone.code() if kind == "authenticator" else codes[0]
    accepted = await asyncio.gather(*(SecondFactor.accepts(bob.id, code, by=bob) for _ in range(50)))
    assert accepted.count(True) == 1
    assert await RecoveryCode.left(bob.id) == RECOVERY_CODES - (kind == "recovery")
    used = [entry for entry in await happened() if entry.kind == "RecoveryCodeUsed"]
    assert used == ([("RecoveryCodeUsed", None, "bob")] if kind == "recovery" else [])


async def test_of_browsers_that_send_one_code_at_once_one_is_signed_in(bob):
    phone, _ = await set_up(bob)
    halves = [await half_signed_in("bob") for _ in range(8)]
    code = phone.code()
    answers = await asyncio.gather(*(give(browser, token, code) for browser, token in halves))
    assert sorted(answer.status_code for answer in answers) == [303] + [401] * 7
    assert await Session.count() == 1


@pytest.mark.parametrize("typed", [str, str.upper, lambda code: code.replace("-", ""), lambda code: f" {code} "])
async def test_a_recovery_code_opens_once_however_it_is_typed(bob, typed):
    _, codes = await set_up(bob)
    assert (await Browser(JSON).post("/login", json=with_code("bob", typed(codes[3])))).status_code == 200
    assert await RecoveryCode.left(bob.id) == RECOVERY_CODES - 1
    assert (await Browser(JSON).post("/login", json=with_code("bob", codes[3]))).status_code == 401
    assert (await Browser(JSON).post("/login", json=with_code("bob", codes[4]))).status_code == 200


async def test_a_half_sign_in_has_a_few_tries_and_then_the_right_code_comes_too_late(bob):
    phone, _ = await set_up(bob)
    browser, token = await half_signed_in("bob")
    for _ in range(MOST_TRIES):
        wrong = await give(browser, token, phone.wrong())
        assert wrong.status_code == 401
        assert token_in(wrong.text) == token, "so that the next press works"
    over = await give(browser, token, phone.code())
    assert over.status_code == 401
    assert "Too many codes were wrong. Please sign in again." in over.text
    browser, token = await half_signed_in("bob")
    assert (await give(browser, token, phone.code())).status_code == 303


async def test_a_half_sign_in_is_over_after_a_while(bob):
    phone, _ = await set_up(bob)
    browser, token = await half_signed_in("bob")
    clock.travel(TO_GIVE_THE_CODE - timedelta(seconds=10))
    assert await HalfSignIn.sweep() == 0
    clock.travel(timedelta(seconds=11))
    refused = await give(browser, token, phone.code())
    assert refused.status_code == 401
    assert "That took too long. Please sign in again." in refused.text
    assert await HalfSignIn.sweep() == 1
    assert await HalfSignIn.count() == 0


CHANGES = {
    "password": lambda bob, ada: bob.change_password(NEW, by=ada),
    "suspension": lambda bob, ada: bob.suspend(by=ada),
    "removal": lambda bob, ada: bob.remove_second_factor(by=ada),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_half_sign_in_does_not_survive_a_change(bob, ada, change):
    phone, _ = await set_up(bob)
    browser, token = await half_signed_in("bob")
    await CHANGES[change](bob, ada)
    assert (await give(browser, token, phone.code())).status_code == 401
    assert await Session.count() == 0


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 64])
async def test_no_other_token_takes_a_code(bob, token):
    phone, _ = await set_up(bob)
    assert (await give(Browser(PLAIN), token, phone.code())).status_code == 401


async def test_a_half_sign_in_opens_nothing(bob):
    await set_up(bob)
    browser, token = await half_signed_in("bob")
    assert dict(browser.client.cookies) == {}
    browser.client.cookies.set(cookie_name(), token)
    for path in ("/", "/me", "/me/second-factor", "/csv?view=/", "/notifications"):
        assert (await browser.get(path)).headers["location"].startswith("/login?next="), path
    assert (
        await browser.post("/me/second-factor/remove", data={"password": PASSWORDS["bob"], "code": "1"})
    ).status_code == 401


@pytest.mark.parametrize("way", ["login", "code"])
async def test_wrong_codes_count_as_wrong_passwords_do(bob, way):
    phone, _ = await set_up(bob)
    browser, token = await half_signed_in("bob")
    await failed("bob", times=FAILURES - 1)
    wrong = with_code("bob", phone.wrong())
    if way == "login":
        assert (await Browser(JSON).post("/login", json=wrong)).status_code == 401
    else:
        assert (await give(browser, token, phone.wrong())).status_code == 401
    assert await SignInFailure.count() == FAILURES
    assert (await Browser(JSON).post("/login", json=with_code("bob", phone.code()))).status_code == 429
    refused = await give(browser, token, phone.code())
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert await Session.count() == 0


async def test_a_crowd_of_codes_at_once_gets_no_more_tries_than_one_after_another(bob):
    phone, _ = await set_up(bob)
    halves = [await half_signed_in("bob") for _ in range(5)]
    tries = [(browser, token) for browser, token in halves for _ in range(MOST_TRIES)]
    wrong = phone.wrong()
    answers = await asyncio.gather(*(give(browser, token, wrong) for browser, token in tries))
    told = [answer.status_code for answer in answers]
    assert (told.count(401), told.count(429)) == (FAILURES, len(tries) - FAILURES)


async def test_what_an_operator_reads_of_a_wrong_code_is_what_they_read_of_a_wrong_password(bob, caplog):
    phone, _ = await set_up(bob)
    with caplog.at_level(logging.WARNING):
        await Browser(JSON, address="203.0.113.7").post("/login", json=with_code("bob", phone.wrong()))
    [line] = [line for line in caplog.records if line.getMessage().startswith("failed sign-in")]
    assert (line.address, line.username) == ("203.0.113.7", "bob")
    assert phone.wrong() not in caplog.text


@pytest.mark.parametrize("headers", [PLAIN, HTMX, JSON], ids=["plain", "htmx", "json"])
async def test_who_comes_by_a_link_for_a_new_password_is_asked_for_the_code_too(bob, ada, headers):
    phone, _ = await set_up(bob)
    _, link = await Invitation.for_password(bob, by=ada)
    browser = Browser(headers)
    asked = await browser.post("/welcome/password", data={"password": NEW, "token": link})
    assert (asked.status_code, await Session.count()) == (200, 0)
    token = asked.json()["token"] if headers is JSON else token_in(asked.text)
    assert (await give(browser, token, phone.wrong())).status_code == 401
    assert (await give(browser, token, phone.code())).status_code == (200 if headers is JSON else 303)
    assert (await browser.get("/me")).status_code == 200


async def test_no_secret_is_read_anywhere_afterwards(bob, ada, caplog):
    with caplog.at_level(logging.DEBUG):
        phone, codes = await set_up(bob)
        browser, token = await half_signed_in("bob")
        assert (await give(browser, token, codes[0])).status_code == 303
    kept = await everything()
    [factor] = kept.pop("second_factor")
    assert factor["secret"] == phone.secret
    shown = [caplog.text, str(kept)]
    for person, paths in (
        (bob, ("/me", "/me/second-factor", "/notifications", "/csv?view=/me", "/csv?view=/notifications")),
        (ada, ("/admin/people", f"/admin/people/{bob.id}", f"/admin/people/{bob.id}/actions", "/admin/activity",
               "/notifications", "/csv?view=/admin/people", "/csv?view=/admin/activity")),
    ):  # fmt: skip
        for ask in (await api(person), await Browser.of(person, PLAIN)):
            for path in paths:
                answer = await ask.get(path)
                assert answer.status_code == 200
                shown.append(answer.text)
    for secret in (phone.secret, token, *codes, *(code.replace("-", "") for code in codes)):
        assert not [text for text in shown if secret in text]


async def test_a_program_finds_no_way_around_the_code_in_a_session_that_it_had(bob):
    """A browser that is signed in already, and signs in as somebody with a second factor, stays who it was."""
    await set_up(bob)
    eve = await Person.named("eve")
    browser = await Browser.of(eve, PLAIN)
    asked = await browser.post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
    token_in(asked.text)
    browser.client.headers.update(JSON)
    assert (await browser.get("/me")).json()["username"] == "eve"
