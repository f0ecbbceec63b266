from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from markupsafe import Markup

from app import rooms
from app.accounts.events import AccountCreated
from app.accounts.tables import CustomerAccount
from app.calendar.events import DayBegan
from app.clock import today
from app.codes.events import CodeActivated
from app.listings.owned import OwnedListing
from app.live.regions import Summary
from app.live.rooms import Channel
from app.templating import render
from app.topics import ACCOUNTS_UPDATED, NEW_DAY

SOON = 7
"""Calendar days (UTC), today among them, that count as this week."""
MOST_ENDING = 8


class AccountListing(OwnedListing[CustomerAccount]):
    table = CustomerAccount
    folder = "accounts"
    variable = row_element = event_field = "account"
    topic = ACCOUNTS_UPDATED
    born_of = (CodeActivated, AccountCreated)
    refreshed_by = ((NEW_DAY, DayBegan),)


class Ending(Summary):
    """The accounts that end this week, the soonest first."""

    async def html(self) -> Markup:
        table = CustomerAccount
        soon = (table.status == "valid") & (table.expires_at < week_end())
        rows = await table.select(table.id).where(soon).order_by(table.expires_at, table.id).limit(MOST_ENDING)
        accounts = await table.by_ids([row["id"] for row in rows])
        return render(
            "accounts/ending.html",
            ending=[accounts[row["id"]] for row in rows if row["id"] in accounts],
            ending_count=await table.count().where(soon),
        )


def ending() -> Ending:
    return Ending(
        element="ending",
        channels=frozenset({Channel(rooms.admin(), ACCOUNTS_UPDATED), Channel(rooms.everyone(), NEW_DAY)}),
    )


def week_end() -> datetime:
    return datetime.combine(today() + timedelta(days=SOON), time(), UTC)
