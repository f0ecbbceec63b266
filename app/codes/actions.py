from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, HttpMethod, Request, Response, post, route

from app.codes.pages import (
    CONFIRM,
    CORRECT,
    GENERATE,
    Act,
    Correct,
    Generate,
    TakeBack,
    generate_form,
    list_at,
)
from app.codes.selection import SCOPES, chosen_by, open_statuses, selection_bar, ticks
from app.codes.tables import TradingCode
from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.licences.reasons import Reason
from app.live.views import View
from app.selections.tables import MOST_SELECTED, Selection
from app.web.fields import Choice, Id, Path
from app.web.guards import admins, clients
from app.web.negotiation import is_htmx, wants_json
from app.web.redirects import to
from app.web.request_body import read
from app.web.responses import fragment_response, position, respond

Ticked = Annotated[
    list[Id],
    msgspec.Meta(max_length=MOST_SELECTED),
    say("At most {most} rows can be selected at once.", most=MOST_SELECTED),
]


class Select(msgspec.Struct):
    """`code_id`: all that is ticked on the page at `view`."""

    view: Path
    scope: Choice
    code_id: Ticked = []


class ActOnSelected(msgspec.Struct):
    view: Path
    action: Choice
    code_id: Ticked = []
    ticked: Choice = ""
    """Not empty: `code_id` is what is ticked on the page."""
    reason: Reason = ""


class ClientCodes(Controller):
    guards = [clients]

    @post("/api/generate-code", opt={"form": GENERATE, "quota": "generate"})
    async def generate(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Generate)
        code = await TradingCode.generate(
            request.user, platform=body.platform, account_number=body.account_number, plan=body.plan,
            product=body.product, request_key=body.request_key or None,
        )  # fmt: skip
        return await respond(request, code, 201, form=await generate_form(code))

    @post("/api/correct-code", status_code=200, opt={"form": CORRECT, "quota": "change_codes"})
    async def correct(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Correct)
        code = await TradingCode.of(request.user, body.code_id)
        return await respond(
            request, await code.correct(body.platform or code.platform, body.account_number, by=request.user)
        )

    @post("/api/take-back-code", status_code=200, opt={"takes": TakeBack, "quota": "change_codes"})
    async def take_back(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, TakeBack)
        code = await (await TradingCode.of(request.user, body.code_id)).take_back(by=request.user)
        return await respond(request, code, spent=code.status)


class AdminCodeActions(Controller):
    guards = [admins]

    @route(
        "/api/admin/codes", http_method=[HttpMethod.PUT, HttpMethod.POST],
        opt={"form": CONFIRM, "quota": "act_on_codes"},
    )  # fmt: skip
    async def act(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Act)
        codes = await TradingCode.act(body.code_id, body.action, request.user, body.reason)
        return await respond(request, codes if len(codes) > 1 else codes[0])

    @post("/api/admin/codes/select", status_code=200, opt={"takes": Select, "quota": "select"})
    async def select(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Select)
        if body.scope not in SCOPES:
            raise Invalid(MARKED, {"scope": say("Choose one of {choices}.", choices=", ".join(SCOPES))})
        listing, address = list_at(request, body.view)
        rendered_at = position(request)
        session = request.auth.id
        before = await Selection.of(session, address)
        chosen = await Selection.keep(session, address, await chosen_by(listing, body.scope, body.code_id, before))
        if wants_json(request):
            return Response({"selected": len(chosen)})
        view: View = request.app.state.views.of(body.view)
        if not is_htmx(request):
            return to(str(view))
        bar = await selection_bar(listing, str(view), chosen).full()
        return fragment_response([*bar, *await ticks(listing, body.scope, before, chosen)], view, rendered_at, 200)

    @post("/api/admin/codes/selected", status_code=200, opt={"takes": ActOnSelected, "quota": "act_on_codes"})
    async def act_on_selected(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """On all that is selected and allows it, up to the bound of a selection."""
        body = await read(request, ActOnSelected)
        listing, address = list_at(request, body.view)
        chosen = await Selection.of(request.auth.id, address)
        if body.ticked:
            chosen = await Selection.keep(
                request.auth.id, address, await chosen_by(listing, "ticks", body.code_id, chosen)
            )
        codes = await TradingCode.act_on_selected(
            chosen, body.action, request.user, body.reason, open_statuses(listing.filter)
        )
        return await respond(request, codes)
