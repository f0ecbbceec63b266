from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.pages import LICENCE_DEFAULTS, LICENCE_OPTIONS
from app.codes.regions import CodeListing
from app.codes.tables import MOST_AT_ONCE, MOST_KEY, STATUSES, TRANSITIONS, TradingCode
from app.errors import Invalid, NotFound
from app.i18n.message import say
from app.licences.plans import AccountNumber
from app.listings.list_page import AdminList
from app.live.views import NavLink
from app.people.tables import Person
from app.web.fields import Choice, Id
from app.web.forms import Form, FormPage, show_form
from app.web.guards import admins
from app.web.parameters import row_id


class AdminCodes(AdminList):
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


ADMIN_CODES = AdminCodes()


class Generate(msgspec.Struct):
    platform: Choice
    account_number: AccountNumber
    plan: Choice
    request_key: Annotated[
        str, msgspec.Meta(max_length=MOST_KEY), say("Use at most {most} characters.", most=MOST_KEY)
    ] = ""


SEVERAL = say("Select 1 to {most} codes.", most=MOST_AT_ONCE)


class Act(msgspec.Struct):
    code_id: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE), SEVERAL]
    action: Choice


def new_key() -> dict[str, str]:
    """A key under which a form's code is generated once, however often it is sent."""
    return {"request_key": secrets.token_urlsafe(12)}


GENERATE = FormPage(
    "generate", "codes/generate_form.html", say("Generate a code"), "desk", Generate, "/",
    options=LICENCE_OPTIONS, defaults=LICENCE_DEFAULTS, fresh=new_key,
)  # fmt: skip


def generate_form(code: TradingCode | None = None) -> Form:
    """A fresh one; with `code`, it says what the last press of its button has made."""
    return GENERATE.form({**new_key(), "code": code.grouped_key if code else ""})


async def confirm_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """The codes that an action would change. Raises Invalid and NotFound."""
    chosen = values.get("code_id", [])
    chosen = chosen if isinstance(chosen, list) else [chosen]
    if len(chosen) > MOST_AT_ONCE:
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
        raise NotFound(say("There is no such code."))
    transition = TRANSITIONS[action]
    one, many = transition.consequence or ("", "")
    return {
        "codes": [codes[key] for key in sorted(codes, reverse=True)],
        "action": action,
        "transition": transition,
        "consequence": one if len(codes) == 1 else many,
    }


CONFIRM = FormPage(
    "confirm", "codes/confirm_form.html", say("Are you sure?"), "codes", Act, "/admin/codes", confirm_context
)


async def actions_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """Raises NotFound."""
    code = await TradingCode.by_id(row_id(values.get("code_id")) or 0)
    if code is None:
        raise NotFound(say("There is no such code."))
    return {"code": code}


ACTIONS = FormPage("code-actions", "codes/actions.html", say("Code"), "codes", Act, "/admin/codes", actions_context)


class CodePages(Controller):
    path = "/admin/codes"
    guards = [admins]
    include_in_schema = False

    @get()
    async def codes(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ADMIN_CODES.response(request, transitions=TRANSITIONS)

    @get("/{code_id:int}/actions")
    async def actions(self, request: Request[Any, Any, Any], code_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, ACTIONS, {"code_id": str(code_id)})

    @get("/confirm")
    async def confirm(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Names what an action that cannot be undone would change."""
        query = request.query_params
        return await show_form(
            request, CONFIRM, {"code_id": query.getall("code_id", []), "action": query.get("action", "")}
        )
