from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, Response, get

from app.codes.regions import CodeListing
from app.codes.tables import STATUSES, TRANSITIONS, TradingCode
from app.errors import Invalid, NotFound
from app.listings.owned import Filter
from app.live.regions import Region
from app.live.views import Page, Reader
from app.pages import Filters, common, filters, query_string
from app.people.tables import Person
from app.topics import CODES
from app.web.forms import Form, FormPage, Values, show_form
from app.web.guards import admins
from app.web.parameters import row_id
from app.web.responses import page


class AdminCodes(Page):
    path = "/admin/codes"
    roles = frozenset({"admin"})
    parameters = ("status", "q", "after")
    is_list = True

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        codes = CodeListing.for_admins(Filter.of(query, STATUSES), query_string(query, "after"), CODES)
        return (codes, *common(reader))


ADMIN_CODES = AdminCodes()


def new_key() -> dict[str, str]:
    """A key under which a form's code is generated once, however often it is sent."""
    return {"request_key": secrets.token_urlsafe(12)}


GENERATE = FormPage("generate", "codes/generate_form.html", "Generate a code", "desk", "/", fresh=new_key)


def generate_form() -> Form:
    return Form(GENERATE.id, GENERATE.template, Values(**new_key(), plan="30"))


async def confirm_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The codes that an action would change. Raises Invalid and NotFound."""
    chosen = values.get("code_id", [])
    ids = {row_id(key) for key in (chosen if isinstance(chosen, list) else [chosen])}
    action = str(values.get("action", ""))
    if action not in TRANSITIONS:
        raise Invalid("There is no such action for a code.")
    known = {key for key in ids if key is not None}
    if not known or known != ids:
        raise Invalid("Select at least one code first.")
    codes = await TradingCode.by_ids(known)
    if len(codes) < len(known):
        raise NotFound("There is no such code.")
    return {"codes": [codes[key] for key in sorted(codes, reverse=True)], "action": action}


CONFIRM = FormPage("confirm", "codes/confirm_form.html", "Are you sure?", "codes", "/admin/codes", confirm_context)


def code_filters(path: str, query: Mapping[str, str]) -> Filters:
    placeholder = "Code, client or account number" if path.startswith("/admin") else "Code or account number"
    return filters(path, query, {status: status.capitalize() for status in STATUSES}, placeholder)


class CodePages(Controller):
    path = "/admin/codes"
    guards = [admins]
    include_in_schema = False

    @get()
    async def codes(self, request: Request[Any, Any, Any]) -> Response[Any]:
        found = code_filters("/admin/codes", request.query_params)
        return await page(request, ADMIN_CODES, "codes/admin_page.html", "Codes", "codes", filters=found)

    @get("/confirm")
    async def confirm(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Names what an action that cannot be undone would change."""
        query = request.query_params
        return await show_form(
            request, CONFIRM, {"code_id": query.getall("code_id", []), "action": query.get("action", "")}
        )
