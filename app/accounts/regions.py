from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Self

from markupsafe import Markup

from app import rooms
from app.accounts.tables import CustomerAccount
from app.calendar.events import DayBegan
from app.clock import today
from app.db.fetch import fetch, placeholders
from app.listings.owned import OwnedListing
from app.live.batch import Batch
from app.live.fragments import Partials, replace
from app.live.log import LogEntry
from app.live.regions import Summary
from app.live.rooms import Channel
from app.live.time_slice import TimeSlice
from app.settings import settings
from app.templating import render
from app.topics import ACCOUNTS_UPDATED, NEW_DAY

SOON = 7
"""Calendar days (UTC), today among them, that count as this week."""
MOST_ENDING = 8


class AccountListing(OwnedListing[CustomerAccount]):
    table = CustomerAccount
    folder = "accounts"
    row_element = "account"
    topic = ACCOUNTS_UPDATED
    refreshed_by = ((NEW_DAY, DayBegan),)

    @classmethod
    async def patch_many(
        cls, entries_by_region: Mapping[Self, Sequence[LogEntry]], batch: Batch
    ) -> dict[Self, Partials]:
        """On a new day every client's rows differ: they are fetched for all of them in one query, and a client who has
        none costs next to nothing."""
        new_day = [
            listing
            for listing, entries in entries_by_region.items()
            if listing.owner is not None and all(isinstance(entry.event, DayBegan) for entry in entries)
        ]
        counting = await _counting_days({listing.owner for listing in new_day if listing.owner is not None})
        patches: dict[Self, Partials] = {}
        time_slice = TimeSlice()
        for listing in new_day:
            rows = [row for row in counting.get(listing.owner or 0, ()) if listing.matches(row)]
            if len(rows) <= listing.size:
                patches[listing] = tuple(
                    replace(listing._id(row.id), html, listing.wire)
                    for row, html in zip(rows, await listing.row_html(rows, batch.rows), strict=True)
                )
            if time_slice.is_over:
                await time_slice.yield_to_loop()
        others = {listing: entries for listing, entries in entries_by_region.items() if listing not in patches}
        return patches | (await super().patch_many(others, batch) if others else {})


async def _counting_days(owners: Collection[int]) -> dict[int, list[CustomerAccount]]:
    """Of each owner, the accounts whose rows show how many days are left; of one who has very many, too many to be
    patched row by row, so that their lists are sent in full."""
    if not owners:
        return {}
    sql = (
        "SELECT account.* FROM person JOIN customer_account AS account ON account.id IN ("
        "SELECT id FROM customer_account WHERE owner = person.id AND expires_at IS NOT NULL AND status <> 'expired' "
        f"ORDER BY id DESC LIMIT {settings().page_size + 1:d}) WHERE person.id IN ({placeholders(len(owners))})"
    )
    rows: dict[int, list[CustomerAccount]] = defaultdict(list)
    for row in await fetch(sql, *owners):
        rows[row["owner"]].append(CustomerAccount.from_row(row))
    return rows


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
