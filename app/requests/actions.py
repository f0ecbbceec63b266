from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, HttpMethod, Request, Response, get, post, route

from app.accounts.tables import CustomerAccount
from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.requests.bulk import CONFIRM, DecideSelected, Select
from app.requests.pages import ADMIN_REQUESTS, ASK, DECIDE, MOVE, Ask, Decide, Move
from app.requests.tables import AccountRequest
from app.selections.acting import select, selected, to_confirm
from app.web.fields import Id
from app.web.forms import show_form
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


class BulkRequestActions(Controller):
    guards = [admins]

    @get("/admin/extensions/confirm", include_in_schema=False)
    async def confirm(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Names what would be decided."""
        chosen, view = await to_confirm(request, ADMIN_REQUESTS)
        values = {"request_id": chosen, "action": request.query_params.get("action", ""), "view": view}
        return await show_form(request, CONFIRM, values)

    @post("/api/admin/extensions/select", status_code=200, opt={"takes": Select, "quota": "select"})
    async def select(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Select)
        return await select(request, ADMIN_REQUESTS, body.view, body.scope, body.request_id)

    @post("/api/admin/extensions/selected", status_code=200, opt={"form": CONFIRM, "quota": "decide"})
    async def decide_selected(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, DecideSelected)
        _, chosen = await selected(request, ADMIN_REQUESTS, body.view, body.request_id, as_ticks=bool(body.ticked))
        return await respond(
            request, await AccountRequest.decide_selected(chosen, body.action, body.reason, by=request.user)
        )
