from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.pages import LICENCE_DEFAULTS, LICENCE_OPTIONS, PLATFORM_OPTIONS, Slug, product_options
from app.codes.regions import CodeListing
from app.codes.selection import chosen_by, selection_bar
from app.codes.tables import MOST_AT_ONCE, MOST_KEY, STATUSES, TRANSITIONS, TradingCode
from app.errors import Invalid, NotFound
from app.i18n.message import say
from app.licences.plans import AccountNumber
from app.licences.reasons import Reason
from app.listings.controls import query_string
from app.live.regions import Region
from app.live.views import NavLink, Reader, View
from app.people.tables import Person
from app.products.lists import LicenceList
from app.selections.tables import MOST_SELECTED, Selection
from app.web.fields import Choice, Id
from app.web.forms import Form, FormPage, show_form
from app.web.guards import admins, clients
from app.web.negotiation import AnyRequest
from app.web.parameters import row_id


class AdminCodes(LicenceList):
    path = "/admin/codes"
    link = NavLink("codes", say("Codes"), 10)
    title = say("Codes")
    listing = CodeListing
    statuses = STATUSES
    columns = (
        say("Select"), say("Code"), say("Owner"), say("Account"), say("Plan"), say("State"), say("Created"),
        say("Actions"),
    )  # fmt: skip
    placeholder = say("Code, client or account number")
    empty = say("No code yet. Clients generate them at their desks; they appear here at once.")
    template = "codes/admin_page.html"

    async def ready(self, reader: Reader, query: Mapping[str, str]) -> bool:
        before, reader.chosen = reader.chosen, await Selection.of(reader.session or 0, self.list_address(query))
        return reader.chosen != before

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        listing, *around = super().regions(reader, query)
        assert isinstance(listing, CodeListing)
        listing = replace(listing, chosen=frozenset(reader.chosen))
        return listing, *around, selection_bar(listing, self._address(urlencode(query)), reader.chosen)

    def list_address(self, query: Mapping[str, str]) -> str:
        """Of the list under its filter, whichever of its pages is shown: under it a selection is kept."""
        return self._address(query_string(query, "after"))

    def _address(self, query: str) -> str:
        return f"{self.path}?{query}" if query else self.path


ADMIN_CODES = AdminCodes()


class Generate(msgspec.Struct):
    platform: Choice
    account_number: AccountNumber
    plan: Choice
    product: Slug = ""
    request_key: Annotated[
        str, msgspec.Meta(max_length=MOST_KEY), say("Use at most {most} characters.", most=MOST_KEY)
    ] = ""


class TakeBack(msgspec.Struct):
    code_id: Id


class Correct(msgspec.Struct):
    code_id: Id
    account_number: AccountNumber
    platform: Choice = ""
    """Empty: the same as before."""


SEVERAL = say("Select 1 to {most} codes.", most=MOST_AT_ONCE)


class Act(msgspec.Struct):
    code_id: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE), SEVERAL]
    action: Choice
    reason: Reason = ""


def new_key() -> dict[str, str]:
    """A key under which a form's code is generated once, however often it is sent."""
    return {"request_key": secrets.token_urlsafe(12)}


GENERATE = FormPage(
    "generate", "codes/generate_form.html", say("Generate a code"), "desk", Generate, "/",
    options=LICENCE_OPTIONS, defaults=LICENCE_DEFAULTS, live_options=product_options, fresh=new_key,
)  # fmt: skip


async def generate_form(code: TradingCode | None = None) -> Form:
    """A fresh one; with `code`, it says what the last press of its button has made."""
    made = {"code": code.grouped_key, "code_id": code.id} if code else {}
    return await GENERATE.form({**new_key(), "code": "", **made})


async def confirm_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The codes that an action would change. Raises Invalid and NotFound."""
    chosen = values.get("code_id", [])
    chosen = chosen if isinstance(chosen, list) else [chosen]
    view = str(values.get("view", ""))
    if len(chosen) > (MOST_SELECTED if view else MOST_AT_ONCE):
        raise Invalid(SEVERAL)
    ids = {row_id(key) for key in chosen}
    action = str(values.get("action", ""))
    if action not in TRANSITIONS:
        raise Invalid(say("There is no such action for a code."))
    known = {key for key in ids if key is not None}
    if not known or known != ids:
        raise Invalid(say("Select at least one code first."))
    codes = await TradingCode.by_ids(known)
    if len(codes) < len(known):
        raise NotFound(TradingCode.nothing)
    transition = TRANSITIONS[action]
    newest_first = [codes[key] for key in sorted(codes, reverse=True)]
    return {
        "codes": newest_first,
        "possible": [code for code in newest_first if code.status in transition.start],
        "action": action,
        "transition": transition,
        "selected_in": view,
        "at_once": MOST_AT_ONCE,
    }


CONFIRM = FormPage(
    "confirm", "codes/confirm_form.html", say("Are you sure?"), "codes", Act, "/admin/codes", confirm_context
)


async def code_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The code that a form is about; raises NotFound unless it is theirs."""
    return {"code": await TradingCode.of(person, row_id(values.get("code_id")) or 0)}


CORRECT = FormPage(
    "correct-code", "codes/change_form.html", say("Correct or take back"), "desk", Correct, "/", code_context,
    options=PLATFORM_OPTIONS,
)  # fmt: skip
ACTIONS = FormPage("code-actions", "codes/actions.html", say("Code"), "codes", Act, "/admin/codes", code_context)


def list_at(request: AnyRequest, address: str) -> tuple[CodeListing, str]:
    """The list of codes at an address of ours, and where its selection is kept. Raises Invalid."""
    view: View | None = request.app.state.views.of(address)
    if view is None or view.page is not ADMIN_CODES:
        raise Invalid(say("There is no such list of codes."))
    listing = view.regions(request.user)[0]
    assert isinstance(listing, CodeListing)
    return listing, ADMIN_CODES.list_address(view.query)


class CodePages(Controller):
    path = "/admin/codes"
    guards = [admins]
    include_in_schema = False

    @get()
    async def codes(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ADMIN_CODES.response(request)

    @get("/{code_id:int}/actions")
    async def actions(self, request: Request[Any, Any, Any], code_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, ACTIONS, {"code_id": str(code_id)})

    @get("/confirm")
    async def confirm(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Names what an action that cannot be undone would change."""
        query = request.query_params
        chosen, view = query.getall("code_id", []), query.get("view", "")
        if view:
            listing, address = list_at(request, view)
            ticked = {key for text in chosen if (key := row_id(text)) is not None}
            before = await Selection.of(request.user.session, address)
            chosen = [str(key) for key in await chosen_by(listing, "ticks", ticked, before)]
        return await show_form(request, CONFIRM, {"code_id": chosen, "action": query.get("action", ""), "view": view})


class OwnCodePages(Controller):
    guards = [clients]
    include_in_schema = False

    @get("/codes/{code_id:int}/change")
    async def change(self, request: Request[Any, Any, Any], code_id: FromPath[int]) -> Response[Any]:
        code = await TradingCode.of(request.user, code_id)
        values = {"code_id": str(code_id), "platform": code.platform, "account_number": code.account_number}
        return await show_form(request, CORRECT, values)
