"""Links that work once: to join, and to set a new password."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import PasswordHasher

from app import clock
from app.errors import NotFound, NotSignedIn
from app.invitations.tables import FOR_A_PASSWORD, TO_JOIN, Invitation
from app.people.tables import Person, Session
from tests.auth.callers import HOME
from tests.browser import HTMX, JSON, PLAIN, Browser, api
from tests.inspection import everything, happened
from tests.people import PASSWORDS

MIA = {"username": "mia", "email": "mia@example.com", "password": "seven-quiet-harbours"}
NEW = "nine-quiet-harbours"


async def invited(ada: Person, role: str = "client") -> str:
    """The token."""
    made = await (await api(ada)).post("/api/admin/invitations", json={"role": role})
    assert made.status_code == 201, made.text
    return parse_qs(urlsplit(made.json()["link"]).query)["token"][0]


async def linked(ada: Person, person: Person) -> str:
    made = await (await api(ada)).post("/api/admin/people/password-link", json={"person_id": person.id})
    assert made.status_code == 201, made.text
    return parse_qs(urlsplit(made.json()["link"]).query)["token"][0]


@pytest.mark.parametrize("role", ["client", "admin"])
async def test_whoever_has_the_link_joins_as_what_they_were_invited(ada, role):
    token = await invited(ada, role)
    stranger = Browser(PLAIN)
    assert "Choose a name and a password." in (await stranger.get(f"/welcome?token={token}")).text
    joined = await stranger.post("/welcome/join", data={**MIA, "token": token})
    assert (joined.status_code, joined.headers["location"]) == (303, "/admin" if role == "admin" else "/")
    mia = await Person.named("mia")
    assert (mia.role, mia.email) == (role, "mia@example.com")
    assert await happened() == [("PersonInvited", None, "ada"), ("PersonRegistered", None, "mia")]
    assert (await stranger.get("/me")).status_code == 200, "and is signed in"


async def test_the_database_keeps_only_the_hash_of_a_token(ada):
    token = await invited(ada)
    assert token not in str(await everything())


async def test_a_link_works_once(ada):
    token = await invited(ada)
    assert (await Browser(JSON).post("/welcome/join", json={**MIA, "token": token})).status_code == 200
    before = await everything()
    again = await Browser(JSON).post("/welcome/join", json={**MIA, "username": "mia2", "token": token})
    assert again.status_code == 404
    assert (await Browser(PLAIN).get(f"/welcome?token={token}")).status_code == 404
    assert await everything() == before


async def test_of_two_who_use_it_at_once_one_joins(ada):
    for turn in range(5):
        token = await invited(ada)
        before = await Person.count()
        answers = await asyncio.gather(
            *(
                Browser(JSON).post("/welcome/join", json={**MIA, "username": f"mia-{turn}-{one}", "token": token})
                for one in range(3)
            )
        )
        told = sorted(answer.status_code for answer in answers)
        assert told[0] == 200
        assert set(told[1:]) <= {404, 409}, "they had asked before the first was done, or after"
        assert await Person.count() == before + 1
        registered = [entry for entry in await happened() if entry.kind == "PersonRegistered"]
        assert len(registered) == turn + 1


@pytest.fixture
def cheap(monkeypatch):
    """Where many set a password at once, what matters is that they do."""
    monkeypatch.setattr("app.people.passwords._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def at_once(path, bodies):
    """Each from a network of its own. Who finds no place in the queue is asked to come again."""
    answers = await asyncio.gather(
        *(Browser(JSON, f"198.51.100.{n}").post(path, json=body) for n, body in enumerate(bodies))
    )
    told = [answer.status_code for answer in answers]
    assert set(told) <= {200, 404, 409, 429, 503}
    return [body for body, status in zip(bodies, told, strict=True) if status == 200]


async def test_of_fifty_from_everywhere_who_join_by_one_link_at_once_one_does(ada, cheap):
    token, before = await invited(ada), await Person.count()
    [joined] = await at_once("/welcome/join", [{**MIA, "username": f"mia-{n}", "token": token} for n in range(50)])
    assert await Person.count() == before + 1
    assert await Person.named(joined["username"]) is not None
    assert await Session.count().where(Session.person != ada.id) == 1


async def test_of_fifty_who_set_a_password_by_one_link_at_once_one_does(ada, bob, cheap):
    token = await linked(ada, bob)
    [done] = await at_once("/welcome/password", [{"password": f"{NEW}-{n}", "token": token} for n in range(50)])
    assert [entry.kind for entry in await happened()].count("PasswordChanged") == 1
    assert (await Person.signing_in("bob", done["password"], HOME)).id == bob.id


async def test_a_name_that_is_taken_does_not_use_the_link_up(ada, bob):
    token = await invited(ada)
    taken = await Browser(JSON).post("/welcome/join", json={**MIA, "username": "bob", "token": token})
    assert taken.status_code == 409
    assert (await Browser(JSON).post("/welcome/join", json={**MIA, "token": token})).status_code == 200


@pytest.mark.parametrize(("kind", "works_for"), [("join", TO_JOIN), ("password", FOR_A_PASSWORD)])
async def test_a_link_ends(ada, bob, kind, works_for):
    token = await invited(ada) if kind == "join" else await linked(ada, bob)
    clock.travel(works_for - timedelta(minutes=1))
    await Invitation.with_token(token)
    clock.travel(timedelta(minutes=2))
    with pytest.raises(NotFound):
        await Invitation.with_token(token)
    await Invitation.sweep()
    assert await Invitation.count() == 1
    clock.travel(timedelta(days=31))
    assert await Invitation.sweep() == 1
    assert await Invitation.count() == 0


@pytest.mark.parametrize("headers", [PLAIN, HTMX], ids=["plain", "htmx"])
async def test_who_has_forgotten_their_password_sets_another(ada, bob, headers):
    there = await api(bob)
    token = await linked(ada, bob)
    assert (await there.get("/me")).status_code == 200, "until then nothing has changed"
    here = Browser(headers)
    assert (await here.get(f"/welcome?token={token}")).status_code == 200
    assert (await here.post("/welcome/password", data={"password": NEW, "token": token})).status_code == 303
    assert await happened() == [("PasswordLinkMade", None, "ada"), ("PasswordChanged", None, "bob")]
    assert (await there.get("/me")).status_code == 401
    assert (await here.get("/me")).status_code == 200
    assert (await Person.signing_in("bob", NEW, HOME)).id == bob.id
    with pytest.raises(NotSignedIn):
        await Person.signing_in("bob", PASSWORDS["bob"], HOME)
    assert (await here.post("/welcome/password", data={"password": NEW, "token": token})).status_code == 404


async def test_a_newer_link_ends_the_older(ada, bob, eve):
    older, eves, newer = await linked(ada, bob), await linked(ada, eve), await linked(ada, bob)
    with pytest.raises(NotFound):
        await Invitation.with_token(older)
    for token, person in ((eves, eve), (newer, bob)):
        assert (await Invitation.with_token(token)).person == person.id


async def test_nobody_who_is_suspended_gets_in_by_a_link(ada, bob):
    token = await linked(ada, bob)
    await bob.suspend(by=ada)
    assert (await Browser(JSON).post("/welcome/password", json={"password": NEW, "token": token})).status_code == 401
    refused = await (await api(ada)).post("/api/admin/people/password-link", json={"person_id": bob.id})
    assert refused.status_code == 409
    assert "suspended" in refused.json()["error"]["message"]


async def test_neither_kind_of_link_does_what_the_other_does(ada, bob):
    joins, sets = await invited(ada), await linked(ada, bob)
    before = await everything()
    assert (await Browser(JSON).post("/welcome/join", json={**MIA, "token": sets})).status_code == 404
    assert (await Browser(JSON).post("/welcome/password", json={"password": NEW, "token": joins})).status_code == 404
    assert await everything() == before


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 44, "../admin", "\0" * 43])
async def test_no_other_token_leads_anywhere(ada, token):
    await invited(ada)
    with pytest.raises(NotFound):
        await Invitation.with_token(token)


async def test_what_is_wrong_with_the_form_is_said_at_its_fields(ada):
    token = await invited(ada)
    before = await everything()
    refused = await Browser(PLAIN).post("/welcome/join", data={**MIA, "password": "short", "token": token})
    assert refused.status_code == 422
    assert token in refused.text, "so that the next press works"
    assert "short" not in refused.text.split("Email")[1]
    assert await everything() == before


async def test_the_link_is_shown_once_in_the_dialog_and_on_a_page(ada):
    for headers in (PLAIN, HTMX | {"HX-Target": "div#dialog-body"}):
        made = await (await Browser.of(ada, headers)).post("/api/admin/invitations", data={"role": "client"})
        assert made.status_code == 201
        assert made.text.count("/welcome?token=") == 1
        assert "no-store" in made.headers["cache-control"]


async def test_somebody_who_is_signed_in_already_sees_it_too(ada, bob):
    token = await linked(ada, bob)
    assert (await (await Browser.of(ada, PLAIN)).get(f"/welcome?token={token}")).status_code == 200
