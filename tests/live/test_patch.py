"""The oracle without a browser: a page that is patched, from wherever it stood, shows what a fresh load shows."""

from __future__ import annotations

import contextlib
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.accounts.regions import AccountListing
from app.accounts.tables import STATUSES as ACCOUNT_STATUSES
from app.accounts.tables import CustomerAccount
from app.calendar.tables import Day
from app.codes.regions import CodeListing
from app.codes.tables import STATUSES as CODE_STATUSES
from app.codes.tables import TRANSITIONS, TradingCode
from app.errors import DeskError
from app.extensions.regions import ExtensionListing
from app.extensions.tables import STATUSES as REQUEST_STATUSES
from app.extensions.tables import ExtensionRequest
from app.licences.plans import PLANS
from app.listings.owned import Filter
from app.live.batch import Batch
from app.live.fragments import Partials, html
from app.live.listing import Listing
from app.live.log import LogEntry
from app.notifications import tables as notifications
from app.notifications.audit import audit_trail
from app.notifications.regions import inbox
from app.people.tables import Person
from app.scheduler import run_due
from app.settings import settings
from tests.live.dom import Document, parsed
from tests.live.pages import assert_same

SIZE = 3
"""Rows on a page, so that a few verbs move many rows over its edges."""


class RandomDesk:
    """People who do anything that comes to mind, most of it allowed."""

    def __init__(self, people: dict[str, Person], seed: int) -> None:
        self.people = people
        self.random = random.Random(seed)

    async def something(self) -> None:
        verbs: dict[Any, int] = {
            self.generate: 6, self.act: 10, self.create: 3, self.account: 6, self.ask: 5, self.decide: 6,
            self.broadcast: 1, self.see: 1, self.time_passes: 1,
        }  # fmt: skip
        (verb,) = self.random.choices([*verbs], [*verbs.values()])
        with contextlib.suppress(DeskError):
            await verb()

    @property
    def client(self) -> Person:
        return self.people[self.random.choice(["bob", "bob", "eve"])]

    @property
    def admin(self) -> Person:
        return self.people[self.random.choice(["ada", "grace"])]

    def number(self) -> str:
        return self.random.choice(["1234", "12345678", "98765"])

    async def one(self, table: Any) -> Any:
        rows = await table.raw(f"SELECT id FROM {table._meta.tablename} ORDER BY id DESC LIMIT 12")
        return await table.by_id(self.random.choice(rows)["id"]) if rows else None

    async def generate(self) -> None:
        plan = self.random.choice(PLANS)
        await TradingCode.generate(self.client, platform="mt5", account_number=self.number(), plan=plan)

    async def act(self) -> None:
        ids = {code.id for _ in range(self.random.choice([1, 1, 1, 2, 4])) if (code := await self.one(TradingCode))}
        await TradingCode.act(ids, self.random.choice([*TRANSITIONS, "activate"]), by=self.admin)

    async def create(self) -> None:
        plan = self.random.choice(PLANS)
        await CustomerAccount.create(
            self.client.username, platform="mt4", account_number=self.number(), plan=plan, by=self.admin
        )

    async def account(self) -> None:
        if account := await self.one(CustomerAccount):
            verb = self.random.choice([account.suspend, account.restore, lambda by: account.extend(3, by=by)])
            await verb(by=self.admin)

    async def ask(self) -> None:
        if account := await self.one(CustomerAccount):
            await ExtensionRequest.ask(account, "30", "please", by=self.people[account.owner_name])

    async def decide(self) -> None:
        if request := await self.one(ExtensionRequest):
            match self.random.randrange(3):
                case 0:
                    await request.approve(by=self.admin)
                case 1:
                    await request.reject("no", by=self.admin)
                case 2:
                    await request.withdraw(by=self.people[request.owner_name])

    async def broadcast(self) -> None:
        await notifications.broadcast("hello", "info", by=self.admin)

    async def see(self) -> None:
        person = self.random.choice([*self.people.values()])
        await notifications.see(await Person.by_id(person.id), self.random.randint(0, await LogEntry.last_id()))

    async def time_passes(self) -> None:
        clock.travel(timedelta(hours=self.random.choice([1, 20, 50, 170])))
        await run_due(settings())


async def any_listing(desk: RandomDesk) -> Listing[Any]:
    """Some list on some page under some filter, as some reader sees it."""
    pick = desk.random.choice
    kind = pick(["codes", "accounts", "extensions", "inbox", "trail"])
    reader = pick([*desk.people.values()])
    table = {"codes": TradingCode, "accounts": CustomerAccount, "extensions": ExtensionRequest}.get(kind, LogEntry)
    rows = await table.raw(f"SELECT id FROM {table._meta.tablename} ORDER BY id DESC LIMIT 9")
    after = pick(rows)["id"] if rows and desk.random.random() < 0.4 else None
    if kind == "inbox":
        return inbox(reader, after, "/notifications", SIZE, is_paged=pick([True, False]))
    if kind == "trail":
        return audit_trail(pick(["", "", "CodeActivated"]), pick(["", "ad", "bob"]), after, "", SIZE)
    listing, statuses = {
        "codes": (CodeListing, CODE_STATUSES),
        "accounts": (AccountListing, ACCOUNT_STATUSES),
        "extensions": (ExtensionListing, REQUEST_STATUSES),
    }[kind]
    filter = Filter(pick(["", *statuses]), pick(["", "", "", "bo", "eve", "1234", "12345", "!", "-", "b-"]), after)
    if reader.role == "admin":
        return replace(listing.for_admins(filter, ""), size=SIZE)
    return replace(listing.for_owner(reader.id, filter, ""), size=SIZE)


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
    return [*range(many)]


@pytest.mark.parametrize("seed", seeds(12))
async def test_a_page_that_is_patched_from_any_position_shows_what_a_fresh_load_shows(
    people: dict[str, Person], seed: int
) -> None:
    desk = RandomDesk(people, seed)
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
        while page.cursor < last:
            await page.push(desk.random.randint(page.cursor + 1, last))
        assert_same(page.document.shown(), (await fresh(page.listing)).shown(), repr(page.listing))


@pytest.mark.parametrize("seed", seeds(6))
async def test_whatever_has_been_pushed_can_be_pushed_again(people: dict[str, Person], seed: int) -> None:
    desk = RandomDesk(people, 1000 + seed)
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
    monkeypatch.setattr("app.db.keyset.MANY_MATCHES", many)
    monkeypatch.setattr("app.db.keyset.SCAN_LIMIT", scan_limit)
    desk = RandomDesk(people, 2000 + seed)
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
        for limit in (10_000, desk.random.randint(1, 8)):
            assert await listing.window(limit) == sorted(matching, reverse=True)[:limit], listing
