import asyncio
from datetime import timedelta

import pytest

from app import clock
from app.errors import NotSignedIn, TooMany
from app.people import passwords
from app.people.tables import Person
from app.signing_in.caller import Known
from app.signing_in.tables import AT_A_TIME, DAY, FAILURE_WINDOW, FAILURES, FAILURES_KEPT, SignInFailure
from tests.auth.callers import HOME, caller, failed
from tests.browser import PLAIN, Browser, api
from tests.inspection import everything, happened
from tests.people import PASSWORDS


async def fail(name, where=HOME, times=1):
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            await Person.signing_in(name, "not-the-password", where)


async def test_bob_signs_in_and_lands_on_his_desk_and_ada_on_the_dashboard(desk):
    for name, page in (("bob", "/"), ("ada", "/admin")):
        browser = Browser(PLAIN)
        response = await browser.post("/login", data={"username": name, "password": PASSWORDS[name]})
        assert (response.status_code, response.headers["location"]) == (303, page)
        assert (await browser.get(page)).status_code == 200


async def test_a_script_signs_in_with_json_and_reads_who_it_is(desk):
    browser = await api(None)
    response = await browser.post("/login", json={"username": " Ada ", "password": PASSWORDS["ada"]})
    assert (response.status_code, response.json()) == (200, {"username": "ada", "role": "admin"})
    assert (await browser.get("/admin")).status_code == 200


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(desk):
    results = []
    for name in ("bob", "nobody-at-all"):
        response = await (await api(None)).post("/login", data={"username": name, "password": "not-the-password"})
        results.append((response.status_code, response.json(), "set-cookie" in response.headers))
    assert results[0] == results[1]
    assert (results[0][0], results[0][2]) == (401, False)
    assert results[0][1]["error"]["message"] == "User name or password is wrong."


async def test_a_refused_sign_in_keeps_the_name_and_forgets_the_password(desk):
    response = await Browser(PLAIN).post("/login", data={"username": "bob", "password": "not-the-password"})
    assert response.status_code == 401
    assert 'value="bob"' in response.text
    assert "not-the-password" not in response.text
    assert "User name or password is wrong." in response.text


async def test_someone_who_is_signed_in_is_redirected_from_the_sign_in_pages(bob, ada):
    for person, page in ((bob, "/"), (ada, "/admin")):
        for path in ("/login", "/register"):
            response = await (await Browser.of(person)).get(path)
            assert (response.status_code, response.headers["location"]) == (303, page)


async def test_after_ten_failures_the_right_password_does_not_help_for_three_minutes(desk):
    await fail("bob", times=FAILURES)
    with pytest.raises(TooMany, match="wait 3 minutes"):
        await Person.signing_in("bob", PASSWORDS["bob"], HOME)
    clock.travel(FAILURE_WINDOW + timedelta(seconds=1))
    assert (await Person.signing_in("bob", PASSWORDS["bob"], HOME)).username == "bob"


async def test_bob_locked_out_does_not_lock_eve_out_who_comes_from_elsewhere(desk):
    await failed("bob", times=FAILURES)
    assert (await Person.signing_in("eve", PASSWORDS["eve"], caller("10.0.0.1"))).username == "eve"


async def test_one_address_that_tries_many_names_is_turned_away(desk):
    for n in range(FAILURES):
        await failed(f"guess-{n}", caller("10.6.6.6"))
    with pytest.raises(TooMany):
        await Person.signing_in("bob", PASSWORDS["bob"], caller("10.6.6.6"))
    assert (await Person.signing_in("bob", PASSWORDS["bob"], HOME)).username == "bob"


async def test_what_succeeds_does_not_count(desk):
    await failed("bob", times=FAILURES - 1)
    for _ in range(2):
        await Person.signing_in("bob", PASSWORDS["bob"], HOME)
    await fail("bob")
    with pytest.raises(TooMany):
        await Person.signing_in("bob", PASSWORDS["bob"], HOME)


async def test_a_crowd_of_guesses_at_once_gets_hardly_more_tries_than_one_after_another(desk):
    """But for the few that are being looked at when the tenth fails."""
    crowd = [caller(f"2001:db8::{n:x}") for n in range(3 * FAILURES)]  # one network, as many addresses as it likes
    results = await asyncio.gather(
        *(Person.signing_in("bob", f"guess-{n}", where) for n, where in enumerate(crowd)), return_exceptions=True
    )
    kinds = [type(result) for result in results]
    assert set(kinds) == {NotSignedIn, TooMany}
    assert FAILURES <= kinds.count(NotSignedIn) <= FAILURES + passwords.STRANGER.at_once


async def test_over_http_the_eleventh_try_is_429_and_says_when_to_come_back(desk):
    await failed("bob", times=FAILURES)
    before = await everything()
    tried = {"username": "bob", "password": PASSWORDS["bob"]}
    for headers in ({"Accept": "application/json"}, PLAIN, {"HX-Request": "true"}):
        response = await Browser(headers).post("/login", data=tried)
        assert response.status_code == 429
        assert 0 < int(response.headers["retry-after"]) <= FAILURE_WINDOW.total_seconds()
        assert "Too many failed sign-ins. Please wait 3 minutes and try again." in response.text
        assert "set-cookie" not in response.headers
    assert await everything() == before


async def test_old_failures_are_swept_away(desk):
    await fail("bob", times=2)
    clock.travel(FAILURES_KEPT - timedelta(minutes=1))
    assert await SignInFailure.sweep() == 0
    clock.travel(timedelta(minutes=1, seconds=1))
    await fail("bob")
    assert await SignInFailure.sweep() == 2
    assert await SignInFailure.sweep() == 0
    assert await SignInFailure.count() == 1


async def test_one_sweep_takes_a_bounded_number_of_failures(desk):
    for _ in range(AT_A_TIME + 2):
        await SignInFailure.note("bob", HOME, Known())
    clock.travel(FAILURES_KEPT + timedelta(seconds=1))
    assert await SignInFailure.sweep() == AT_A_TIME
    assert await SignInFailure.sweep() == 2


async def test_a_flood_of_failures_is_kept_for_a_day_only(desk, monkeypatch):
    monkeypatch.setattr("app.signing_in.tables.MOST_FAILURES_KEPT", 5)
    await failed("bob", times=4)
    clock.travel(timedelta(hours=1))
    await failed("eve", times=5)
    assert await SignInFailure.sweep() == 0
    clock.travel(DAY + timedelta(minutes=1))
    assert await SignInFailure.sweep() == 3  # up to, and without, the first that may be kept
    assert await SignInFailure.count().where(SignInFailure.username == "eve") == 5


async def test_signing_in_leaves_no_event_that_anybody_reads(desk):
    await Browser(PLAIN).post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
    assert await happened() == []
