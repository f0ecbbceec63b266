"""What admins and a client write to one another, and what admins note: who may, about what, and who reads it."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.tables import TradingCode
from app.errors import Conflict, Invalid
from app.live.event import SYSTEM
from app.messages.tables import ABOUT, KEPT, MOST_MESSAGE, SentMessage, write
from app.people.tables import Person
from app.requests.tables import AccountRequest
from tests.browser import HTMX, PLAIN, Browser, api
from tests.inspection import everything, happened, last_event

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
SECRET = "Pays late, and never says why."
PAGES = {"code": "codes", "account": "accounts", "request": "requests"}


class Things(NamedTuple):
    """Bob's, one of each kind."""

    code: TradingCode
    account: CustomerAccount
    request: AccountRequest
    person: Person


@pytest.fixture
async def things(ada: Person, bob: Person) -> Things:
    code = await (await TradingCode.generate(bob, **WISH)).activate(by=ada)
    account = await CustomerAccount.licensed(code.code)
    assert account is not None
    return Things(code, account, await AccountRequest.ask(account, "7", "", by=bob), bob)


def sent(things: Things, about: str, message: str = "Hello.", **more: Any) -> dict[str, Any]:
    return {"about": about, "row_id": getattr(things, about).id, "message": message, **more}


@pytest.mark.parametrize("about", ABOUT)
async def test_either_side_writes_about_whatever_is_bobs_and_the_other_reads_it(
    things: Things, ada: Person, bob: Person, about: str
) -> None:
    adas, bobs = await api(ada), await api(bob)
    for browser, kind in ((adas, "MessageSent"), (bobs, "MessageReceived")):
        response = await browser.post("/api/messages", json=sent(things, about, f"  {kind}, said I. "))
        written = response.json()
        assert (response.status_code, written["about"], written["message"]) == (201, about, f"{kind}, said I.")
        event = await last_event()
        assert (type(event).__name__, event.client, event.message) == (kind, bob.id, f"{kind}, said I.")
        assert getattr(event, about) == getattr(things, about).id
    [hers] = [note["text"] for note in await inbox(bobs) if note["kind"] == "MessageSent"]
    [his] = [note["text"] for note in await inbox(adas) if note["kind"] == "MessageReceived"]
    assert hers.startswith("ada wrote to you")
    assert his.startswith("bob wrote")
    for browser in (adas, bobs):
        record = await record_of(browser, things, about, for_admins=browser is adas)
        assert [note["kind"] for note in record[:2]] == ["MessageReceived", "MessageSent"]


async def test_what_is_written_about_a_request_stands_in_the_record_of_its_account_too(
    things: Things, bob: Person
) -> None:
    await things.request.reject("Not paid.", by=SYSTEM)
    bobs = await api(bob)
    answer = await bobs.post("/api/messages", json=sent(things, "request", "I paid yesterday."))
    assert answer.status_code == 201
    assert (await record_of(bobs, things, "account"))[0]["kind"] == "MessageReceived"
    assert "I paid yesterday." in (await bobs.get(f"/requests/{things.request.id}", headers=PLAIN)).text


@pytest.mark.parametrize("about", ABOUT)
async def test_a_note_is_read_by_admins_wherever_they_look_and_by_its_client_nowhere(
    things: Things, ada: Person, grace: Person, bob: Person, about: str
) -> None:
    response = await (await api(ada)).post("/api/messages", json=sent(things, about, SECRET, to="admins"))
    assert response.status_code == 201
    assert (await happened())[-1] == ("NoteWritten", bob.id, "ada")
    assert SECRET in json.dumps(await inbox(await api(grace)))
    assert SECRET in json.dumps(await record_of(await api(grace), things, about, for_admins=True))
    paths = ["/", "/me", "/notifications", *(f"/{PAGES[each]}/{getattr(things, each).id}" for each in PAGES)]
    paths += [f"/csv?view={path}&list=timeline" for path in paths if path not in ("/", "/notifications")]
    bobs = await api(bob)
    for path in paths:
        for headers in (PLAIN, HTMX, {"Accept": "application/json"}):
            answer = await bobs.get(path, headers=headers)
            assert answer.status_code == 200, path
            assert "NoteWritten" not in answer.text, path
            assert SECRET not in answer.text, path


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("to", ["", "admins"])
async def test_eve_cannot_write_about_what_is_bobs_and_is_not_told_that_it_is_there(
    things: Things, eve: Person, about: str, to: str
) -> None:
    eves = await api(eve)
    before = await everything()
    his = await eves.post("/api/messages", json=sent(things, about, to=to))
    none = await eves.post("/api/messages", json={**sent(things, about, to=to), "row_id": 999_999})
    assert (his.status_code, his.json()) == (404, none.json())
    assert await everything() == before


async def test_a_client_writes_no_notes_and_not_to_other_people(things: Things, ada: Person, bob: Person) -> None:
    bobs = await api(bob)
    before = await everything()
    assert (await bobs.post("/api/messages", json=sent(things, "account", to="admins"))).status_code == 403
    to_ada = {"about": "person", "row_id": ada.id, "message": "Hello."}
    assert (await bobs.post("/api/messages", json=to_ada)).status_code == 404
    assert await everything() == before


async def test_admins_read_notes_on_one_another_and_write_no_messages(ada: Person, grace: Person, bob: Person) -> None:
    with pytest.raises(Conflict, match="grace is an admin"):
        await write(grace, "Hello.", ada)
    assert await happened() == []
    await write(grace, "On leave until May.", ada, for_admins=True)
    for reader in (ada, grace):
        assert "On leave until May." in json.dumps(await inbox(await api(reader)))
    assert "On leave" not in (await (await api(bob)).get("/notifications")).text


@pytest.mark.parametrize("message", ["", "   ", "\n\t", "x" * (MOST_MESSAGE + 1), "nul\0"])
async def test_a_message_that_says_nothing_or_too_much_is_refused_at_its_field(
    things: Things, ada: Person, bob: Person, message: str
) -> None:
    for who in (ada, bob):
        browser = await api(who)
        before = await everything()
        refused = await browser.post("/api/messages", json=sent(things, "account", message))
        assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["message"])
        assert await everything() == before


async def test_the_longest_message_is_kept_whole_and_read_in_short(things: Things, ada: Person, bob: Person) -> None:
    message = f"Begins, {'and goes on, ' * 100}"[: MOST_MESSAGE - 4] + "END."
    await write(things.account, message, ada)
    bobs = await api(bob)
    [note] = [note["text"] for note in await inbox(bobs) if note["kind"] == "MessageSent"]
    assert note.endswith("…")
    assert "END." in (await bobs.get(f"/accounts/{things.account.id}", headers=PLAIN)).text
    [entry, *_] = await record_of(bobs, things, "account")
    assert (entry["message"], entry["text"]) == (message, note)
    with pytest.raises(Invalid):
        await write(things.account, f"{message}.", ada)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"about": "product"}, "about"), ({"about": "installation"}, "about"), ({"row_id": 0}, "row_id"),
        ({"row_id": 2**31}, "row_id"), ({"to": "admin"}, "to"), ({"to": "Admins"}, "to"), ({"to": "bob"}, "to"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused_and_reaches_nobody(
    things: Things, ada: Person, wrong: dict[str, Any], field: str
) -> None:
    """Above all a note with a mistake in `to`, which would go to its client."""
    adas = await api(ada)
    before = await everything()
    refused = await adas.post("/api/messages", json=sent(things, "account", SECRET) | wrong)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, [field])
    assert await everything() == before


@pytest.mark.parametrize("message", ["<script>alert(1)</script>", "{by} {owner} %(name)s", "‮evil"])
async def test_what_is_written_is_a_text_and_nothing_else(
    things: Things, ada: Person, bob: Person, message: str
) -> None:
    await write(things.account, message, bob)
    for path in (f"/admin/accounts/{things.account.id}", "/notifications", "/admin/activity"):
        shown = (await (await api(ada)).get(path, headers=PLAIN)).text
        assert "<script>alert" not in shown
    record = await record_of(await api(ada), things, "account", for_admins=True)
    assert record[0]["text"].endswith(message)


async def test_a_suspended_client_writes_nothing_and_reads_what_was_written_once_they_are_back(
    things: Things, ada: Person, bob: Person
) -> None:
    bobs = await api(bob)
    await bob.suspend(by=ada)
    assert (await bobs.post("/api/messages", json=sent(things, "account"))).status_code == 401
    await write(things.account, "You may come back.", ada)
    await bob.restore(by=ada)
    assert "You may come back." in json.dumps(await inbox(await api(bob)))


async def test_the_form_works_without_htmx_and_leads_back_to_the_page(things: Things, bob: Person) -> None:
    bobs = await Browser.of(bob, PLAIN)
    path = f"/accounts/{things.account.id}"
    assert "Message to the desk" in (await bobs.get(path)).text
    form = {name: str(value) for name, value in sent(things, "account").items()}
    response = await bobs.post("/api/messages", data=form, headers={"referer": f"http://desk.test{path}"})
    assert (response.status_code, response.headers["location"]) == (303, path)
    assert "<blockquote>Hello.</blockquote>" in (await bobs.get(path)).text


async def test_with_htmx_the_answer_is_the_new_line_and_an_empty_form(things: Things, ada: Person) -> None:
    path = f"http://desk.test/admin/accounts/{things.account.id}"
    adas = await Browser.of(ada, {**HTMX, "HX-Current-URL": path})
    response = await adas.post("/api/messages", data=sent(things, "account", "Which broker?"))
    assert response.status_code == 201
    assert "<blockquote>Which broker?</blockquote>" in response.text
    form = response.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert 'name="message"' in form
    assert form.endswith(">")


async def inbox(browser: Browser) -> list[dict[str, Any]]:
    items = (await browser.get("/notifications")).json()
    return list(items["items"] if "items" in items else items["notifications"]["items"])


async def record_of(browser: Browser, things: Things, about: str, *, for_admins: bool = False) -> list[dict[str, Any]]:
    """As a file, which every record can be had as; that of a person is the client's own settings page."""
    key = getattr(things, about).id
    admins = {"code": "codes", "account": "accounts", "request": "extensions", "person": "people"}
    own = f"/{PAGES[about]}/{key}" if about in PAGES else "/me"
    view = f"/admin/{admins[about]}/{key}" if for_admins else own
    file = await browser.get("/csv", params={"view": view, "list": "timeline"})
    assert file.status_code == 200, file.text
    return list(csv.DictReader(file.text.removeprefix("\ufeff").splitlines()))


@pytest.mark.parametrize("kind", [None, PLAIN, HTMX], ids=["json", "plain", "htmx"])
async def test_a_form_that_is_sent_again_writes_nothing_again(
    things: Things, bob: Person, eve: Person, kind: dict[str, str] | None
) -> None:
    """Its answer was lost, and the person presses once more; or twice at once."""
    browser = await Browser.of(bob, kind) if kind else await api(bob)
    form = sent(things, "account", "I have paid.", request_key="once")
    answers = await asyncio.gather(
        *[browser.post("/api/messages", **{"data" if kind else "json": form}) for _ in range(3)]
    )
    assert {answer.status_code for answer in answers} == ({303} if kind == PLAIN else {201})
    assert [each.kind for each in await happened()].count("MessageReceived") == 1
    before = await everything()
    other = await browser.post("/api/messages", **{"data" if kind else "json": {**form, "message": "Really."}})
    assert other.status_code == 409
    assert await everything() == before
    eves = await TradingCode.generate(eve, **WISH)
    of_eve = {"about": "code", "row_id": eves.id, "message": "I have paid.", "request_key": "once"}
    assert (await (await api(eve)).post("/api/messages", json=of_eve)).json()["id"] is not None


async def test_keys_of_messages_go_when_nobody_can_send_the_form_again(
    things: Things, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(things.account, "Hello.", bob, request_key="once")
    assert await SentMessage.sweep() == 0
    later = now() + KEPT + timedelta(seconds=1)
    monkeypatch.setattr("app.messages.tables.now", lambda: later)
    assert await SentMessage.sweep() == 1
