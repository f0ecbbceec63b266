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
from app.licences.plans import DEFAULT_PLAN, DEFAULT_PLATFORM, PLANS, PLATFORMS, TRIAL, AccountNumber, plan_label
from app.licences.reasons import Reason
from app.listings.columns import TITLES
from app.listings.controls import query_string
from app.listings.counts import around
from app.listings.filter import Filter
from app.live.regions import Region
from app.live.views import NavLink, Reader
from app.people.names import Username
from app.people.tables import Person
from app.products.regions import product_filter
from app.products.tables import MOST_SLUG, MOST_TRIAL_DAYS, Product, choices_on_sale
from app.selections.lists import SelectableList
from app.web.fields import Choice, Id
from app.web.forms import FormPage, Options, show_form
from app.web.guards import admins, clients
from app.web.parameters import row_id


class AdminAccounts(SelectableList):
    path = "/admin/accounts"
    link = NavLink("accounts", say("Accounts"), 20)
    title = say("Accounts")
    listing = AccountListing
    statuses = STATUSES
    parameters = {**SelectableList.parameters, "sort": str}
    sortable = {say("Ends"): "end"}
    columns = (
        say("Select"), say("Licence"), say("Owner"), say("Account"), say("Plan"), say("State"), say("Ends"),
        say("From"), say("Actions"),
    )  # fmt: skip
    hideable = {name: TITLES[name] for name in ("owner", "account", "plan", "state", "expiry", "origin")}
    empty = say("No account yet. Activating a code makes one, and so does “New account…”.")
    template = "accounts/admin_page.html"

    def parts(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        order = query.get("sort", "")
        if not order:
            return super().parts(reader, query)
        filter = Filter.of({name: value for name, value in query.items() if name != "after"}, self.statuses)
        listing = accounts_by_end(filter, query_string(query, "after"), reader.locale, order, query.get("after", ""))
        by_product = product_filter(reader, query.get("product", ""))
        return listing, *around(listing, self.labelled(filter.status), query, listing.place_of), by_product


ADMIN_ACCOUNTS = AdminAccounts()


async def account_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The account that a form is about; raises NotFound unless it is theirs."""
    return {"account": await CustomerAccount.of(person, row_id(values.get("account_id")) or 0)}


def plan_options(plans: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, say("Lifetime") if name == "lifetime" else plan_label(name)) for name in plans]


PLATFORM_OPTIONS: Options = {"platform": [(platform, platform.upper()) for platform in PLATFORMS]}
LICENCE_OPTIONS: Options = {**PLATFORM_OPTIONS, "plan": plan_options(PLANS)}
TRIAL_OPTION = (TRIAL, say("Trial, for demo accounts only"))
LICENCE_DEFAULTS = {"platform": DEFAULT_PLATFORM, "plan": DEFAULT_PLAN}
"""Of a licence's fields, on whichever form they stand."""

Slug = Annotated[str, msgspec.Meta(max_length=MOST_SLUG), say("Please choose one.")]
"""Of a product; empty where there is only one."""
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
    product: Slug = ""
    trial_days: Annotated[
        int, msgspec.Meta(ge=1, le=MOST_TRIAL_DAYS), say("Enter 1 to {most} days.", most=MOST_TRIAL_DAYS)
    ] = 0
    """Of the plan TRIAL."""


class MoveByHand(msgspec.Struct):
    account_id: Id
    account_number: AccountNumber
    platform: Choice = ""
    """Empty: the same as before."""


class StartTrial(msgspec.Struct):
    platform: Choice
    account_number: AccountNumber
    product: Slug = ""


async def product_options() -> Options:
    return {"product": await choices_on_sale()}


async def trial_options() -> Options:
    """Of the products that offer one."""
    return {"product": [(sold.slug, sold.name) for sold in await Product.on_sale() if sold.trial_days]}


EXTEND = FormPage(
    "extend-account", "accounts/extend_form.html", say("Extend account"), "accounts", Extend, "/admin/accounts",
    account_context, defaults={"days": DEFAULT_PLAN},
)  # fmt: skip
ACTIONS = FormPage(
    "account-actions", "accounts/actions.html", say("Account"), "accounts", Act, "/admin/accounts", account_context
)
CREATE = FormPage(
    "create-account", "accounts/create_form.html", say("New account"), "accounts", Create, "/admin/accounts",
    options={**LICENCE_OPTIONS, "plan": [*LICENCE_OPTIONS["plan"], TRIAL_OPTION]},
    defaults={**LICENCE_DEFAULTS, "trial_days": "14"}, live_options=product_options,
)  # fmt: skip
MOVE_BY_HAND = FormPage(
    "move-account", "accounts/move_form.html", say("Move the licence"), "accounts", MoveByHand, "/admin/accounts",
    account_context, options=PLATFORM_OPTIONS,
)  # fmt: skip
START_TRIAL = FormPage(
    "start-trial", "accounts/trial_form.html", say("Start a trial"), "desk", StartTrial, "/", options=PLATFORM_OPTIONS,
    defaults={"platform": DEFAULT_PLATFORM}, live_options=trial_options,
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

    @get("/{account_id:int}/move")
    async def move(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        account = await CustomerAccount.of(request.user, account_id)
        values = {"account_id": str(account_id), "platform": account.platform}
        return await show_form(request, MOVE_BY_HAND, values)

    @get("/{account_id:int}/extend")
    async def extend(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, EXTEND, {"account_id": str(account_id)})


class TrialPages(Controller):
    guards = [clients]
    include_in_schema = False

    @get("/trial")
    async def trial(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await show_form(request, START_TRIAL, {"product": request.query_params.get("product", "")})
