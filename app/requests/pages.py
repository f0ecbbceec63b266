from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.pages import PLATFORM_OPTIONS, account_context, plan_options
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.i18n.message import say
from app.licences.plans import DEFAULT_PLAN, AccountNumber
from app.listings.columns import TITLES
from app.live.views import NavLink
from app.people.tables import Person
from app.requests.regions import RequestListing
from app.requests.tables import EXTENSION_PLANS, MOST_NOTE, REASON, STATUSES, TOO_LONG, AccountRequest
from app.selections.lists import SelectableList
from app.web.fields import Choice, Id
from app.web.forms import FormPage, show_form
from app.web.guards import admins, clients
from app.web.parameters import row_id


class AdminRequests(SelectableList):
    path = "/admin/extensions"
    link = NavLink("extensions", say("Requests"), 30, badge="waiting")
    title = say("Requests")
    listing = RequestListing
    statuses = STATUSES
    parameters = {name: form for name, form in SelectableList.parameters.items() if name != "plan"}
    choices = {"platform": SelectableList.choices["platform"]}
    columns = (
        say("Select"), say("Owner"), say("Account"), say("Wish"), say("State"), say("Note"), say("Asked"),
        say("Actions"),
    )  # fmt: skip
    hideable = {name: TITLES[name] for name in ("owner", "account", "note", "state")}
    empty = say("No request yet. Clients ask from their desks; requests appear here at once.")
    template = "requests/admin_page.html"


ADMIN_REQUESTS = AdminRequests()


async def decide_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The request, its account, and the end that it would have after an extension; raises NotFound."""
    request = await AccountRequest.of(person, row_id(values.get("request_id")) or 0)
    account = await CustomerAccount.of(person, request.account)
    new_end = account.expires_at and max(now(), account.expires_at) + timedelta(days=request.days)
    return {"request": request, "account": account, "new_end": new_end}


Note = Annotated[str, msgspec.Meta(max_length=MOST_NOTE), TOO_LONG]


class Ask(msgspec.Struct):
    account_id: Id
    plan: Choice
    note: Note = ""


class Move(msgspec.Struct):
    account_id: Id
    account_number: AccountNumber
    platform: Choice = ""
    """Empty: the same as before."""
    note: Note = ""


class Decide(msgspec.Struct):
    request_id: Id
    action: Choice
    reason: Annotated[str, msgspec.Meta(max_length=MOST_NOTE), REASON] = ""


ASK = FormPage(
    "extend", "requests/request_form.html", say("Ask for an extension"), "desk", Ask, "/", account_context,
    options={"plan": plan_options(EXTENSION_PLANS)}, defaults={"plan": DEFAULT_PLAN},
)  # fmt: skip
MOVE = FormPage(
    "move", "requests/move_form.html", say("Ask for another account number"), "desk", Move, "/", account_context,
    options=PLATFORM_OPTIONS,
)  # fmt: skip
DECIDE = FormPage(
    "decide", "requests/decide_form.html", say("Request"), "extensions", Decide, "/admin/extensions",
    decide_context,
)  # fmt: skip


class RequestPages(Controller):
    path = "/admin/extensions"
    guards = [admins]
    include_in_schema = False

    @get()
    async def requests(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ADMIN_REQUESTS.response(request)

    @get("/{request_id:int}/decide")
    async def decide(self, request: Request[Any, Any, Any], request_id: FromPath[int]) -> Response[Any]:
        action = "reject" if request.query_params.get("action") == "reject" else "approve"
        return await show_form(request, DECIDE, {"request_id": str(request_id), "action": action})


class ClientRequestPages(Controller):
    guards = [clients]
    include_in_schema = False

    @get("/extend/{account_id:int}")
    async def ask(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, ASK, {"account_id": str(account_id)})

    @get("/move/{account_id:int}")
    async def move(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        account = await CustomerAccount.of(request.user, account_id)
        return await show_form(request, MOVE, {"account_id": str(account_id), "platform": account.platform})
