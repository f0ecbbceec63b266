"""`/` and `/admin`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, Response, get

from app.accounts.regions import AccountListing, ending, renewals, trial_offer
from app.codes.pages import ADMIN_CODES, generate_form
from app.codes.regions import CodeListing, waiting_codes
from app.codes.tables import STATUSES
from app.desk.regions import robots, stats, trends
from app.i18n.message import say
from app.listings.controls import filters, query_string
from app.listings.counts import around
from app.listings.filter import Filter
from app.listings.search import searched
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.notifications.audit import latest
from app.notifications.regions import inbox
from app.notifications.unread import seen_form
from app.products.regions import product_choice
from app.requests.regions import RequestListing, waiting_list
from app.web.guards import admins, clients
from app.web.parameters import canonical_id
from app.web.redirects import home, to
from app.web.responses import page

LATEST_NOTES = 5


class Desk(Page):
    path = "/"
    roles = frozenset({"client"})
    link = NavLink("desk", say("Desk"), 0)
    parameters = {
        "status": str, "q": searched,
        "after": canonical_id, "accounts_after": canonical_id, "extensions_after": canonical_id,
    }  # fmt: skip

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        codes = Filter.of(query, STATUSES)
        accounts = Filter(after=Filter.of(query, STATUSES, "accounts_after").after)
        requests = Filter(after=Filter.of(query, STATUSES, "extensions_after").after)
        listing = CodeListing.for_owner(reader, codes, query_string(query, "after"))
        return (
            listing,
            *around(listing, ADMIN_CODES.labelled(codes.status), query),
            AccountListing.for_owner(reader, accounts, query_string(query, "accounts_after"), "accounts_after"),
            RequestListing.for_owner(reader, requests, query_string(query, "extensions_after"), "extensions_after"),
            product_choice(reader, "generate"),
            trial_offer(reader),
            inbox(reader, None, "/notifications", LATEST_NOTES, is_paged=False),
            seen_form(reader),
        )


class Dashboard(Page):
    path = "/admin"
    roles = frozenset({"admin"})
    link = NavLink("dashboard", say("Dashboard"), 0)

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return (
            stats(reader),
            robots(reader),
            waiting_codes(reader),
            waiting_list(reader),
            trends(reader),
            renewals(reader),
            ending(reader),
            latest(reader),
        )


DESK, DASHBOARD = Desk(), Dashboard()


class DeskPages(Controller):
    include_in_schema = False

    @get("/")
    async def desk(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.user is not None and request.user.is_admin:
            return to(home(request.user))
        await clients(request, request.route_handler)
        above = filters(request, DESK, say("Code or account number"))
        form = await generate_form()
        return await page(request, DESK, "desk/client.html", say("Your desk"), generate=form, filters=above)

    @get("/admin", guards=[admins])
    async def dashboard(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request, DASHBOARD, "desk/dashboard.html", DASHBOARD.link.label)
