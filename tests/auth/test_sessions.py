import hashlib
from datetime import timedelta

import pytest

from app import clock
from app.errors import Invalid, NotSignedIn
from app.people.session_middleware import cookie_name
from app.people.tables import (
    ABSOLUTE,
    AT_A_TIME,
    IDLE,
    MOST_SESSIONS,
    TOUCH_EVERY,
    TOUCHED_AT_A_TIME,
    Person,
    Session,
)
from app.signing_in.caller import Caller
from tests.browser import PLAIN, Browser, api
from tests.inspection import happened, last_event
from tests.people import PASSWORDS

SOON = timedelta(minutes=1)
HOME = Caller("127.0.0.1", "127.0.0.1")


async def start(person, instead_of=None):
    return await Session.start(person, address="127.0.0.1", browser="test", instead_of=instead_of)


async def test_the_database_keeps_only_the_hash_of_a_token(bob):
    token = await start(bob)
    [row] = await Session.raw("SELECT * FROM session")
    assert token not in str(row)
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) >= 43  # 256 bits in base64


async def test_a_token_leads_to_its_person_and_no_other_token_does(bob):
    token = await start(bob)
    session, person = await Session.find(token)
    assert (person.username, session.person) == ("bob", bob.id)
    for other in ("", "x", token[:-1], token + "x", hashlib.sha256(token.encode()).hexdigest()):
        assert await Session.find(other) is None


async def test_a_session_ends_after_eight_hours_without_a_request(bob):
    token = await start(bob)
    clock.travel(IDLE - SOON)
    assert await Session.find(token) is not None  # and this was a request
    clock.travel(IDLE - SOON)
    assert await Session.find(token) is not None
    clock.travel(IDLE + SOON)
    assert await Session.find(token) is None


async def test_a_session_ends_after_fourteen_days_however_busy(bob):
    token = await start(bob)
    for _ in range(48):
        clock.travel(ABSOLUTE / 48 - timedelta(seconds=2))
        assert await Session.find(token) is not None
    clock.travel(timedelta(minutes=2))
    assert await Session.find(token) is None


async def test_what_is_over_is_swept_away_and_what_is_not_stays(bob, eve):
    await start(bob)
    clock.travel(IDLE + SOON)
    eves = await start(eve)
    await Session.sweep()
    assert await Session.count() == 1
    assert await Session.find(eves) is not None


async def test_one_sweep_works_through_a_bounded_number_and_the_next_goes_on(bob, eve, monkeypatch):
    monkeypatch.setattr("app.people.tables.MOST_SESSIONS", AT_A_TIME + 3)
    for _ in range(AT_A_TIME + 3):
        await start(bob)
    clock.travel(IDLE + SOON)
    eves = await start(eve)
    assert await Session.sweep() == AT_A_TIME
    assert len(await happened()) == AT_A_TIME
    assert await Session.sweep() == 3
    assert await Session.sweep() == 0
    assert len(await happened()) == AT_A_TIME + 3
    assert await Session.find(eves) is not None


async def test_a_sweep_asks_for_all_its_people_at_once(desk, monkeypatch):
    names = [f"guest-{number}" for number in range(30)]
    for name in names:
        await start(await guest(name))
    clock.travel(IDLE + SOON)
    asked = []
    by_ids = Person.by_ids.__func__

    async def counted(cls, keys):
        asked.append(set(keys))
        return await by_ids(cls, keys)

    monkeypatch.setattr(Person, "by_ids", classmethod(counted))
    await Session.sweep()
    assert [len(keys) for keys in asked] == [30]
    assert {(entry.kind, entry.by) for entry in await happened()} == {("SessionEnded", name) for name in names}


async def guest(name):
    """Without the cost of a password."""
    return await Person.add(
        {
            Person.username: name, Person.email: f"{name}@example.com", Person.password_hash: "", Person.role: "client",
            Person.active: True, Person.seen_event: 0, Person.created_at: clock.now(),
        }
    )  # fmt: skip


async def session_id(token):
    session, _ = await Session.find(token)
    return session.id


async def test_a_session_with_a_live_page_open_does_not_end_by_idling(bob):
    with_a_page, without = await start(bob), await start(bob)
    key = await session_id(with_a_page)
    for _ in range(12):
        clock.travel(IDLE / 8)
        await Session.touch([key])
    await Session.sweep()
    assert await Session.count() == 1
    assert await Session.find(with_a_page) is not None
    assert await Session.find(without) is None


async def test_a_live_page_does_not_put_off_the_absolute_end(bob):
    token = await start(bob)
    key = await session_id(token)
    for _ in range(48):
        clock.travel(ABSOLUTE / 48)
        await Session.touch([key])
    clock.travel(SOON)
    await Session.touch([key])
    assert await Session.find(token) is None
    assert await Session.sweep() == 1


async def test_a_session_that_is_over_stays_over_whatever_page_is_still_open(bob):
    token = await start(bob)
    key = await session_id(token)
    clock.travel(IDLE + SOON)
    await Session.touch([key])
    assert await Session.find(token) is None


async def test_what_was_seen_a_moment_ago_is_not_written_again(bob):
    token = await start(bob)
    key = await session_id(token)
    [before] = await Session.select(Session.seen_at)
    clock.travel(TOUCH_EVERY - SOON)
    await Session.touch([key])
    assert await Session.select(Session.seen_at) == [before]
    clock.travel(2 * SOON)
    await Session.touch([key])
    [after] = await Session.select(Session.seen_at)
    assert after["seen_at"] > before["seen_at"]


async def test_many_sessions_are_touched_in_bounded_portions_and_only_they(bob, monkeypatch):
    monkeypatch.setattr("app.people.tables.TOUCHED_AT_A_TIME", 4)
    assert TOUCHED_AT_A_TIME == 500
    keys = [await session_id(await start(bob)) for _ in range(11)]
    clock.travel(TOUCH_EVERY + SOON)
    await Session.touch(keys[:10])
    old = clock.now() - TOUCH_EVERY
    assert [row["id"] for row in await Session.select(Session.id).where(Session.seen_at < old)] == [keys[10]]
    await Session.touch([])


async def test_signing_out_ends_that_session_only(bob):
    here, there = await Browser.of(bob), await Browser.of(bob)
    stolen = here.client.cookies[cookie_name()]
    response = await here.post("/logout")
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert (await here.get("/")).headers["location"].startswith("/login")
    assert await Session.find(stolen) is None
    assert (await there.get("/")).status_code == 200
    assert [entry.kind for entry in await happened()] == ["SessionEnded"]
    assert (await last_event()).person == bob.id


async def test_signing_out_twice_or_without_a_session_does_no_harm(bob):
    browser = await Browser.of(bob)
    token = browser.client.cookies[cookie_name()]
    await browser.post("/logout")
    browser.client.cookies.set(cookie_name(), token)
    assert (await browser.post("/logout")).status_code == 303
    assert (await (await api(None)).post("/logout")).json() == {"signed_out": True}
    assert len(await happened()) == 1


async def test_signing_in_gives_a_new_token_and_ends_the_one_that_the_browser_had(bob):
    browser = await Browser.of(bob)
    before = browser.client.cookies[cookie_name()]
    browser.client.headers.update(PLAIN)
    response = await browser.post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
    after = response.cookies[cookie_name()]
    assert after != before
    assert await Session.find(before) is None
    assert await Session.find(after) is not None
    assert [entry.kind for entry in await happened()] == ["SessionEnded"]


async def test_a_token_that_an_attacker_chose_is_never_adopted(desk):
    browser = Browser(PLAIN)
    browser.client.cookies.set(cookie_name(), "chosen-by-mallory", domain="desk.test")
    response = await browser.post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
    assert response.cookies[cookie_name()] != "chosen-by-mallory"
    assert await Session.find("chosen-by-mallory") is None


async def test_a_suspended_person_is_out_at_once_everywhere_and_cannot_come_back(bob, ada):
    browsers = [await Browser.of(bob) for _ in range(2)]
    await bob.suspend(by=ada)
    for browser in browsers:
        assert (await browser.get("/")).headers["location"].startswith("/login")
    with pytest.raises(NotSignedIn):
        await Person.signing_in("bob", PASSWORDS["bob"], HOME)
    assert await happened() == [("PersonSuspended", None, "ada")]
    await bob.suspend(by=ada)
    assert len(await happened()) == 1


async def test_a_restored_person_can_sign_in_again_but_no_old_session_comes_back(bob, ada):
    browser = await Browser.of(bob)
    await bob.suspend(by=ada)
    await bob.restore(by=ada)
    assert (await browser.get("/")).headers["location"].startswith("/login")
    assert (await Person.signing_in("bob", PASSWORDS["bob"], HOME)).id == bob.id
    assert await happened() == [("PersonSuspended", None, "ada"), ("PersonRestored", None, "ada")]
    assert (await last_event()).person == bob.id


async def test_restoring_a_person_who_is_not_suspended_changes_nothing(bob, ada):
    browser = await Browser.of(bob)
    await bob.restore(by=ada)
    assert (await browser.get("/")).status_code == 200
    assert await happened() == []


async def test_a_session_that_was_missed_does_not_outlive_the_suspension(bob):
    token = await start(bob)
    await Person.update({Person.active: False}).where(Person.id == bob.id)
    assert await Session.find(token) is None


async def test_a_new_role_ends_the_sessions_and_counts_at_the_next_sign_in(desk, ada):
    mia = await Person.register("mia", "mia@example.com", "seven-quiet-harbours")
    browser = await api(mia)
    await mia.change_role("admin", by=ada)
    assert (await browser.get("/")).status_code == 401
    response = await browser.post("/login", json={"username": "mia", "password": "seven-quiet-harbours"})
    assert response.json()["role"] == "admin"
    last = len(await happened())
    await (await Person.named("mia")).change_role("admin", by=ada)  # what she is already
    assert len(await happened()) == last
    with pytest.raises(Invalid):
        await mia.change_role("owner", by=ada)


async def test_a_new_password_ends_the_sessions_and_only_it_signs_in(desk, ada):
    mia = await Person.register("mia", "mia@example.com", "seven-quiet-harbours")
    browser = await api(mia)
    with pytest.raises(Invalid):
        await mia.change_password("short", by=ada)
    assert (await browser.get("/")).status_code == 200
    await mia.change_password("eight-quiet-harbours", by=ada)
    assert (await browser.get("/")).status_code == 401
    with pytest.raises(NotSignedIn):
        await Person.signing_in("mia", "seven-quiet-harbours", HOME)
    assert (await Person.signing_in("mia", "eight-quiet-harbours", HOME)).id == mia.id
    assert (await happened())[1:] == [("PasswordChanged", None, "ada")]


async def test_a_person_has_a_bounded_number_of_sessions_and_the_idlest_gives_way(bob, eve):
    eves = await start(eve)
    idle, *others = [await start(bob) for _ in range(MOST_SESSIONS)]
    assert await Session.count() == MOST_SESSIONS + 1
    clock.travel(TOUCH_EVERY + SOON)
    for token in others:
        assert await Session.find(token) is not None  # which notes that it is in use
    newest = await start(bob)
    assert await Session.find(idle) is None
    for token in (*others, newest, eves):
        assert await Session.find(token) is not None
    assert await happened() == [("SessionEnded", None, "bob")]  # so its sockets close
