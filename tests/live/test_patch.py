"""The oracle without a browser: a page that is patched, from wherever it stood, shows what a fresh load shows."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.accounts.by_end import AccountsByEnd, accounts_by_end, by_end
from app.accounts.regions import AccountListing
from app.accounts.tables import ACTIONS, CustomerAccount
from app.accounts.tables import STATUSES as ACCOUNT_STATUSES
from app.calendar.tables import Day
from app.codes.regions import CodeListing
from app.codes.tables import STATUSES as CODE_STATUSES
from app.codes.tables import TradingCode
from app.errors import DeskError
from app.listings.filter import Filter
from app.live.batch import Batch
from app.live.fragments import Partials, html
from app.live.listing import Listing
from app.live.log import LogEntry
from app.messages.tables import ABOUT, write
from app.notifications import tables as notifications
from app.notifications.audit import audit_trail
from app.notifications.regions import groups_of, inbox, narrowed_inbox
from app.people.tables import Person
from app.records.timeline import timeline
from app.requests.regions import RequestListing
from app.requests.tables import STATUSES as REQUEST_STATUSES
from app.requests.tables import AccountRequest
from app.robots.checks import Checks
from app.robots.seats import free_lost_seats, notice_quiet
from app.robots.verdicts import Robot
from app.scheduler import run_due
from app.settings import settings
from tests.live.dom import Document, parsed
from tests.live.pages import assert_same
from tests.loops import as_long_as
from tests.random_desk import NothingThere, RandomDesk

SIZE = 3
"""Rows on a page, so that a few verbs move many rows over its edges."""


NEWEST = 12
"""Rows of a kind that people still know of."""
TABLES: dict[str, Any] = {"codes": TradingCode, "accounts": CustomerAccount, "requests": AccountRequest}


class Verbs(RandomDesk):
    """Deeds by the verbs that stand behind their paths, most of them allowed; and time, which passes."""

    def __init__(self, people: dict[str, Person], seed: int) -> None:
        self.people = people
        self.random = random.Random(seed)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.last_event = 0

    async def something(self) -> None:
        await self.look()
        with contextlib.suppress(DeskError, NothingThere):
            if (chance := self.random.random()) < 0.025:
                await self.time_passes()
            elif chance < 0.15:
                await self.a_robot_asks()
            else:
                who, path, fields = self.deed()
                await VERBS[path](self.people[who], **fields)

    async def look(self) -> None:
        self.last_event = await LogEntry.last_id()
        for kind, table in TABLES.items():
            sql = f"SELECT id, owner_name FROM {table._meta.tablename} ORDER BY id DESC LIMIT {NEWEST}"
            self.rows[kind] = await table.raw(sql)

    def ids(self, kind: str, who: str) -> Sequence[int]:
        if kind == "events":
            return range(self.last_event + 1)
        return [row["id"] for row in self.rows[kind] if who in self.admins or row["owner_name"] == who]

    async def a_robot_asks(self) -> None:
        """On one of two terminals, mostly with the number of its account."""
        account = await CustomerAccount.by_id(self.one("accounts", "ada"))
        assert account is not None
        robot = Robot(
            licence=account.licence, platform=account.platform, account=self.pick((account.account_number, "1234")),
            server=self.pick(("Broker-Real7", "Broker-Real7", "Other-Real1")), mode="real", version="1.0",
            terminal=self.pick(("A1", "A2")),
        )  # fmt: skip
        await Checks().verdict_on(robot)

    async def time_passes(self) -> None:
        clock.travel(timedelta(hours=self.random.choice([1, 20, 50, 170])))
        await run_due(settings())
        await free_lost_seats()
        await notice_quiet()


async def act_on_account(by: Person, account_id: int, action: str) -> None:
    await ACTIONS[action].verb(await CustomerAccount.of(by, account_id), by, "")


async def extend(by: Person, account_id: int, days: int) -> None:
    await (await CustomerAccount.of(by, account_id)).extend(days, by=by)


async def ask(by: Person, account_id: int, plan: str, note: str) -> None:
    await AccountRequest.ask(await CustomerAccount.of(by, account_id), plan, note, by=by)


async def ask_to_move(by: Person, account_id: int, platform: str, account_number: str, note: str) -> None:
    account = await CustomerAccount.of(by, account_id)
    await AccountRequest.ask_to_move(account, platform, account_number, note, by=by)


async def move(by: Person, account_id: int, platform: str, account_number: str) -> None:
    await (await CustomerAccount.of(by, account_id)).move(platform, account_number, by=by)


async def withdraw(by: Person, request_id: int) -> None:
    await (await AccountRequest.of(by, request_id)).withdraw(by=by)


async def decide(by: Person, request_id: int, action: str, reason: str) -> None:
    request = await AccountRequest.of(by, request_id)
    await (request.approve(by=by) if action == "approve" else request.reject(reason, by=by))


async def see(by: Person, up_to: int) -> None:
    await notifications.see(await Person.by_id(by.id), up_to)


async def take_back(by: Person, code_id: int) -> None:
    await (await TradingCode.of(by, code_id)).take_back(by=by)


async def correct(by: Person, code_id: int, platform: str, account_number: str) -> None:
    await (await TradingCode.of(by, code_id)).correct(platform, account_number, by=by)


async def say(by: Person, about: str, row_id: int, message: str, to: str = "") -> None:
    await write(await ABOUT[about].of(by, row_id), message, by, for_admins=to == "admins")


VERBS: dict[str, Callable[..., Awaitable[Any]]] = {
    "/api/generate-code": TradingCode.generate,
    "/api/take-back-code": take_back,
    "/api/correct-code": correct,
    "/api/messages": say,
    "/api/extend-code": ask,
    "/api/move-account": ask_to_move,
    "/api/admin/move-account": move,
    "/api/extension-requests/withdraw": withdraw,
    "/api/notifications/seen": see,
    "/api/admin/codes": lambda by, code_id, action: TradingCode.act(code_id, action, by=by),
    "/api/admin/extension-requests": decide,
    "/api/admin/accounts": act_on_account,
    "/api/admin/extend-customer": extend,
    "/api/admin/create-account": lambda by, username, **licence: CustomerAccount.create(username, **licence, by=by),
    "/api/admin/broadcast": lambda by, message, level: notifications.broadcast(message, level, by=by),
}


async def any_listing(desk: Verbs) -> Listing[Any]:
    """Some list on some page under some filter, as some reader sees it."""
    pick = desk.random.choice
    kind = pick(["codes", "accounts", "by_end", "extensions", "inbox", "narrowed", "trail", "record"])
    reader = pick([*desk.people.values()])
    table = {
        "codes": TradingCode,
        "accounts": CustomerAccount,
        "by_end": CustomerAccount,
        "extensions": AccountRequest,
    }.get(kind, LogEntry)
    rows = await table.raw(f"SELECT id FROM {table._meta.tablename} ORDER BY id DESC LIMIT 9")
    after = pick(rows)["id"] if rows and desk.random.random() < 0.4 else None
    if kind == "inbox":
        return inbox(reader, after, "/notifications", SIZE, is_paged=pick([True, False]))
    if kind == "narrowed":
        narrowed = narrowed_inbox(reader, after, "/notifications", pick(groups_of(reader.role)))
        return replace(narrowed, size=SIZE)
    if kind == "record":
        subject, listed = pick([("code", TradingCode), ("account", CustomerAccount), ("person", Person)])
        [row, *_] = await listed.raw(f"SELECT id FROM {listed._meta.tablename} ORDER BY id DESC LIMIT 1") or [{"id": 1}]
        key = reader.id if subject == "person" and reader.role == "client" else row["id"]
        return replace(timeline(reader, subject, key, "/x", {"after": str(after or "")}), size=SIZE)
    if kind == "trail":
        return audit_trail(reader.locale, pick(["", "", "CodeActivated"]), pick(["", "ad", "bob"]), after, "", SIZE)
    if kind == "by_end":
        filter = Filter(pick(["", "", *ACCOUNT_STATUSES]), pick(["", "", "eve", "1234"]), plan=pick(["", "", "30"]))
        place = pick([*(await CustomerAccount.by_ids([after])).values()]).place_by_end if after else ""
        return replace(accounts_by_end(filter, "", reader.locale, pick(["end", "-end"]), place), size=SIZE)
    listing, statuses = {
        "codes": (CodeListing, CODE_STATUSES),
        "accounts": (AccountListing, ACCOUNT_STATUSES),
        "extensions": (RequestListing, REQUEST_STATUSES),
    }[kind]
    typed = pick(["", "", "", "bo", "eve", "race", "1234", "12345", "!", "-", "b-"])
    filter = Filter(
        pick(["", *statuses]), typed, after, platform=pick(["", "", "mt4"]), product=pick(["", "", "", "robot", "none"])
    )
    if reader.role == "admin":
        return replace(listing.for_admins(filter, "", reader.locale), size=SIZE)
    return replace(listing.for_owner(reader, filter, ""), size=SIZE)


@dataclass
class OpenPage:
    """A page of one list: where it stands in the log, and what it shows."""

    listing: Listing[Any]
    cursor: int
    document: Document
    responses: list[tuple[int, Partials]]
    """Under way to it: responses to actions, each with the position at which it was made."""

    @classmethod
    async def load(cls, listing: Listing[Any], cursor: int) -> OpenPage:
        return cls(listing, cursor, await fresh(listing), [])

    async def push(self, upto: int) -> None:
        """A push, or a replay: all that happened up to there, as it is shown now."""
        batch = Batch(await LogEntry.after(self.cursor, upto=upto))
        self.apply(await patch(self.listing, batch))
        self.cursor = max(self.cursor, upto)

    def hear_an_answer(self) -> None:
        """HTML that came by HTTP, perhaps made before what the socket has brought since: the page then says so."""
        made_at, partials = self.responses.pop(0)
        self.apply(partials)
        self.cursor = min(self.cursor, made_at)

    def apply(self, partials: Partials) -> None:
        for partial in parsed(html(partials, "")) if partials else []:
            self.document.apply(partial)


async def patch(listing: Listing[Any], batch: Batch) -> Partials:
    entries = batch.entries_for(listing)
    return (await type(listing).patch_many({listing: entries}, batch))[listing] if entries else ()


async def fresh(listing: Listing[Any]) -> Document:
    body, pager = await listing.html()
    pager = pager if getattr(listing, "is_paged", True) else ""
    return Document(f'<section id="page"><table><tbody id="{listing.element}">{body}</tbody></table>{pager}</section>')


@pytest.fixture
async def people(ada: Person, grace: Person, bob: Person, eve: Person) -> dict[str, Person]:
    await Day.update({Day.last: clock.today()}, force=True)  # the test before may have been in the future
    return {person.username: person for person in (ada, grace, bob, eve)}


def seeds(many: int) -> list[int]:
    """On PostgreSQL, of which each question takes many times as long, every second."""
    return [*range(0, many, 1 if settings().is_sqlite else 2)]


@pytest.mark.parametrize("seed", seeds(8))
async def test_a_page_that_is_patched_from_any_position_shows_what_a_fresh_load_shows(
    people: dict[str, Person], seed: int
) -> None:
    desk = Verbs(people, seed)
    chance = desk.random.random
    pages: list[OpenPage] = []
    for _ in range(100):
        cursor = await LogEntry.last_id()
        await desk.something()
        position = await LogEntry.last_id()
        if chance() < 0.5:  # the cursor is read before the rows, so things may happen in between
            pages.append(await OpenPage.load(await any_listing(desk), desk.random.choice([cursor, position])))
        for page in pages:
            if chance() < 0.1:
                await page.push(desk.random.randint(page.cursor, max(page.cursor, position)))
            if chance() < 0.05 and position > cursor:
                batch = Batch(await LogEntry.after(cursor))
                page.responses.append((position, await patch(page.listing, batch)))
            if chance() < 0.1 and page.responses:
                page.hear_an_answer()
    last = await LogEntry.last_id()
    for page in pages:
        while page.responses:
            page.hear_an_answer()
        for _ in as_long_as(lambda page=page: page.cursor < last, "pushes do not move the cursor"):
            await page.push(desk.random.randint(page.cursor + 1, last))
        assert_same(page.document.shown(), (await fresh(page.listing)).shown(), repr(page.listing))


@pytest.mark.parametrize("seed", seeds(4))
async def test_whatever_has_been_pushed_can_be_pushed_again(people: dict[str, Person], seed: int) -> None:
    desk = Verbs(people, 1000 + seed)
    for _ in range(20):
        await desk.something()
    for _ in range(30):
        page = await OpenPage.load(await any_listing(desk), await LogEntry.last_id())
        for _ in range(desk.random.randint(1, 6)):
            await desk.something()
        batch = Batch(await LogEntry.after(page.cursor))
        partials = await patch(page.listing, batch)
        for _ in range(2):
            page.apply(partials)
            assert_same(page.document.shown(), (await fresh(page.listing)).shown(), repr(page.listing))


@pytest.mark.parametrize(("many", "scan_limit"), [(5_000, 50_000), (3, 50_000), (3, 10)])
@pytest.mark.parametrize("seed", seeds(4))
async def test_the_window_of_a_list_and_its_test_for_a_push_agree_on_every_row(
    people: dict[str, Person], seed: int, many: int, scan_limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way a search goes through the table."""
    monkeypatch.setattr("app.db.keyset.FIRST_LOOK", 2)
    monkeypatch.setattr("app.db.keyset.MANY_MATCHES", many)
    monkeypatch.setattr("app.db.keyset.SCAN_LIMIT", scan_limit)
    desk = Verbs(people, 2000 + seed)
    for _ in range(60):
        await desk.something()
    for _ in range(40):
        listing: Any = await any_listing(desk)
        table = getattr(listing, "table", LogEntry)
        ids = {row["id"] for row in await table.raw(f"SELECT id FROM {table._meta.tablename}")}
        rows = await table.by_ids(ids)
        matching = {key for key, row in rows.items() if listing.matches(row)}
        if table is LogEntry and listing.after is not None:  # a push is asked about rows of this page only
            matching = {key for key in matching if key < listing.after}
        in_order = sorted(matching, reverse=True)
        if isinstance(listing, AccountsByEnd):
            in_order.sort(key=lambda key: by_end(rows[key].expires_at, key), reverse=listing.order == "-end")
        for limit in (10_000, desk.random.randint(1, 8)):
            assert await listing.window(limit) == in_order[:limit], listing
