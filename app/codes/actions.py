from __future__ import annotations

from typing import Any

from litestar import Controller, HttpMethod, Request, Response, post, route

from app.codes.pages import CONFIRM, GENERATE, Act, Generate, generate_form
from app.codes.tables import TradingCode
from app.web.guards import admins, clients
from app.web.request_body import read
from app.web.responses import respond


class ClientCodes(Controller):
    guards = [clients]

    @post("/api/generate-code", opt={"form": GENERATE, "quota": "generate"})
    async def generate(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Generate)
        code = await TradingCode.generate(
            request.user, platform=body.platform, account_number=body.account_number, plan=body.plan,
            request_key=body.request_key or None,
        )  # fmt: skip
        return await respond(request, code, 201, form=generate_form(code))


class AdminCodeActions(Controller):
    guards = [admins]

    @route(
        "/api/admin/codes", http_method=[HttpMethod.PUT, HttpMethod.POST],
        opt={"form": CONFIRM, "quota": "act_on_codes"},
    )  # fmt: skip
    async def act(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Act)
        codes = await TradingCode.act(body.code_id, body.action, by=request.user)
        return await respond(request, codes if len(codes) > 1 else codes[0])
