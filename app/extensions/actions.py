from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, HttpMethod, Request, Response, post, route

from app.accounts.tables import CustomerAccount
from app.errors import Invalid
from app.extensions.pages import ASK, DECIDE
from app.extensions.tables import ExtensionRequest
from app.web.guards import admins, clients
from app.web.request_body import Choice, Id, read
from app.web.responses import respond


class Ask(msgspec.Struct):
    account_id: Id
    plan: Choice
    note: str = ""


class Withdraw(msgspec.Struct):
    request_id: Id


class Decide(msgspec.Struct):
    request_id: Id
    action: Choice
    reason: str = ""


class ClientExtensions(Controller):
    guards = [clients]

    @post("/api/extend-code", opt={"form": ASK})
    async def ask(self, request: Request[Any, Any, Any]) -> Response[Any]:
        wanted = await read(request, Ask)
        account = await CustomerAccount.of(request.user, wanted.account_id)
        return await respond(
            request, await ExtensionRequest.ask(account, wanted.plan, wanted.note, by=request.user), 201
        )

    @post("/api/extension-requests/withdraw", status_code=200)
    async def withdraw(self, request: Request[Any, Any, Any]) -> Response[Any]:
        wanted = await read(request, Withdraw)
        found = await ExtensionRequest.of(request.user, wanted.request_id)
        return await respond(request, await found.withdraw(by=request.user))


class AdminExtensionActions(Controller):
    guards = [admins]

    @route("/api/admin/extension-requests", http_method=[HttpMethod.PUT, HttpMethod.POST], opt={"form": DECIDE})
    async def decide(self, request: Request[Any, Any, Any]) -> Response[Any]:
        wanted = await read(request, Decide)
        found = await ExtensionRequest.of(request.user, wanted.request_id)
        if wanted.action == "approve":
            return await respond(request, await found.approve(by=request.user))
        if wanted.action == "reject":
            return await respond(request, await found.reject(wanted.reason, by=request.user))
        raise Invalid("Please correct the marked fields.", {"action": "Choose approve or reject."})
