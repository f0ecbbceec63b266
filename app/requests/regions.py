from __future__ import annotations

from markupsafe import Markup

from app import rooms
from app.db.keyset import count, next_newer_ids
from app.listings.counts import MOST
from app.listings.short_list import ShortList, Shown
from app.live.regions import Summary
from app.live.rooms import Channel
from app.live.views import Reader
from app.requests.tables import DECISIONS, AccountRequest
from app.selections.listing import BulkAction, SelectableListing
from app.templating import render
from app.topics import ACCOUNTS_UPDATED, REQUESTS_UPDATED

REQUESTS = frozenset({Channel(rooms.admin(), REQUESTS_UPDATED)})
NAME, PENDING = AccountRequest._meta.tablename, {"status = {}": ["pending"]}
MOST_WAITING = 8
"""Requests in the dashboard's short list."""


class RequestListing(SelectableListing[AccountRequest]):
    table = AccountRequest
    folder, templates = "extensions", "requests"
    csv_fields = (
        "id", "kind", "owner", "account_id", "platform", "account_number", "product", "days", "to_platform",
        "to_account_number", "status", "note", "reason", "created_at",
    )  # fmt: skip
    row_element = "extension"
    topic = REQUESTS_UPDATED
    id_field = "request_id"
    bulk = {action: BulkAction(("pending",), asks=True) for action in DECISIONS}
    owner_topic = ACCOUNTS_UPDATED


class Waiting(Summary):
    """The badge in the admins' navigation."""

    async def html(self) -> Markup:
        return render("requests/waiting.html", self.locale, waiting_count=await waiting_count(), most=MOST)


class WaitingList(ShortList):
    """The oldest requests first: they have waited longest."""

    template = "requests/waiting_list.html"

    async def shown(self) -> Shown:
        table = AccountRequest
        requests = await table.by_ids(await next_newer_ids(NAME, PENDING, limit=MOST_WAITING, since=1))
        ids = {key: f"waiting-{key}" for key in sorted(requests)}
        rows = {
            id: render("requests/waiting_row.html", self.locale, id=id, request=requests[key])
            for key, id in ids.items()
        }
        return Shown(rows, await waiting_count(), MOST)


def waiting(reader: Reader) -> Waiting:
    return Waiting(element="waiting", channels=REQUESTS, locale=reader.locale)


def waiting_list(reader: Reader) -> WaitingList:
    return WaitingList(element="waiting-list", channels=REQUESTS, locale=reader.locale)


async def waiting_count() -> int:
    """MOST + 1 for more."""
    return await count(NAME, PENDING, MOST + 1)
