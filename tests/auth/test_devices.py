"""Nobody locks Bob out, and nobody guesses his password: devices and networks from which he has signed in before."""

import hashlib
import secrets
from datetime import timedelta

import pytest

from app import clock
from app.errors import NotSignedIn, TooMany
from app.people.session_middleware import device_cookie_name
from app.people.tables import Person
from app.signing_in import tables
from app.signing_in.caller import Known
from app.signing_in.tables import (
    DAY,
    DEVICE_FAILURES_A_DAY,
    DEVICE_KEPT,
    FAILURE_WINDOW,
    FAILURES,
    MOST_DEVICES,
    MOST_PEOPLE,
    NAME_FAILURES_A_DAY,
    NETWORK_FAILURES_OF_A_NAME_A_DAY,
    Device,
    SignInFailure,
)
from tests.auth.callers import HOME, caller, failed
from tests.browser import JSON, Browser
from tests.people import PASSWORDS

LATER = FAILURE_WINDOW + timedelta(seconds=1)


async def sign_in(name, where):
    return await Person.signing_in(name, PASSWORDS[name], where)


async def has_signed_in(person, where=HOME):
    """Gives the same caller with the cookie of the device."""
    _, device = await person.let_in(where)
    return caller(where.address, device)


async def botnet(name, times=NAME_FAILURES_A_DAY):
    for n in range(times):
        await SignInFailure.note(name, caller(f"203.0.{n // 250}.{n % 250}"), Known())


async def login(browser, name):
    sent = {"username": name, "password": PASSWORDS[name]}
    return (await browser.post("/login", data=sent)).status_code


async def test_who_fails_from_elsewhere_locks_nobody_out_at_home(bob):
    await failed("bob", caller("203.0.113.9"), times=FAILURES)
    with pytest.raises(TooMany):
        await sign_in("bob", caller("203.0.113.9"))
    assert (await sign_in("bob", HOME)).id == bob.id


async def test_over_http_bobs_browser_gets_in_from_the_network_that_is_locked_out(desk):
    bobs, strangers = Browser(JSON), Browser(JSON)
    assert await login(bobs, "bob") == 200
    await failed("bob", times=FAILURES)
    await failed("eve", times=FAILURES)
    assert await login(strangers, "bob") == 429
    assert await login(bobs, "bob") == 200
    assert await login(bobs, "eve") == 429  # she has not signed in there before
    assert (await bobs.post("/logout")).status_code == 200
    assert await login(bobs, "bob") == 200


async def test_a_botnet_stops_strangers_for_a_day_and_never_bob_where_he_is_known(bob):
    device = await has_signed_in(bob, caller("198.51.100.7"))
    await botnet("bob")
    with pytest.raises(TooMany, match="wait 24 hours"):
        await sign_in("bob", caller("192.0.2.200"))
    assert (await sign_in("bob", caller("192.0.2.200", device.device))).id == bob.id  # his browser, wherever it is
    assert (await sign_in("bob", caller("198.51.100.7"))).id == bob.id  # and his home, in whichever browser
    clock.travel(DAY + timedelta(seconds=1))
    assert (await sign_in("bob", caller("192.0.2.200"))).id == bob.id


async def test_a_botnet_that_guesses_at_bob_does_not_stop_eve(bob, eve):
    await botnet("bob")
    assert (await sign_in("eve", caller("192.0.2.200"))).id == eve.id


async def test_a_known_device_has_a_count_of_its_own_and_no_more_tries_than_others(bob):
    here = await has_signed_in(bob)
    await failed("bob", here, times=FAILURES)
    with pytest.raises(TooMany, match="wait 3 minutes"):
        await sign_in("bob", here)
    assert (await sign_in("bob", HOME)).id == bob.id  # what the device has used up is no stranger's
    clock.travel(LATER)
    assert (await sign_in("bob", here)).id == bob.id
    await failed("bob", here, times=DEVICE_FAILURES_A_DAY)
    clock.travel(LATER)
    with pytest.raises(TooMany, match="hours"):
        await sign_in("bob", here)


async def test_one_network_has_few_tries_a_day_for_one_name_however_patient_also_a_known_one(bob, eve):
    for where in (HOME, caller("203.0.113.9")):
        for _ in range(NETWORK_FAILURES_OF_A_NAME_A_DAY // FAILURES):
            await failed("bob", where, times=FAILURES)
            clock.travel(LATER)
        with pytest.raises(TooMany, match="hours"):
            await sign_in("bob", where)
        assert (await sign_in("eve", where)).id == eve.id
    await has_signed_in(bob)
    with pytest.raises(TooMany, match="hours"):
        await sign_in("bob", HOME)


async def test_an_ipv6_network_is_counted_as_one_and_its_neighbour_by_itself(bob):
    for n in range(FAILURES):
        await failed("bob", caller(f"2001:db8:1:2::{n}"))
    with pytest.raises(TooMany):
        await sign_in("bob", caller("2001:db8:1:2:ffff::1"))
    assert (await sign_in("bob", caller("2001:db8:1:3::1"))).id == bob.id


@pytest.mark.parametrize("forged", ["", "x", "mallory", hashlib.sha256(b"mallory").hexdigest()])
async def test_a_made_up_device_is_a_strangers(bob, forged):
    real = await has_signed_in(bob)
    [row] = await Device.raw("SELECT * FROM device")
    assert real.device not in str(row)
    for token in (forged, row["token_hash"], real.device[:-1]):
        assert not await Device.known("bob", caller("203.0.113.9", token))
    assert await Device.known("bob", caller("203.0.113.9", real.device))


async def test_a_device_is_known_for_its_person_only(bob, eve):
    bobs = await has_signed_in(bob)
    assert not (await Device.known("eve", bobs)).device
    assert not (await Device.known("nobody-at-all", bobs))


async def test_a_browser_that_several_use_knows_them_all_by_one_token_that_changes_at_each_sign_in(bob, eve):
    first = await has_signed_in(bob)
    second = await has_signed_in(eve, first)
    assert second.device != first.device
    for name in ("bob", "eve"):
        assert (await Device.known(name, second)).device
        assert not (await Device.known(name, first)).device
    assert await Device.count() == 2


async def test_a_token_that_eve_put_into_bobs_browser_never_becomes_bobs(bob, eve):
    eves = await has_signed_in(eve, caller("203.0.113.9"))
    await has_signed_in(bob, caller("198.51.100.7", eves.device))
    assert not await Device.known("bob", eves)


async def test_the_number_of_devices_is_bounded_and_the_one_least_used_is_forgotten(bob):
    first, *others = [await has_signed_in(bob, caller(f"198.51.100.{n}")) for n in range(MOST_DEVICES)]
    first = await has_signed_in(bob, first)
    newest = await has_signed_in(bob, caller("192.0.2.1"))
    assert await Device.count() == MOST_DEVICES
    assert not await Device.known("bob", others[0])
    for device in (first, *others[1:], newest):
        assert (await Device.known("bob", device)).device


async def test_a_browser_knows_a_bounded_number_of_people(bob):
    token = secrets.token_urlsafe(32)
    for person in range(1_000, 1_000 + MOST_PEOPLE + 5):
        await Device.insert(
            Device(
                person=person,
                token_hash=tables.token_hash(token),
                network="x",
                created_at=clock.now(),
                seen_at=clock.now(),
            )
        )
    moved = await has_signed_in(bob, caller("192.0.2.1", token))
    assert await Device.count().where(Device.token_hash == tables.token_hash(moved.device)) == MOST_PEOPLE + 1


async def test_a_device_is_forgotten_after_a_year_in_portions(bob, eve, monkeypatch):
    monkeypatch.setattr(tables, "AT_A_TIME", 2)
    olds = [await has_signed_in(bob, caller(f"198.51.100.{n}")) for n in range(3)]
    clock.travel(DEVICE_KEPT + timedelta(seconds=1))
    young = await has_signed_in(eve)
    assert not await Device.known("bob", olds[0])
    assert [await Device.sweep() for _ in range(3)] == [2, 1, 0]
    assert (await Device.known("eve", young)).device


async def test_a_new_password_and_signing_out_leave_the_owner_known(desk):
    mia = await Person.register("mia", "mia@example.com", "seven-quiet-harbours")
    device = await has_signed_in(mia)
    await mia.change_password("eight-quiet-harbours", by=mia)
    await botnet("mia")
    assert (await Person.signing_in("mia", "eight-quiet-harbours", device)).id == mia.id
    with pytest.raises(NotSignedIn):
        await Person.signing_in("mia", "seven-quiet-harbours", device)


async def test_registering_makes_the_browser_known_too(desk):
    browser = Browser(JSON)
    sent = {"username": "mia", "email": "mia@example.com", "password": "seven-quiet-harbours"}
    await browser.post("/register", data=sent)
    assert (await Device.known("mia", caller("192.0.2.1", browser.client.cookies[device_cookie_name()]))).device


@pytest.mark.parametrize("name", ["bob", "nobody-at-all"])
async def test_a_name_that_there_is_is_limited_as_one_that_there_is_not(desk, name):
    await botnet(name, NAME_FAILURES_A_DAY - 1)
    answers = []
    for _ in range(2):
        browser = Browser(JSON, address="203.0.113.77")
        response = await browser.post("/login", data={"username": name, "password": "not-the-password"})
        answers.append((response.status_code, response.json()["error"]["message"], response.headers.get("retry-after")))
    assert answers[0] == (401, "User name or password is wrong.", None)
    status, message, wait = answers[1]
    assert (status, message) == (429, "Too many failed sign-ins. Please wait 24 hours and try again.")
    assert 86_000 < int(wait) <= 86_400


async def test_what_a_sign_in_asks_before_it_hashes_is_three_queries_by_an_index(request, bob, monkeypatch):
    here = await has_signed_in(bob)
    asked = []

    async def noted(sql, *values):
        asked.append((sql, values))
        return await fetch(sql, *values)

    from app.db.fetch import fetch

    monkeypatch.setattr(tables, "fetch", noted)
    for where in (here, HOME, caller("192.0.2.1")):
        asked.clear()
        await SignInFailure.ensure_few("bob", where, await Device.known("bob", where))
        assert len(asked) == 2  # and the person, by the name
        if request.config.getoption("--database") == "sqlite":
            for sql, values in asked:
                plan = [row["detail"] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", *values)]
                reads = [step for step in plan if "sign_in_failure" in step or "device" in step or "person" in step]
                assert reads
                assert all("USING" in step and "INDEX" in step for step in reads), plan
                assert not [step for step in plan if "TEMP B-TREE" in step], plan
