from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.regions import AccountListing
from app.accounts.tables import MOST_DAYS, STATUSES, CustomerAccount
from app.licences.plans import (
    ACCOUNT_NUMBER,
    DEFAULT_PLAN,
    DEFAULT_PLATFORM,
    DIGITS,
    FEWEST_DIGITS,
    MOST_DIGITS,
    PLANS,
    PLATFORMS,
)
from app.listings.owned import Filter
from app.listings.tabs import filters, query_string
from app.live.regions import Region
from app.live.views import Page, Reader
from app.people.tables import Person
from app.templating import plan
from app.web.forms import FormPage, Limits, Options, show_form
from app.web.guards import admins
from app.web.parameters import row_id
from app.web.responses import page


class AdminAccounts(Page):
    path = "/admin/accounts"
    roles = frozenset({"admin"})
    parameters = ("status", "q", "after")
    is_list = True

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        accounts = AccountListing.for_admins(Filter.of(query, STATUSES), query_string(query, "after"))
        return (accounts,)


ADMIN_ACCOUNTS = AdminAccounts()


async def account_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The account that a form is about; raises NotFound unless it is theirs."""
    return {"account": await CustomerAccount.of(person, row_id(values.get("account_id")) or 0)}


def plan_options(plans: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, plan(name).capitalize()) for name in plans]


LICENCE_LIMITS: Limits = {
    "account_number": {
        "pattern": ACCOUNT_NUMBER.pattern, "maxlength": MOST_DIGITS, "title": DIGITS,
        "placeholder": f"{FEWEST_DIGITS}–{MOST_DIGITS} digits",
    },
}  # fmt: skip
LICENCE_OPTIONS: Options = {
    "platform": [(platform, platform.upper()) for platform in PLATFORMS],
    "plan": plan_options(PLANS),
}
LICENCE_DEFAULTS = {"platform": DEFAULT_PLATFORM, "plan": DEFAULT_PLAN}
"""Of a licence's fields, on whichever form they stand."""

EXTEND = FormPage(
    "extend-account", "accounts/extend_form.html", "Extend account", "accounts", "/admin/accounts", account_context,
    limits={"days": {"min": 1, "max": MOST_DAYS}}, defaults={"days": DEFAULT_PLAN},
)  # fmt: skip
CREATE = FormPage(
    "create-account", "accounts/create_form.html", "New account", "accounts", "/admin/accounts",
    limits=LICENCE_LIMITS, options=LICENCE_OPTIONS, defaults=LICENCE_DEFAULTS,
)  # fmt: skip


class AccountPages(Controller):
    path = "/admin/accounts"
    guards = [admins]
    include_in_schema = False

    @get()
    async def accounts(self, request: Request[Any, Any, Any]) -> Response[Any]:
        statuses = {status: status.capitalize() for status in STATUSES}
        list_filters = filters("/admin/accounts", request.query_params, statuses, "Licence, client or account number")
        return await page(
            request, ADMIN_ACCOUNTS, "accounts/admin_page.html", "Accounts", "accounts", filters=list_filters
        )

    @get("/new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await show_form(request, CREATE, {})

    @get("/{account_id:int}/extend")
    async def extend(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, EXTEND, {"account_id": str(account_id)})
