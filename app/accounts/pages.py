from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.by_end import accounts_by_end
from app.accounts.regions import AccountListing
from app.accounts.tables import MOST_DAYS, STATUSES, CustomerAccount
from app.i18n.message import say
from app.licences.plans import DEFAULT_PLAN, DEFAULT_PLATFORM, PLANS, PLATFORMS, AccountNumber, plan_label
from app.licences.reasons import Reason
from app.listings.controls import query_string
from app.listings.counts import around
from app.listings.filter import Filter
from app.listings.list_page import AdminList
from app.live.regions import Region
from app.live.views import NavLink, Reader
from app.people.names import Username
from app.people.tables import Person
from app.web.fields import Choice, Id
from app.web.forms import FormPage, Options, show_form
from app.web.guards import admins
from app.web.parameters import row_id


class AdminAccounts(AdminList):
    path = "/admin/accounts"
    link = NavLink("accounts", say("Accounts"), 20)
    title = say("Accounts")
    listing = AccountListing
    statuses = STATUSES
    parameters = {**AdminList.parameters, "sort": str}
    sortable = {say("Ends"): "end"}
    columns = (
        say("Licence"), say("Owner"), say("Account"), say("Plan"), say("State"), say("Ends"), say("From"),
        say("Actions"),
    )  # fmt: skip
    empty = say("No account yet. Activating a code makes one, and so does “New account…”.")
    template = "accounts/admin_page.html"

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        order = query.get("sort", "")
        if not order:
            return super().regions(reader, query)
        filter = Filter.of({name: value for name, value in query.items() if name != "after"}, self.statuses)
        listing = accounts_by_end(filter, query_string(query, "after"), reader.locale, order, query.get("after", ""))
        return listing, *around(listing, self.labelled(filter.status), query, listing.place_of)


ADMIN_ACCOUNTS = AdminAccounts()


async def account_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The account that a form is about; raises NotFound unless it is theirs."""
    return {"account": await CustomerAccount.of(person, row_id(values.get("account_id")) or 0)}


def plan_options(plans: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, say("Lifetime") if name == "lifetime" else plan_label(name)) for name in plans]


LICENCE_OPTIONS: Options = {
    "platform": [(platform, platform.upper()) for platform in PLATFORMS],
    "plan": plan_options(PLANS),
}
LICENCE_DEFAULTS = {"platform": DEFAULT_PLATFORM, "plan": DEFAULT_PLAN}
"""Of a licence's fields, on whichever form they stand."""

Days = Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS), say("Enter 1 to {most} days.", most=MOST_DAYS)]


class Extend(msgspec.Struct):
    account_id: Id
    days: Days


class Act(msgspec.Struct):
    account_id: Id
    action: Choice
    reason: Reason = ""
    """Of suspending."""


class Create(msgspec.Struct):
    username: Username
    platform: Choice
    account_number: AccountNumber
    plan: Choice


EXTEND = FormPage(
    "extend-account", "accounts/extend_form.html", say("Extend account"), "accounts", Extend, "/admin/accounts",
    account_context, defaults={"days": DEFAULT_PLAN},
)  # fmt: skip
ACTIONS = FormPage(
    "account-actions", "accounts/actions.html", say("Account"), "accounts", Act, "/admin/accounts", account_context
)
CREATE = FormPage(
    "create-account", "accounts/create_form.html", say("New account"), "accounts", Create, "/admin/accounts",
    options=LICENCE_OPTIONS, defaults=LICENCE_DEFAULTS,
)  # fmt: skip


class AccountPages(Controller):
    path = "/admin/accounts"
    guards = [admins]
    include_in_schema = False

    @get()
    async def accounts(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ADMIN_ACCOUNTS.response(request)

    @get("/new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await show_form(request, CREATE, {})

    @get("/{account_id:int}/actions")
    async def actions(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, ACTIONS, {"account_id": str(account_id)})

    @get("/{account_id:int}/extend")
    async def extend(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, EXTEND, {"account_id": str(account_id)})
