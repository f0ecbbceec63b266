from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, HttpMethod, Request, Response, post, route

from app.codes.pages import (
    ADMIN_CODES,
    CONFIRM,
    CORRECT,
    GENERATE,
    Act,
    Correct,
    Generate,
    TakeBack,
    generate_form,
)
from app.codes.tables import TradingCode
from app.licences.reasons import Reason
from app.selections.acting import Ticked, select, selected
from app.web.fields import Choice, Path
from app.web.guards import admins, clients
from app.web.request_body import read
from app.web.responses import respond


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
        return await select(request, ADMIN_CODES, body.view, body.scope, body.code_id)

    @post("/api/admin/codes/selected", status_code=200, opt={"takes": ActOnSelected, "quota": "act_on_codes"})
    async def act_on_selected(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """On all that is selected and allows it, up to the bound of a selection."""
        body = await read(request, ActOnSelected)
        listing, chosen = await selected(request, ADMIN_CODES, body.view, body.code_id, as_ticks=bool(body.ticked))
        codes = await TradingCode.act_on_selected(
            chosen, body.action, request.user, body.reason, listing.open_statuses(listing.filter)
        )
        return await respond(request, codes)
