"""The parts of an account's page: what is known of it, its terminals, and which were refused."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app import rooms
from app.accounts.tables import CustomerAccount
from app.calendar.events import new_day_in
from app.codes.tables import TradingCode
from app.events import of_subject
from app.installations.refusals import why
from app.installations.tables import SEATED, Installation, Refusal
from app.listings.short_list import ShortList, Shown
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.live.views import Reader
from app.products.tables import Product
from app.templating import render
from app.topics import PRODUCTS_UPDATED


@region
class OfAccount(Summary):
    """A part of an account's page, for admins or for its owner."""

    account: int
    owner: int | None
    """Whose account alone it may be; None: anybody's."""

    async def read(self) -> CustomerAccount | None:
        """None for what is not there, or not theirs."""
        account = await CustomerAccount.by_id(self.account)
        return account if account is not None and self.owner in (None, account.owner) else None


class Facts(OfAccount):
    """What is known of it, what can be done with it, and what comes next."""

    async def html(self) -> Markup:
        account = await self.read()
        product = None
        if account is not None:
            product = next((sold for sold in await Product.all_of_them() if sold.slug == account.product), None)
        return render(
            "records/account.html", self.locale, account=account, product=product, for_admins=self.owner is None,
            code=await TradingCode.licensed(account.licence) if account and account.origin == "code" else None,
        )  # fmt: skip

    async def json(self) -> dict[str, Any] | None:
        account = await self.read()
        return None if account is None else account.as_json() | {"server": account.server}


@region
class Seats(OfAccount, ShortList):
    """The terminals that use it."""

    template = "records/seats.html"
    is_kept = False  # when they were seen last is written without an event

    async def shown(self) -> Shown:
        seated = await self._seated()
        rows = {
            f"seat-{seat.id}": render("records/seat.html", self.locale, seat=seat) for seat in sorted(
                seated, key=lambda seat: seat.id
            )
        }  # fmt: skip
        return Shown(rows, len(seated))

    async def _seated(self) -> list[Installation]:
        if await self.read() is None:
            return []
        return [seat for seat in await Installation.of_account(self.account) if seat.status in SEATED]

    async def json(self) -> list[dict[str, Any]]:
        return [
            {
                "id": seat.id, "terminal": seat.terminal, "server": seat.server, "mode": seat.mode,
                "version": seat.robot_version, "status": seat.status, "since": seat.seated_at.isoformat(),
                "last_seen": seat.last_seen_at.isoformat(),
            }
            for seat in await self._seated()
        ]  # fmt: skip


@region
class Refusals(OfAccount, ShortList):
    """Why terminals were refused with its licence, each reason once, the last first."""

    template = "records/refusals.html"
    upsert = "upsert sort:desc"

    async def shown(self) -> Shown:
        rows = {}
        if await self.read() is not None:
            for refusal in await Refusal.of_account(self.account):
                # When it was is part of the id: told again it stands elsewhere.
                id = f"refusal-{int(refusal.at.timestamp())}-{refusal.id}"
                reason = why(refusal.code, refusal.expected)
                rows[id] = render("records/refusal.html", self.locale, id=id, refusal=refusal, why=reason)
        return Shown(rows)

    async def json(self) -> list[dict[str, Any]]:
        if await self.read() is None:
            return []
        return [
            {"code": refusal.code, "account": refusal.number, "server": refusal.server, "at": refusal.at.isoformat()}
            for refusal in await Refusal.of_account(self.account)
        ]


def of_page(reader: Reader, account: int) -> tuple[OfAccount, ...]:
    """The parts of an account's page."""
    is_admin = reader.role == "admin"
    channels = frozenset(
        {
            of_subject(rooms.admin() if is_admin else rooms.client(reader.id), "account", account),
            Channel(rooms.everyone(), PRODUCTS_UPDATED),
            new_day_in(reader.locale.zone),
        }
    )
    kinds: dict[str, type[OfAccount]] = {"account": Facts, "seats": Seats, "refusals": Refusals}
    return tuple(
        kind(
            element=element, channels=channels, locale=reader.locale, account=account,
            owner=None if is_admin else reader.id,
        )
        for element, kind in kinds.items()
    )  # fmt: skip
