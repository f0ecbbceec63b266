from __future__ import annotations

from datetime import datetime, time, timedelta

from markupsafe import Markup

from app import rooms
from app.accounts.tables import BULK, CustomerAccount
from app.calendar.events import new_day_in
from app.db.fetch import fetch
from app.i18n.locale import Locale
from app.i18n.message import say
from app.i18n.times import today_in
from app.listings.chart import Chart
from app.listings.daily import ending as ending_on
from app.listings.short_list import ShortList, Shown
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.live.views import Reader
from app.products.tables import Product
from app.selections.listing import BulkAction, SelectableListing
from app.templating import render
from app.topics import ACCOUNTS_UPDATED, PRODUCTS_UPDATED

SOON = 7
"""Calendar days of the reader, today among them, that count as this week."""
MOST_ENDING = 8
AHEAD = 30
"""Days, today among them, whose renewals are counted."""


class AccountListing(SelectableListing[CustomerAccount]):
    table = CustomerAccount
    folder = "accounts"
    csv_fields = (
        "id", "licence", "owner", "platform", "account_number", "plan", "product", "status", "expires_at", "origin",
    )  # fmt: skip
    row_element = "account"
    topic = ACCOUNTS_UPDATED
    id_field = "account_id"
    bulk = {name: BulkAction(action.start, action.asks) for name, action in BULK.items()}
    says_time = "expires_at IS NOT NULL AND status <> 'expired' OR COALESCE(robot_seen_at, created_at) >= {} "


class Ending(ShortList):
    """The accounts that end this week, the soonest first."""

    template = "accounts/ending.html"
    upsert = "upsert key:data-end sort:asc"

    async def shown(self) -> Shown:
        table = CustomerAccount
        soon = (table.status == "valid") & (table.expires_at < week_end(self.locale))
        rows = await table.select(table.id).where(soon).order_by(table.expires_at, table.id).limit(MOST_ENDING)
        accounts = await table.by_ids([row["id"] for row in rows])
        ending = [accounts[row["id"]] for row in rows if row["id"] in accounts]
        # Its end is part of the id: with another one an account stands elsewhere.
        ids = [f"ending-{account.place_by_end.replace('.', '-')}" for account in ending]
        return Shown(
            {
                id: render("accounts/ending_row.html", self.locale, id=id, account=account)
                for id, account in zip(ids, ending, strict=True)
            },
            await table.count().where(soon),
        )


class Renewals(Summary):
    """How many running accounts end on each of the next days."""

    async def html(self) -> Markup:
        days = [today_in(self.locale) + timedelta(days=ahead) for ahead in range(AHEAD)]
        chart = Chart(say("Renewals"), days, await ending_on(days, self.locale))
        return render("accounts/renewals.html", self.locale, chart=chart, url="/admin/accounts?status=valid&sort=end")


@region
class TrialOffer(Summary):
    """Products that a client may try, as long as they have not."""

    owner: int

    async def html(self) -> Markup:
        had = await fetch("SELECT product FROM customer_account WHERE owner = {} AND origin = 'trial'", self.owner)
        slugs = {row["product"] for row in had}
        offers = [sold.name for sold in await Product.on_sale() if sold.trial_days and sold.slug not in slugs]
        return render("accounts/trial_offer.html", self.locale, offers=offers)


def trial_offer(reader: Reader) -> TrialOffer:
    channels = frozenset(
        {Channel(rooms.client(reader.id), ACCOUNTS_UPDATED), Channel(rooms.everyone(), PRODUCTS_UPDATED)}
    )
    return TrialOffer(element="trial-offer", channels=channels, locale=reader.locale, owner=reader.id)


def ending(reader: Reader) -> Ending:
    return Ending(element="ending", channels=_what_ends(reader), locale=reader.locale)


def renewals(reader: Reader) -> Renewals:
    return Renewals(element="renewals", channels=_what_ends(reader), locale=reader.locale)


def _what_ends(reader: Reader) -> frozenset[Channel]:
    return frozenset({Channel(rooms.admin(), ACCOUNTS_UPDATED), new_day_in(reader.locale.zone)})


def week_end(locale: Locale) -> datetime:
    return datetime.combine(today_in(locale) + timedelta(days=SOON), time(), locale.tz)
