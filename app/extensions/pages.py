from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.pages import account_context, plan_options
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.extensions.regions import ExtensionListing
from app.extensions.tables import EXTENSION_PLANS, MOST_NOTE, REASON, STATUSES, ExtensionRequest
from app.i18n.message import say
from app.licences.plans import DEFAULT_PLAN
from app.listings.list_page import AdminList
from app.live.views import NavLink
from app.people.tables import Person
from app.web.fields import Choice, Id
from app.web.forms import FormPage, show_form
from app.web.guards import admins, clients
from app.web.parameters import row_id


class AdminExtensions(AdminList):
    path = "/admin/extensions"
    link = NavLink("extensions", say("Extensions"), 30, badge="waiting")
    title = say("Extension requests")
    listing = ExtensionListing
    statuses = STATUSES
    parameters = {name: form for name, form in AdminList.parameters.items() if name != "plan"}
    choices = {"platform": AdminList.choices["platform"]}
    columns = (say("Owner"), say("Account"), say("Days"), say("State"), say("Note"), say("Asked"), say("Actions"))
    empty = say("No request yet. Clients ask from their desks; requests appear here at once.")


ADMIN_EXTENSIONS = AdminExtensions()


async def decide_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The request, its account, and the end that it would have; raises NotFound."""
    request = await ExtensionRequest.of(person, row_id(values.get("request_id")) or 0)
    account = await CustomerAccount.of(person, request.account)
    new_end = account.expires_at and max(now(), account.expires_at) + timedelta(days=request.days)
    return {"request": request, "account": account, "new_end": new_end}


Note = Annotated[str, msgspec.Meta(max_length=MOST_NOTE), say("Use at most {most} characters.", most=MOST_NOTE)]


class Ask(msgspec.Struct):
    account_id: Id
    plan: Choice
    note: Note = ""


class Decide(msgspec.Struct):
    request_id: Id
    action: Choice
    reason: Annotated[str, msgspec.Meta(max_length=MOST_NOTE), REASON] = ""


ASK = FormPage(
    "extend", "extensions/request_form.html", say("Ask for an extension"), "desk", Ask, "/", account_context,
    options={"plan": plan_options(EXTENSION_PLANS)}, defaults={"plan": DEFAULT_PLAN},
)  # fmt: skip
DECIDE = FormPage(
    "decide", "extensions/decide_form.html", say("Extension request"), "extensions", Decide, "/admin/extensions",
    decide_context,
)  # fmt: skip


class ExtensionPages(Controller):
    path = "/admin/extensions"
    guards = [admins]
    include_in_schema = False

    @get()
    async def requests(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ADMIN_EXTENSIONS.response(request)

    @get("/{request_id:int}/decide")
    async def decide(self, request: Request[Any, Any, Any], request_id: FromPath[int]) -> Response[Any]:
        action = "reject" if request.query_params.get("action") == "reject" else "approve"
        return await show_form(request, DECIDE, {"request_id": str(request_id), "action": action})


class ClientExtensionPages(Controller):
    guards = [clients]
    include_in_schema = False

    @get("/extend/{account_id:int}")
    async def ask(self, request: Request[Any, Any, Any], account_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, ASK, {"account_id": str(account_id)})
