"""What an admin does about somebody's sign-in, and what of it everybody's sessions feel."""

import asyncio

import pytest

from app.clock import now
from app.errors import Conflict, NotSignedIn
from app.people.tables import Person, Session
from tests.auth.callers import HOME
from tests.browser import JSON, PLAIN, Browser, api
from tests.inspection import everything, happened
from tests.people import PASSWORDS

KINDS = {"suspend": "PersonSuspended", "make-admin": "RoleChanged", "sign-out": "SignedOutEverywhere"}


async def act(admin: Browser, person: Person, action: str, status: int = 200):
    response = await admin.post("/api/admin/people", json={"person_id": person.id, "action": action})
    assert response.status_code == status, response.text
    return response.json()


@pytest.mark.parametrize("action", KINDS)
async def test_what_ends_somebodys_sessions_ends_all_of_them_and_nobody_elses(ada, bob, eve, action):
    bobs, eves, adas = [await api(bob), await api(bob)], await api(eve), await api(ada)
    told = await act(adas, bob, action)
    assert told == {
        "id": bob.id, "username": "bob", "role": "admin" if action == "make-admin" else "client",
        "active": action != "suspend",
    }  # fmt: skip
    assert await happened() == [(KINDS[action], None, "ada")]
    assert [(await browser.get("/me")).status_code for browser in (*bobs, eves, adas)] == [401, 401, 200, 200]


@pytest.mark.parametrize("action", ["suspend", "restore", "make-admin", "make-client"])
async def test_what_is_so_already_changes_nothing(ada, bob, action):
    adas = await api(ada)
    if action != "restore":
        await act(adas, bob, action)
    if action == "suspend":
        await act(adas, bob, action)
    before = await everything()
    await act(adas, bob, action)
    assert await everything() == before


async def test_who_is_suspended_cannot_sign_in_until_they_are_restored(ada, bob):
    adas = await api(ada)
    await act(adas, bob, "suspend")
    with pytest.raises(NotSignedIn):
        await Person.signing_in("bob", PASSWORDS["bob"], HOME)
    await act(adas, bob, "restore")
    assert (await Person.signing_in("bob", PASSWORDS["bob"], HOME)).id == bob.id
    assert [entry.kind for entry in await happened()] == ["PersonSuspended", "PersonRestored"]


@pytest.mark.parametrize("action", ["suspend", "make-client"])
async def test_the_last_admin_who_can_sign_in_stays(ada, grace, action):
    adas = await api(ada)
    await act(adas, grace, "suspend")
    before = await everything()
    refused = await act(adas, ada, action, status=409)
    assert refused["error"]["message"] == "ada is the last admin who can sign in. Nothing was changed."
    assert await everything() == before


@pytest.mark.parametrize("change", ["suspend", "make-client", "both"])
async def test_of_two_who_take_the_last_two_admins_away_at_once_one_is_refused(ada, grace, change):
    """Each the other, twenty times: there is always one left."""
    verbs = {
        "suspend": (Person.suspend, Person.suspend),
        "make-client": (_make_client, _make_client),
        "both": (Person.suspend, _make_client),
    }[change]
    for _ in range(20):
        results = await asyncio.gather(verbs[0](ada, by=grace), verbs[1](grace, by=ada), return_exceptions=True)
        assert sorted(type(result) for result in results if result) == [Conflict], results
        left = await Person.select(Person.username).where((Person.role == "admin") & Person.active.eq(True))
        assert len(left) == 1
        for person in (ada, grace):
            await person.restore(by=ada)
            await person.change_role("admin", by=ada)


async def _make_client(person: Person, by: Person) -> None:
    await person.change_role("client", by=by)


@pytest.mark.parametrize(("fields", "status"), [({"person_id": 999_999}, 404), ({"action": "delete"}, 422)])
async def test_what_there_is_not_changes_nothing(ada, bob, fields, status):
    adas, before = await api(ada), None
    before = await everything()
    response = await adas.post("/api/admin/people", json={"person_id": bob.id, "action": "suspend"} | fields)
    assert response.status_code == status
    assert await everything() == before


async def test_the_list_is_found_by_part_of_a_name_and_by_what_people_are(ada, bob, eve):
    await Person.register("mary-jane", "mary@example.com", "seventeen-tame-herons")
    await bob.suspend(by=ada)
    adas = await api(ada)

    async def listed(query: str) -> list[str]:
        return [row["username"] for row in (await adas.get(f"/admin/people{query}")).json()["items"]]

    assert set(await listed("")) == {"ada", "bob", "eve", "grace", "mary-jane"}
    assert set(await listed("?status=admin")) == {"ada", "grace"}
    assert set(await listed("?status=client")) == {"eve", "mary-jane"}
    assert await listed("?status=blocked") == ["bob"]
    assert await listed("?q=Y-JAN") == ["mary-jane"]
    assert await listed("?q=ma") == ["mary-jane"]
    assert await listed("?q=jane&status=admin") == []
    assert await listed("?q=%C3%A9") == []


async def test_a_person_is_opened_with_their_accounts_and_without_secrets(ada, bob):
    from app.accounts.tables import CustomerAccount

    account = await CustomerAccount.create("bob", platform="mt5", account_number="12345678", plan="30", by=ada)
    token = await Session.start(bob, address="203.0.113.9", browser="test", instead_of=None)
    shown = (await (await api(ada)).get(f"/admin/people/{bob.id}")).json()
    assert shown["person-facts"]["username"] == "bob"
    assert [one["id"] for one in shown["accounts-of"]] == [account.id]
    pages = await Browser.of(ada, PLAIN)
    for path in ("", "/actions", "/sessions", "/password-link"):
        text = (await pages.get(f"/admin/people/{bob.id}{path}")).text
        assert "bob" in text
        assert token not in text
        assert (bob.password_hash or "argon2") not in text
    assert "203.0.113.9" in (await pages.get(f"/admin/people/{bob.id}/sessions")).text


async def test_who_is_not_there_has_no_page(ada):
    pages = await Browser.of(ada, PLAIN)
    for path in ("", "/actions", "/sessions", "/password-link"):
        assert (await pages.get(f"/admin/people/999999{path}")).status_code == 404


async def test_no_session_that_is_over_is_shown(ada, bob):
    from app import clock
    from app.people.tables import IDLE

    await Session.start(bob, address="203.0.113.9", browser="test", instead_of=None)
    assert [session.address for session in await Session.of(bob.id)] == ["203.0.113.9"]
    clock.travel(IDLE * 1.01)
    assert await Session.of(bob.id) == []
    assert (await Session.count(), now() > clock.now()) == (1, False), "it has not been swept away yet"


async def test_a_newcomer_is_read_about_in_the_admins_inbox(ada):
    browser = Browser(JSON)
    form = {"username": "mia", "email": "mia@example.com", "password": "seven-quiet-harbours"}
    assert (await browser.post("/register", data=form)).status_code == 200
    read = (await (await api(ada)).get("/notifications")).json()["items"]
    assert [note["text"] for note in read] == ["mia registered"]
