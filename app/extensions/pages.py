from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.pages import account_context, plan_options
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.extensions.regions import ExtensionListing
from app.extensions.tables import EXTENSION_PLANS, MOST_NOTE, STATUSES, ExtensionRequest
from app.licences.plans import DEFAULT_PLAN
from app.listings.owned import Filter
from app.listings.tabs import filters, query_string
from app.live.regions import Region
from app.live.views import Page, Reader
from app.people.tables import Person
from app.web.forms import FormPage, show_form
from app.web.guards import admins, clients
from app.web.parameters import row_id
from app.web.responses import page


class AdminExtensions(Page):
    path = "/admin/extensions"
    roles = frozenset({"admin"})
    parameters = ("status", "q", "after")
    is_list = True

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        requests = ExtensionListing.for_admins(Filter.of(query, STATUSES), query_string(query, "after"))
        return (requests,)


ADMIN_EXTENSIONS = AdminExtensions()


async def decide_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The request, its account, and the end that it would have; raises NotFound."""
    request = await ExtensionRequest.of(person, row_id(values.get("request_id")) or 0)
    account = await CustomerAccount.of(person, request.account)
    new_end = account.expires_at and max(now(), account.expires_at) + timedelta(days=request.days)
    return {"request": request, "account": account, "new_end": new_end}


ASK = FormPage(
    "extend", "extensions/request_form.html", "Ask for an extension", "desk", "/", account_context,
    limits={"note": {"maxlength": MOST_NOTE}}, options={"plan": plan_options(EXTENSION_PLANS)},
    defaults={"plan": DEFAULT_PLAN},
)  # fmt: skip
DECIDE = FormPage(
    "decide", "extensions/decide_form.html", "Extension request", "extensions", "/admin/extensions", decide_context,
    limits={"reason": {"maxlength": MOST_NOTE}},
)  # fmt: skip


class ExtensionPages(Controller):
    path = "/admin/extensions"
    guards = [admins]
    include_in_schema = False

    @get()
    async def requests(self, request: Request[Any, Any, Any]) -> Response[Any]:
        statuses = {status: status.capitalize() for status in STATUSES}
        list_filters = filters("/admin/extensions", request.query_params, statuses, "Licence, client or account number")
        return await page(
            request,
            ADMIN_EXTENSIONS,
            "extensions/admin_page.html",
            "Extension requests",
            "extensions",
            filters=list_filters,
        )

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
