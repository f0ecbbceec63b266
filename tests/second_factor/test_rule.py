"""Admins may have to have a second factor: who has none can set one up, and do nothing else."""

import asyncio

import pytest

from app.errors import Conflict
from app.people.tables import LIMITED, Person, Session
from app.rules.tables import REQUIRED, DeskRule
from app.second_factor.tables import SecondFactor
from tests.browser import JSON, PLAIN, Browser, api
from tests.doors.page_socket import PageSocket
from tests.doors.table import DOORS, LED_TO_THE_DOOR, SIGN_IN
from tests.inspection import everything, happened
from tests.live.rows import execute
from tests.people import PASSWORDS
from tests.second_factor.authenticator import Authenticator, set_up, with_code
from tests.test_cli import app as command

RULE = "/api/admin/second-factor"


async def require(ada):
    phone, codes = await set_up(ada)
    answer = await (await api(ada)).post(RULE, json={"required": "yes"})
    assert answer.json() == {"required": True}
    return phone, codes


async def test_whoever_requires_it_has_one_themselves(ada):
    before = await everything()
    with pytest.raises(Conflict, match="Set up your own second factor first"):
        await Person.require_second_factor(by=ada)
    assert await everything() == before


async def test_admins_without_one_are_signed_out_and_nobody_else(ada, grace, bob):
    browsers = [await api(person) for person in (grace, bob)]
    await set_up(ada)
    adas = await api(ada)
    assert (await adas.post(RULE, json={"required": "yes"})).status_code == 200
    assert [(await browser.get("/me")).status_code for browser in (*browsers, adas)] == [401, 200, 200]
    assert await happened() == [
        ("SecondFactorSet", None, "ada"), ("SecondFactorRequired", None, "ada"), ("SignedOutEverywhere", None, "ada"),
    ]  # fmt: skip


async def test_what_is_a_rule_already_is_made_one_once_also_by_many_at_once(ada, grace):
    await set_up(ada)
    await asyncio.gather(*(Person.require_second_factor(by=ada) for _ in range(10)))
    kinds = [entry.kind for entry in await happened()]
    assert (kinds.count("SecondFactorRequired"), kinds.count("SignedOutEverywhere")) == (1, 1)
    assert await DeskRule.holds(REQUIRED)
    await asyncio.gather(*(DeskRule.leave_second_factor(by=ada) for _ in range(10)))
    assert [entry.kind for entry in await happened()].count("SecondFactorLeftToAdmins") == 1
    assert not await DeskRule.holds(REQUIRED)


async def test_whom_it_is_required_of_sets_it_up_and_then_everything_is_open(ada, grace):
    await require(ada)
    browser = Browser(PLAIN)
    entered = await browser.post("/login", data={"username": "grace", "password": PASSWORDS["grace"]})
    assert entered.status_code == 303
    for path in ("/", "/admin", "/admin/codes", "/notifications"):
        assert (await browser.get(path)).headers["location"] == "/me/second-factor", path
    assert "Admins of this desk need a second factor" in (await browser.get("/me/second-factor")).text
    assert (await browser.get("/me")).status_code == 200
    browser.client.headers.update(JSON)
    assert (await browser.get("/me")).json()["role"] == LIMITED
    begun = await browser.post("/me/second-factor/begin", json={"password": PASSWORDS["grace"]})
    code = Authenticator(begun.json()["secret"]).code()
    assert (await browser.post("/me/second-factor/confirm", json={"code": code})).status_code == 200
    assert (await browser.get("/admin/codes")).status_code == 200


async def test_no_door_that_asks_who_is_there_opens_before_but_those_of_their_own_settings(ada, grace):
    await require(ada)
    browser = await api(grace)
    before = await everything()
    asked = {name for name, door in DOORS.items() if door.nobody in (SIGN_IN, LED_TO_THE_DOOR)}
    closed = sorted(name for name in asked if not name.split()[1].startswith("/me"))
    assert len(closed) > 60
    for name in closed:
        method, path = name.split()
        for part in [part for part in path.split("/") if part.startswith("{")]:
            path = path.replace(part, str(ada.id))
        answer = await browser.request(method, path, json=DOORS[name].sends or None)
        assert answer.status_code == 403, f"{name}: {answer.text[:200]}"
        if method != "HEAD":
            assert answer.json()["error"]["code"] == "second_factor_needed", name
    assert await everything() == before


@pytest.mark.parametrize("view", ["/", "/admin", "/admin/codes", "/notifications", "/admin/people/1"])
async def test_no_live_page_is_theirs_before(ada, grace, relay, view):
    await require(ada)
    token = await Session.start(grace, address="127.0.0.1", browser="test", instead_of=None)
    socket = await PageSocket.open(token, view)
    assert await socket.until_closed() == 4403
    assert socket.frames == []


async def test_it_is_required_of_whoever_becomes_an_admin_and_of_no_client(ada, bob, eve):
    await require(ada)
    await bob.change_role("admin", by=ada)
    bobs, eves = [await api(await Person.with_id(person.id)) for person in (bob, eve)]
    assert (await bobs.get("/admin")).status_code == 403
    assert (await bobs.get("/me")).json()["role"] == LIMITED
    assert (await eves.get("/")).status_code == 200


async def test_left_to_each_admin_everything_is_open_again(ada, grace):
    await require(ada)
    graces = await api(grace)
    assert (await graces.get("/admin/codes")).status_code == 403
    assert (await graces.post(RULE, json={"required": "no"})).status_code == 403, "they cannot do that themselves"
    assert (await (await api(ada)).post(RULE, json={"required": "no"})).json() == {"required": False}
    assert (await graces.get("/admin/codes")).status_code == 200


async def test_an_admin_who_removes_theirs_is_signed_out_and_limited(ada):
    phone, _ = await require(ada)
    browser = await api(ada)
    proof = {"password": PASSWORDS["ada"], "code": phone.code()}
    assert (await browser.post("/me/second-factor/remove", json=proof)).status_code == 200
    assert (await browser.get("/me")).status_code == 401
    assert await Session.count() == 0
    assert (await (await api(ada)).get("/admin")).status_code == 403


async def test_an_admin_removes_it_of_somebody_who_has_lost_their_phone(ada, grace, bob):
    await set_up(bob)
    act = {"person_id": bob.id, "action": "remove-factor"}
    adas = await api(ada)
    assert (await adas.post("/api/admin/people", json=act)).json()["username"] == "bob"
    assert (await happened())[-1] == ("SecondFactorRemoved", None, "ada")
    before = await everything()
    assert (await adas.post("/api/admin/people", json=act)).status_code == 200
    assert await everything() == before, "and once more changes nothing"
    assert (await Browser(JSON).post("/login", json=with_code("bob", ""))).status_code == 200
    read = (await (await api(grace)).get("/notifications")).json()["items"]
    assert [note["text"] for note in read] == ["ada removed the second factor of bob"]


async def test_nobody_removes_their_own_so_with_neither_password_nor_code(ada):
    """Whoever has come into an admin's session would else be rid of what keeps them from more."""
    await set_up(ada)
    browser = await api(ada)
    before = await everything()
    refused = await browser.post("/api/admin/people", json={"person_id": ada.id, "action": "remove-factor"})
    assert refused.status_code == 409
    assert await everything() == before
    page = (await (await Browser.of(ada, PLAIN)).get(f"/admin/people/{ada.id}/actions")).text
    assert "remove-factor" not in page


async def test_no_client_removes_it_or_makes_a_rule_of_it(bob, eve):
    await set_up(bob)
    browser = await api(eve)
    before = await everything()
    for path, sent in (
        ("/api/admin/people", {"person_id": bob.id, "action": "remove-factor"}),
        (RULE, {"required": "yes"}),
        (RULE, {"required": "no"}),
    ):
        assert (await browser.post(path, json=sent)).status_code == 403
    assert await everything() == before


@pytest.mark.parametrize("required", ["", "maybe", "YES", "1", True])
async def test_neither_yes_nor_no_changes_nothing(ada, required):
    await require(ada)
    browser = await api(ada)
    before = await everything()
    assert (await browser.post(RULE, json={"required": required})).status_code == 422
    assert await everything() == before


def test_an_operator_removes_it_and_once_more_changes_nothing(database):
    url = database.fresh()
    add = (
        "INSERT INTO second_factor (person, secret, confirmed_at, last_step) SELECT id, 'A', created_at, 0 FROM person"
    )
    execute(url, add)
    for _ in range(2):
        done = command(url, "remove-second-factor", "Grace")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert execute(url, "SELECT kind, actor_name FROM event") == [("SecondFactorRemoved", "system")]
    left = execute(url, "SELECT username FROM person JOIN second_factor ON person = person.id ORDER BY username")
    assert left == [("ada",), ("bob",), ("eve",)]
    assert "nobody-here" in command(url, "remove-second-factor", "nobody-here").stderr


async def test_two_admins_who_remove_it_at_once_tell_it_once(ada, grace, bob):
    await set_up(bob)
    await asyncio.gather(*(bob.remove_second_factor(by=admin) for admin in (ada, grace) * 5))
    assert [entry.kind for entry in await happened()] == ["SecondFactorSet", "SecondFactorRemoved"]
    assert await SecondFactor.count() == 0
