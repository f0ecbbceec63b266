from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.accounts.pages import LICENCE_DEFAULTS, LICENCE_OPTIONS, PLATFORM_OPTIONS, Slug, product_options
from app.codes.regions import CodeListing
from app.codes.tables import MOST_AT_ONCE, STATUSES, TRANSITIONS, TradingCode
from app.errors import Invalid, NotFound
from app.i18n.message import say
from app.licences.plans import AccountNumber
from app.licences.reasons import Reason
from app.listings.columns import TITLES
from app.live.views import NavLink
from app.people.tables import Person
from app.selections.acting import to_confirm
from app.selections.lists import SelectableList
from app.selections.tables import MOST_SELECTED
from app.web.fields import Choice, Id, RequestKey, new_key
from app.web.forms import Form, FormPage, show_form
from app.web.guards import admins, clients
from app.web.parameters import row_id


class AdminCodes(SelectableList):
    path = "/admin/codes"
    link = NavLink("codes", say("Codes"), 10)
    title = say("Codes")
    listing = CodeListing
    statuses = STATUSES
    columns = (
        say("Select"), say("Code"), say("Owner"), say("Account"), say("Plan"), say("State"), say("Created"),
        say("Actions"),
    )  # fmt: skip
    hideable = {name: TITLES[name] for name in ("owner", "account", "plan", "state")} | {"time": say("Created")}
    placeholder = say("Code, client or account number")
    empty = say("No code yet. Clients generate them at their desks; they appear here at once.")
    template = "codes/admin_page.html"


ADMIN_CODES = AdminCodes()


class Generate(msgspec.Struct):
    platform: Choice
    account_number: AccountNumber
    plan: Choice
    product: Slug = ""
    request_key: RequestKey = ""


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
        chosen, view = await to_confirm(request, ADMIN_CODES)
        values = {"code_id": chosen, "action": request.query_params.get("action", ""), "view": view}
        return await show_form(request, CONFIRM, values)


class OwnCodePages(Controller):
    guards = [clients]
    include_in_schema = False

    @get("/codes/{code_id:int}/change")
    async def change(self, request: Request[Any, Any, Any], code_id: FromPath[int]) -> Response[Any]:
        code = await TradingCode.of(request.user, code_id)
        values = {"code_id": str(code_id), "platform": code.platform, "account_number": code.account_number}
        return await show_form(request, CORRECT, values)
