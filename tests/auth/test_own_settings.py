"""What people change about themselves: their password, their e-mail address, where they are signed in."""

import pytest

from app.errors import NotSignedIn
from app.people.tables import Person, Session
from tests.auth.callers import HOME
from tests.browser import HTMX, JSON, PLAIN, Browser, api
from tests.inspection import everything, happened
from tests.people import PASSWORDS

NEW = "nine-quiet-harbours"


async def test_a_new_password_keeps_this_browser_and_ends_all_others(bob):
    here, there = await api(bob), await api(bob)
    changed = await here.post("/me/password", json={"password": PASSWORDS["bob"], "new_password": NEW})
    assert changed.status_code == 200, changed.text
    assert await happened() == [("PasswordChanged", None, "bob")]
    assert ((await here.get("/me")).status_code, (await there.get("/me")).status_code) == (200, 401)
    assert (await Person.signing_in("bob", NEW, HOME)).id == bob.id
    with pytest.raises(NotSignedIn):
        await Person.signing_in("bob", PASSWORDS["bob"], HOME)


@pytest.mark.parametrize(
    ("password", "new", "field"),
    [("not-my-password", NEW, "password"), (PASSWORDS["bob"], "short", "new_password"),
     (PASSWORDS["bob"], "password123", "new_password")],
)  # fmt: skip
@pytest.mark.parametrize("headers", [PLAIN, HTMX, JSON], ids=["plain", "htmx", "json"])
async def test_what_is_wrong_with_it_stands_at_its_field_and_nothing_has_changed(bob, password, new, field, headers):
    browser = await Browser.of(bob, headers | ({"HX-Source": "form#password"} if headers is HTMX else {}))
    before = await everything()
    refused = await browser.post("/me/password", data={"password": password, "new_password": new})
    assert refused.status_code == 422
    if headers is JSON:
        assert set(refused.json()["error"]["fields"]) == {field}
    else:
        assert f'id="password-{field}-error"' in refused.text
        assert new not in refused.text
        assert password not in refused.text
    assert await everything() == before


async def test_guessing_at_ones_own_password_is_slowed_down_as_a_sign_in_is(bob):
    """Whoever sits at a browser that somebody left open."""
    browser = await api(bob)
    told = [
        (
            await browser.post("/me/email", json={"email": "x@example.com", "password": f"guess-number-{turn}"})
        ).status_code
        for turn in range(30)
    ]
    assert told[0] == 422
    assert told[-1] == 429
    assert (await Person.by_id(bob.id)).email == "bob@example.com"


@pytest.mark.parametrize("headers", [PLAIN, HTMX, JSON], ids=["plain", "htmx", "json"])
async def test_an_address_is_changed_with_the_password(bob, headers):
    browser = await Browser.of(bob, headers)
    sent = {"email": "bob@elsewhere.example", "password": PASSWORDS["bob"]}
    changed = await browser.post("/me/email", data=sent)
    assert changed.status_code == (303 if headers is PLAIN else 200)
    assert await happened() == [("EmailChanged", None, "bob")]
    assert (await Person.by_id(bob.id)).email == "bob@elsewhere.example"
    again = await browser.post("/me/email", data=sent)
    assert again.status_code == changed.status_code
    assert len(await happened()) == 1, "the second time nothing has changed"
    if headers is PLAIN:
        assert "Your e-mail address is changed." in (await browser.get("/me")).text


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 250 + "@example.com"])
async def test_what_is_no_address_changes_nothing(bob, email):
    browser, before = await api(bob), await everything()
    before = await everything()
    refused = await browser.post("/me/email", json={"email": email, "password": PASSWORDS["bob"]})
    assert refused.status_code == 422
    assert set(refused.json()["error"]["fields"]) == {"email"}
    assert await everything() == before


async def test_they_see_where_they_are_signed_in_and_sign_out_there(bob, eve):
    phone = await api(bob)
    phones = (await Session.of(bob.id))[0]
    here, eves = await Browser.of(bob, PLAIN), await api(eve)
    shown = (await here.get("/me/sessions")).text
    assert shown.count("Sign out there") >= 1
    assert shown.count("this one") == 1
    eves_session = (await Session.of(eve.id))[0]
    assert (await here.post("/me/sessions/end", data={"session_id": eves_session.id})).status_code == 404
    assert (await eves.get("/me")).status_code == 200
    ended = await here.post("/me/sessions/end", data={"session_id": phones.id})
    assert (ended.status_code, ended.headers["location"]) == (303, "/me")
    assert await happened() == [("SessionEnded", None, "bob")]
    assert (await phone.get("/me")).status_code == 401
    assert "You are signed out there." in (await here.get("/me")).text
    assert (await here.post("/me/sessions/end", data={"session_id": phones.id})).status_code == 404


async def test_another_persons_sessions_cannot_be_asked_for(bob, eve):
    await Session.start(bob, address="203.0.113.9", browser="test", instead_of=None)
    eves = await Browser.of(eve, PLAIN)
    assert "203.0.113.9" not in (await eves.get(f"/me/sessions?person_id={bob.id}")).text
