from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from markupsafe import Markup

from app import rooms
from app.accounts.regions import AccountListing
from app.accounts.tables import CustomerAccount
from app.codes.regions import CodeListing
from app.codes.tables import TradingCode
from app.db.keyset import newest_ids
from app.i18n.message import Message, in_words, say
from app.labels import label
from app.licences.plans import plan_label
from app.listings.filter import Filter
from app.listings.owned import OwnedListing
from app.listings.search import NOTHING, searched
from app.listings.short_list import ShortList, Shown
from app.live.batch import Batch, Rows
from app.live.log import LogEntry
from app.live.regions import Region, region
from app.live.rooms import Channel
from app.live.views import Reader
from app.people.regions import people
from app.people.tables import Person
from app.products.tables import Product
from app.requests.regions import RequestListing
from app.requests.tables import AccountRequest
from app.templating import render
from app.topics import PEOPLE_UPDATED, PRODUCTS_UPDATED

MOST_FOUND = 6
"""Rows of each kind; all of them are a link away."""

Line = tuple[Any, Sequence[Any], str]
"""How a row is found again: its name, what is said beside it, and its state."""


@region
class Found(ShortList):
    """The newest rows of one kind that match; none while nothing is searched for."""

    q: str
    owner: int | None
    """Whose rows alone; None: everybody's."""

    template = "search/group.html"
    upsert = "upsert sort:desc"
    heading: ClassVar[Message]
    all_of_them: ClassVar[str]
    """The admins' list that shows all that match."""

    @abstractmethod
    async def rows(self) -> Sequence[Any]: ...

    @abstractmethod
    def line(self, row: Any) -> Line: ...

    def url(self, row: Any) -> str:
        page: str = row.page if self.owner is None else row.own_page
        return page.format(row.id)

    async def html(self) -> Markup:
        shown = await self.shown()
        has_list = self.owner is None and "@" not in self.q  # no list finds by an address
        url = f"{self.all_of_them}?{urlencode({'q': self.q})}" if has_list else ""
        rows = Markup("\n").join(shown.rows.values())
        return render(self.template, self.locale, element=self.element, heading=self.heading, rows=rows, url=url)

    async def shown(self) -> Shown:
        found = await self.rows() if self.q else ()
        rows = {}
        for row in found:
            name, beside, status = self.line(row)
            id = f"{self.element}-{row.id}"
            rows[id] = render(
                "search/row.html", self.locale, id=id, url=self.url(row), name=in_words(name, self.locale),
                beside=[in_words(each, self.locale) for each in beside], status=status,
            )  # fmt: skip
        return Shown(rows)

    async def json(self) -> list[dict[str, Any]]:
        found = await self.rows() if self.q else ()
        return [{"id": row.id, "name": in_words(self.line(row)[0], self.locale), "url": self.url(row)} for row in found]


@region
class FoundOwned(Found):
    """Of rows that belong to clients: an event concerns it only if a list under this search would be concerned."""

    listing: ClassVar[type[OwnedListing[Any]]]

    @cached_property
    def _listing(self) -> OwnedListing[Any]:
        whole = self.listing.for_admins(Filter(q=self.q), "", self.locale)
        return whole.of_owner(self.owner) if self.owner is not None else whole

    @cached_property
    def terms(self) -> frozenset[Hashable] | None:
        return self._listing.terms if self.q else frozenset()

    @classmethod
    async def terms_of(cls, entries: Sequence[LogEntry], batch: Batch) -> Collection[Hashable] | None:
        return await cls.listing.terms_of(entries, batch)

    async def rows(self) -> Sequence[Any]:
        window = await self._listing.window(MOST_FOUND)
        rows = await self._listing.load(Rows(), window)
        return [rows[key] for key in window if key in rows]


class FoundCodes(FoundOwned):
    listing, heading, all_of_them = CodeListing, say("Codes"), "/admin/codes"

    def line(self, row: TradingCode) -> Line:
        return row.grouped_key, (row.owner_name, row.where, plan_label(row.plan)), row.status


class FoundAccounts(FoundOwned):
    listing, heading, all_of_them = AccountListing, say("Accounts"), "/admin/accounts"

    def line(self, row: CustomerAccount) -> Line:
        return row.where, (row.owner_name, row.grouped_key, plan_label(row.plan)), row.status


class FoundRequests(FoundOwned):
    listing, heading, all_of_them = RequestListing, say("Requests"), "/admin/extensions"

    def line(self, row: AccountRequest) -> Line:
        name = say("request {number}: {wish}", number=row.id, wish=row.wish)
        return name, (row.owner_name, row.where), row.status


class FoundPeople(Found):
    """By their names, or by a whole e-mail address."""

    heading, all_of_them = say("People"), "/admin/people"

    async def rows(self) -> Sequence[Person]:
        if "@" in self.q:
            ids = await newest_ids("person", {"email = {}": [self.q]}, limit=MOST_FOUND)
        elif self.q.startswith(NOTHING):
            return ()
        else:
            ids = await people(self.locale, "", self.q, None, "").window(MOST_FOUND)
        rows = await Person.by_ids(ids)
        return [rows[key] for key in sorted(rows, reverse=True)]

    def line(self, row: Person) -> Line:
        return row.username, (row.email, label(row.role)), "" if row.active else "suspended"


class FoundProducts(Found):
    heading, all_of_them = say("Products"), "/admin/products"

    async def rows(self) -> Sequence[Product]:
        """There are few: each is looked at."""
        if self.q.startswith(NOTHING):  # of which a slug may have a part
            return ()
        products = reversed(await Product.all_of_them())
        return [sold for sold in products if self.q in sold.slug or self.q in searched(sold.name)][:MOST_FOUND]

    def line(self, row: Product) -> Line:
        return row.name, (row.slug,), row.status

    def url(self, row: Product) -> str:
        return self.all_of_them


OF_CLIENTS: Mapping[str, type[FoundOwned]] = {
    "found-accounts": FoundAccounts, "found-codes": FoundCodes, "found-requests": FoundRequests,
}  # fmt: skip


def found(reader: Reader, q: str) -> tuple[Region, ...]:
    """All kinds that somebody may find something of."""
    owner = None if reader.role == "admin" else reader.id
    of_rows = "" if "@" in q else q
    owned = tuple(
        kind(
            element=element, channels=_channels(kind, owner) if of_rows else frozenset(), locale=reader.locale,
            q=of_rows, owner=owner,
        )
        for element, kind in OF_CLIENTS.items()
    )  # fmt: skip
    if owner is not None:
        return owned
    of_admins = {
        "found-people": (FoundPeople, q, Channel(rooms.admin(), PEOPLE_UPDATED)),
        "found-products": (FoundProducts, of_rows, Channel(rooms.everyone(), PRODUCTS_UPDATED)),
    }
    of_people, of_products = (
        kind(element=name, channels=frozenset({channel} if sought else ()), locale=reader.locale, q=sought, owner=None)
        for name, (kind, sought, channel) in of_admins.items()
    )
    return of_people, *owned, of_products


def _channels(kind: type[FoundOwned], owner: int | None) -> frozenset[Channel]:
    listing = kind.listing
    if owner is None:
        return frozenset({Channel(rooms.admin(), listing.topic)})
    return frozenset({Channel(rooms.client(owner), listing.owner_topic or listing.topic)})
