"""The parts of a code's page, and of a request's: what is known of it, and what can be done with it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from markupsafe import Markup

from app import rooms
from app.accounts.tables import CustomerAccount
from app.calendar.events import new_day_in
from app.codes.tables import TradingCode
from app.events import of_subject
from app.listings.row import OwnedRow
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.live.views import Reader
from app.products.tables import Product
from app.requests.tables import AccountRequest
from app.templating import render
from app.topics import ACCOUNTS_UPDATED, PRODUCTS_UPDATED


@region
class Facts(Summary):
    """Of one row, for admins or for its owner."""

    key: int
    owner: int | None
    """Whose row alone it may be; None: anybody's."""

    table: ClassVar[type[OwnedRow]]
    also: ClassVar[tuple[str, ...]] = ()
    """Topics besides its own subject that change what it says."""

    async def read(self) -> Any:
        """None for what is not there, or not theirs."""
        row = await self.table.by_id(self.key)
        return row if row is not None and self.owner in (None, row.owner) else None

    async def html(self) -> Markup:
        row = await self.read()
        more = {} if row is None else {"product": await product_name(row.product), **await self.more(row)}
        name = self.table.event_field
        return render(f"records/{name}.html", self.locale, for_admins=self.owner is None, **{name: row}, **more)

    @abstractmethod
    async def more(self, row: Any) -> dict[str, Any]:
        """What its template needs besides."""

    async def json(self) -> dict[str, Any] | None:
        row = await self.read()
        json: dict[str, Any] | None = None if row is None else row.as_json()
        return json


async def product_name(slug: str) -> str:
    return next((sold.name for sold in await Product.all_of_them() if sold.slug == slug), slug)


class CodeFacts(Facts):
    table = TradingCode
    also = (ACCOUNTS_UPDATED,)  # for which trading account its licence is now: no event of that names the code

    async def more(self, row: TradingCode) -> dict[str, Any]:
        return {"account": await CustomerAccount.licensed(row.code)}


class RequestFacts(Facts):
    table = AccountRequest

    async def more(self, row: AccountRequest) -> dict[str, Any]:
        return {}


def facts(reader: Reader, kind: type[Facts], key: int) -> Facts:
    is_admin = reader.role == "admin"
    subject = kind.table.event_field
    room = rooms.admin() if is_admin else rooms.client(reader.id)
    channels = {
        of_subject(room, subject, key),
        *(Channel(room, topic) for topic in kind.also),
        Channel(rooms.everyone(), PRODUCTS_UPDATED),
        new_day_in(reader.locale.zone),
    }
    return kind(
        element=subject, channels=frozenset(channels), locale=reader.locale, key=key,
        owner=None if is_admin else reader.id,
    )  # fmt: skip
