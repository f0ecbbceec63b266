import asyncio

import pytest

from app.errors import Invalid
from app.people.tables import Person, Session
from app.signing_in.caller import Caller
from tests.browser import JSON, PLAIN, Browser, api
from tests.inspection import everything, happened, last_event

MIA = {"username": "mia", "email": "mia@example.com", "password": "seven-quiet-harbours"}


async def test_mia_registers_and_is_in_the_log(desk):
    mia = await Person.register(**MIA)
    assert (mia.role, mia.active) == ("client", True)
    assert "seven-quiet-harbours" not in str(mia.to_dict())
    assert mia.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await happened() == [("PersonRegistered", None, "mia")]
    assert (await last_event()).person == mia.id


async def test_a_name_is_kept_in_small_letters_and_found_in_any(desk):
    browser = await api(None)
    assert (await browser.post("/register", data=MIA | {"username": " Mia.Tanaka\u2003"})).status_code == 200
    for typed in ("MIA.tanaka", "\u3000mia.tanaka\u00a0"):
        response = await browser.post("/login", data={"username": typed, "password": MIA["password"]})
        assert response.json() == {"username": "mia.tanaka", "role": "client"}


async def test_a_taken_name_is_a_conflict_at_its_field_whatever_its_case(bob):
    before = await everything()
    response = await (await api(None)).post("/register", data=MIA | {"username": " BOB "})
    assert response.status_code == 409
    assert response.json()["error"]["message"] == "The user name bob cannot be had. Please choose another."
    assert response.json()["error"]["fields"] == {"username": "This name cannot be had."}
    assert await everything() == before


async def test_a_stranger_learns_no_more_of_a_name_than_that_another_must_be_chosen(ada, bob, eve):
    """The same of a name that somebody has, of one that looks like it, and of one who is suspended."""
    await eve.suspend(by=ada)
    stranger, told = await api(None), set()
    for name in ("bob", "b0b", "eve", "ada", "a-da"):
        response = await stranger.post("/register", data=MIA | {"username": name})
        told.add((response.status_code, response.text.replace(name, "NAME"), str(set(response.headers) - {"date"})))
    assert len(told) == 1, told
    wrong = set()
    for name in ("bob", "b0b", "eve", "nobody"):
        response = await stranger.post("/login", data={"username": name, "password": "quite-wrong-words"})
        wrong.add((response.status_code, response.text.replace(name, "NAME")))
    assert len(wrong) == 1, wrong


async def test_of_two_who_want_one_name_at_once_one_gets_it(desk):
    results = await asyncio.gather(*(Person.register(**MIA) for _ in range(4)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 3 + ["Person"]
    assert len(await happened()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""), ("username", "m"), ("username", "m" * 33), ("username", "-mia"), ("username", "mia tanaka"),
        ("username", "mia@home"), ("username", "miä"), ("username", "system"), ("username", "SYSTEM"),
        ("email", ""), ("email", "mia"), ("email", "mia@home"), ("email", "mia tanaka@example.com"),
        ("email", "m@" + "e" * 260 + ".com"), ("password", ""), ("password", "short77"), ("password", "p" * 129),
        ("password", "password123"), ("password", "Sunshine"),
    ],
)  # fmt: skip
async def test_what_will_not_do_is_refused_at_its_field_in_a_sentence(desk, field, value):
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await Person.register(**(MIA | {field: value}))
    assert list(refused.value.fields) == [field]
    assert refused.value.fields[field].endswith(".")
    assert await everything() == before


async def test_a_password_is_not_ones_own_name(desk):
    with pytest.raises(Invalid) as refused:
        await Person.register("mia-tanaka", "mia@example.com", "Mia-Tanaka")
    assert "easy to guess" in refused.value.fields["password"]


@pytest.mark.parametrize(
    "password", ["eight888x", "p" * 127 + "q", "zwölf Hühner", "  spaces matter  ", "密码很长很长很长"]
)
async def test_long_and_unusual_passwords_are_welcome_and_let_mia_in(desk, password):
    await Person.register(**(MIA | {"password": password}))
    assert (await Person.signing_in("mia", password, Caller("1.2.3.4", "1.2.3.4"))).username == "mia"


async def test_after_registering_mia_is_signed_in_at_her_desk(desk):
    browser = Browser(PLAIN)
    response = await browser.post("/register", data=MIA)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "mia" in (await browser.get("/")).text


async def test_nobody_registers_as_an_admin(desk):
    browser = await api(None)
    response = await browser.post("/register", data=MIA | {"role": "admin"})
    assert response.json() == {"username": "mia", "role": "client"}
    assert (await browser.get("/admin")).status_code == 403


async def test_what_happened_before_mia_came_is_not_unread_to_her(bob, ada):
    from app.notifications.tables import broadcast

    await broadcast("Long ago.", "info", by=ada)
    browser = await api(None)
    await browser.post("/register", data=MIA)
    notes = (await browser.get("/notifications")).json()["items"]
    assert [(note["text"], note["unread"]) for note in notes] == [("Long ago.", False)]


async def test_who_is_registered_and_cannot_be_signed_in_is_not_told_that_nothing_was_changed(desk, monkeypatch):
    async def away(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr(Session, "start", away)
    sent = {"username": "mia", "email": "mia@example.com", "password": "seven-quiet-harbours"}
    response = await Browser(JSON).post("/register", data=sent)
    assert response.status_code == 503
    assert "Your change was saved" in response.json()["error"]["message"]
    assert await Person.named("mia") is not None
