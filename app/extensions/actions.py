from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, HttpMethod, Request, Response, post, route

from app.accounts.tables import CustomerAccount
from app.errors import MARKED, Invalid
from app.extensions.pages import ASK, DECIDE, Ask, Decide
from app.extensions.tables import ExtensionRequest
from app.i18n.message import say
from app.web.fields import Id
from app.web.guards import admins, clients
from app.web.request_body import read
from app.web.responses import respond


class Withdraw(msgspec.Struct):
    request_id: Id


class ClientExtensions(Controller):
    guards = [clients]

    @post("/api/extend-code", opt={"form": ASK, "quota": "ask"})
    async def ask(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Ask)
        account = await CustomerAccount.of(request.user, body.account_id)
        asked = await ExtensionRequest.ask(account, body.plan, body.note, by=request.user)
        return await respond(request, asked, 201, spent=account.status)

    @post("/api/extension-requests/withdraw", status_code=200, opt={"takes": Withdraw, "quota": "withdraw"})
    async def withdraw(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Withdraw)
        extension = await ExtensionRequest.of(request.user, body.request_id)
        return await respond(request, await extension.withdraw(by=request.user))


class AdminExtensionActions(Controller):
    guards = [admins]

    @route(
        "/api/admin/extension-requests", http_method=[HttpMethod.PUT, HttpMethod.POST],
        opt={"form": DECIDE, "quota": "decide"},
    )  # fmt: skip
    async def decide(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Decide)
        extension = await ExtensionRequest.of(request.user, body.request_id)
        if body.action == "approve":
            return await respond(request, await extension.approve(by=request.user), spent="approved")
        if body.action == "reject":
            return await respond(request, await extension.reject(body.reason, by=request.user), spent="rejected")
        raise Invalid(MARKED, {"action": say("Choose one of {choices}.", choices="approve, reject")})
