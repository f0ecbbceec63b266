"""The page of one thing: what is known of it, what can be done with it now, and its record, for either side."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from app import clock
from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.list_views.tables import PinnedView
from app.messages.tables import write
from app.people.tables import Person
from app.requests.tables import AccountRequest
from app.settings import settings
from tests.browser import HTMX, PLAIN, Browser, api

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
OF_ADMINS = {"pending": "codes", "code": "codes", "account": "accounts", "request": "extensions", "person": "people"}
OF_CLIENTS = {"pending": "codes", "code": "codes", "account": "accounts", "request": "requests"}


class Things(NamedTuple):
    """Bob's, one of each kind."""

    pending: TradingCode
    code: TradingCode
    account: CustomerAccount
    request: AccountRequest
    person: Person

    def path(self, reader: Person, name: str) -> str:
        key = getattr(self, name).id
        return f"/admin/{OF_ADMINS[name]}/{key}" if reader.is_admin else f"/{OF_CLIENTS[name]}/{key}"


@pytest.fixture
async def things(ada: Person, bob: Person) -> Things:
    pending, code = [await TradingCode.generate(bob, **WISH) for _ in range(2)]
    code = await code.activate(by=ada)
    account = await CustomerAccount.licensed(code.code)
    assert account is not None
    return Things(pending, code, account, await AccountRequest.ask(account, "7", "The robot runs well.", by=bob), bob)


async def shown(reader: Person, path: str) -> str:
    answer = await (await Browser.of(reader, PLAIN)).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.partition('<section id="page"')[2] or answer.text


async def facts(reader: Person, path: str) -> str:
    """The part of the page above its record, without markup."""
    above = (await shown(reader, path)).partition('class="record"')[2].partition("record-timeline")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", above).split())


async def record(reader: Person, path: str) -> list[str]:
    """Its sentences, the newest first."""
    json = (await (await api(reader)).get(path)).json()
    return [item["text"] for item in json["timeline"]["items"]]


@pytest.mark.parametrize(
    ("name", "known", "to_admins"),
    [
        ("pending", ("{pending.grouped_key}", "MT5 12345678", "Pending", "Trading robot", "30 days"), ("bob",)),
        ("code", ("{code.grouped_key}", "Activated", "Licence MT5 12345678", "Last change ada"), ("Owner bob",)),
        ("account", ("{account.grouped_key}", "Valid", "any number of terminals", "none yet"), ("Owner bob",)),
        ("request", ("7 days", "Pending", "MT5 12345678", "Note The robot runs well."), ("Owner bob",)),
        ("person", (), ("bob", "Client", "bob@example.com", "May sign in", "Second factor none", "12345678")),
    ],
)
async def test_what_is_known_stands_there_for_both_and_whose_it_is_for_admins(
    things: Things, ada: Person, bob: Person, name: str, known: tuple[str, ...], to_admins: tuple[str, ...]
) -> None:
    for reader in (ada, bob) if name in OF_CLIENTS else (ada,):
        above = await facts(reader, things.path(reader, name))
        for fact in (*known, *(to_admins if reader is ada else ())):
            assert fact.format(**things._asdict()) in above, above
        assert ("Owner" in above) == (reader is ada and name in OF_CLIENTS)


@pytest.mark.parametrize("name", OF_CLIENTS)
async def test_eve_sees_no_page_of_bobs_and_is_not_told_that_there_is_one(
    things: Things, eve: Person, name: str
) -> None:
    eves = await api(eve)
    path = f"/{OF_CLIENTS[name]}/{getattr(things, name).id}"
    for headers in ({}, PLAIN, HTMX):
        assert (await eves.get(path, headers=headers)).status_code == 404
    none = await eves.get(f"/{OF_CLIENTS[name]}/999999")
    assert (await eves.get(path)).json() == none.json()
    file = await eves.get("/csv", params={"view": path, "list": "timeline"})
    assert len(file.text.splitlines()) <= 1
    assert "12345678" not in file.text


@pytest.mark.parametrize("name", OF_ADMINS)
async def test_no_client_opens_a_page_of_admins_nor_an_admin_one_of_clients(
    things: Things, ada: Person, bob: Person, name: str
) -> None:
    assert (await (await api(bob)).get(things.path(ada, name))).status_code == 403
    if name in OF_CLIENTS:
        assert (await (await api(ada)).get(things.path(bob, name))).status_code == 403


@pytest.mark.parametrize("key", ["0", "999999", "2147483648", "9999999999", "99999999999999999999"])
async def test_what_is_not_there_has_no_page(ada: Person, bob: Person, key: str) -> None:
    for reader, paths in ((ada, set(OF_ADMINS.values())), (bob, set(OF_CLIENTS.values()))):
        browser = await api(reader)
        for path in paths:
            url = f"{'/admin' if reader is ada else ''}/{path}/{key}"
            assert (await browser.get(url)).status_code == 404, url
            file = await browser.get("/csv", params={"view": url, "list": "timeline"})
            assert (file.status_code, len(file.text.splitlines())) == (200, 1) or file.status_code == 404


async def test_a_record_tells_all_that_has_happened_the_newest_first_in_the_words_of_its_reader(
    things: Things, ada: Person, bob: Person
) -> None:
    await write(things.request, "Have you paid?", ada)
    await write(things.request, "Never has.", ada, for_admins=True)
    await write(things.request, "I have.", bob)
    await things.request.reject("Not seen yet.", by=ada)
    await (await things.account.fresh()).extend(3, by=ada)
    key = things.code.grouped_key
    assert await record(ada, things.path(ada, "account")) == [
        "ada extended the account of bob on MT5 12345678 by 3 days",
        "ada rejected 7 days more for bob on MT5 12345678",
        "bob wrote about the request for MT5 12345678: I have.",
        "ada noted on bob about the request for MT5 12345678: Never has.",
        "ada wrote to bob about the request for MT5 12345678: Have you paid?",
        "bob asks for 7 days more on MT5 12345678", f"ada activated code {key} of bob",
    ]  # fmt: skip
    his = [
        "Your account on MT5 12345678 runs 3 days longer",
        "Your extension of 7 days on MT5 12345678 was rejected: Not seen yet.",
        "You wrote about the request for MT5 12345678: I have.",
        "ada wrote to you about the request for MT5 12345678: Have you paid?",
        "You asked for 7 days more on MT5 12345678",
        f"Your code {key} is active: 30 days on MT5 12345678",
    ]
    assert await record(bob, things.path(bob, "account")) == his
    assert await record(bob, things.path(bob, "request")) == his[1:5]
    assert await record(bob, things.path(bob, "code")) == [
        his[-1], f"You generated code {key} (30 days, MT5 12345678)",
    ]  # fmt: skip
    assert len(await record(ada, things.path(ada, "person"))) == 9
    assert "Never has." in await shown(ada, things.path(ada, "request"))


async def test_the_record_of_an_admin_tells_what_they_did_to_themselves_and_not_what_they_look_at(
    ada: Person, grace: Person, bob: Person
) -> None:
    await PinnedView.pin(grace, "Mine alone", "/admin/codes")
    await TradingCode.generate(bob, **WISH)
    await grace.change_email("grace@elsewhere.example", by=grace)
    path = f"/admin/people/{grace.id}"
    assert await record(ada, path) == ["grace changed the e-mail address of grace"]
    assert "Mine alone" not in await shown(ada, path)
    assert "grace changed the e-mail address" in await shown(grace, "/me")
    assert "grace" not in (await shown(bob, "/me")).partition("record-timeline")[2]


Deed = Callable[[Things, Person], Awaitable[Any]]


async def the_account_ends(of: Things, by: Person) -> None:
    await of.request.withdraw(by=of.person)
    clock.travel(timedelta(days=31))
    await CustomerAccount.expire_due()


async def nothing(of: Things, by: Person) -> None:
    pass


DECIDE, WITHDRAW = "/admin/extensions/{request.id}/decide", "/api/extension-requests/withdraw"
EXTEND, ASK, MOVE = "/admin/accounts/{account.id}/extend", "/extend/{account.id}", "/move/{account.id}"
CODE_ACTIONS, CHANGE = "/admin/codes/{pending.id}/actions", "/codes/{pending.id}/change"
OFFERED: dict[str, tuple[Deed, set[str]]] = {
    "nothing": (nothing, {DECIDE, WITHDRAW, EXTEND, CODE_ACTIONS, CHANGE}),
    "activated": (lambda of, by: of.pending.activate(by=by), {DECIDE, WITHDRAW, EXTEND, CODE_ACTIONS}),
    "taken back": (lambda of, by: of.pending.take_back(by=of.person), {DECIDE, WITHDRAW, EXTEND}),
    "cancelled": (lambda of, by: of.pending.cancel(by=by), {DECIDE, WITHDRAW, EXTEND}),
    "rejected": (lambda of, by: of.request.reject("No.", by=by), {EXTEND, ASK, MOVE, CODE_ACTIONS, CHANGE}),
    "approved": (lambda of, by: of.request.approve(by=by), {EXTEND, ASK, MOVE, CODE_ACTIONS, CHANGE}),
    "withdrawn": (lambda of, by: of.request.withdraw(by=of.person), {EXTEND, ASK, MOVE, CODE_ACTIONS, CHANGE}),
    "suspended": (lambda of, by: of.account.suspend(by=by), {DECIDE, WITHDRAW, CODE_ACTIONS, CHANGE}),
    "ended": (the_account_ends, {EXTEND, ASK, MOVE, CODE_ACTIONS, CHANGE}),
}  # fmt: skip
"""What has happened, and which of all the ways to go on stand on the pages then."""


@pytest.mark.parametrize("happened", OFFERED)
async def test_only_what_can_be_done_now_is_offered(things: Things, ada: Person, bob: Person, happened: str) -> None:
    deed, offered = OFFERED[happened]
    await deed(things, ada)
    names = ("pending", "account", "request")
    pages = "".join([await shown(reader, things.path(reader, name)) for reader in (ada, bob) for name in names])
    ways = {way: way.format(**things._asdict()) for way in (DECIDE, WITHDRAW, EXTEND, ASK, MOVE, CODE_ACTIONS, CHANGE)}
    assert {way for way, url in ways.items() if f'"{url}"' in pages or f'"{url}?' in pages} == offered


@pytest.mark.parametrize("name", OF_ADMINS)
async def test_a_page_costs_as_many_queries_however_long_its_record_is(
    things: Things, ada: Person, bob: Person, queries: list[str], name: str
) -> None:
    readers = (ada, bob) if name in OF_CLIENTS else (ada,)
    for reader in readers:
        browser = await Browser.of(reader, PLAIN)
        asked = []
        for more in (1, 30):
            for number in range(more):
                await write(getattr(things, name), f"Number {number}.", (ada, bob)[number % 2])
            queries.clear()
            assert (await browser.get(things.path(reader, name))).status_code == 200
            asked.append(len(queries))
        assert asked[1] <= asked[0] < 30  # fewer where what is older stands on the next page


async def test_a_long_record_goes_on_page_by_page_and_as_a_file_in_one(
    things: Things, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(settings(), page_size=3)
    monkeypatch.setattr("app.records.timeline.settings", lambda: small)
    for number in range(5):
        await write(things.account, f"Number {number}.", ada)
    for reader in (ada, bob):
        path, browser, texts = things.path(reader, "account"), await api(reader), []
        after = ""
        for _ in range(3):
            items = (await browser.get(f"{path}{after}")).json()["timeline"]["items"]
            texts += [item["text"] for item in items]
            after = f"?after={items[-1]['id']}"
        assert len(texts) == 7  # the request, the activation, and what was written
        assert (await browser.get(f"{path}{after}")).json()["timeline"]["items"] == []
        file = await browser.get("/csv", params={"view": path, "list": "timeline"})
        assert len(file.text.splitlines()) == 1 + 7
        assert (await browser.get(f"{path}?after=x")).status_code == 422
