from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, HttpMethod, Request, Response, post, route

from app.accounts.tables import CustomerAccount
from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.requests.pages import ASK, DECIDE, MOVE, Ask, Decide, Move
from app.requests.tables import AccountRequest
from app.web.fields import Id
from app.web.guards import admins, clients
from app.web.request_body import read
from app.web.responses import respond


class Withdraw(msgspec.Struct):
    request_id: Id


class ClientRequests(Controller):
    guards = [clients]

    @post("/api/extend-code", opt={"form": ASK, "quota": "ask"})
    async def ask(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Ask)
        account = await CustomerAccount.of(request.user, body.account_id)
        asked = await AccountRequest.ask(account, body.plan, body.note, by=request.user)
        return await respond(request, asked, 201, spent=account.status)

    @post("/api/move-account", opt={"form": MOVE, "quota": "ask"})
    async def move(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Move)
        account = await CustomerAccount.of(request.user, body.account_id)
        asked = await AccountRequest.ask_to_move(
            account, body.platform or account.platform, body.account_number, body.note, by=request.user
        )
        return await respond(request, asked, 201, spent=account.status)

    @post("/api/extension-requests/withdraw", status_code=200, opt={"takes": Withdraw, "quota": "withdraw"})
    async def withdraw(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Withdraw)
        asked = await AccountRequest.of(request.user, body.request_id)
        return await respond(request, await asked.withdraw(by=request.user))


class AdminRequestActions(Controller):
    guards = [admins]

    @route(
        "/api/admin/extension-requests", http_method=[HttpMethod.PUT, HttpMethod.POST],
        opt={"form": DECIDE, "quota": "decide"},
    )  # fmt: skip
    async def decide(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Decide)
        asked = await AccountRequest.of(request.user, body.request_id)
        if body.action == "approve":
            return await respond(request, await asked.approve(by=request.user), spent="approved")
        if body.action == "reject":
            return await respond(request, await asked.reject(body.reason, by=request.user), spent="rejected")
        raise Invalid(MARKED, {"action": say("Choose one of {choices}.", choices="approve, reject")})
