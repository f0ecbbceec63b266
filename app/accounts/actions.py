from __future__ import annotations

from typing import Any

from litestar import Controller, HttpMethod, Request, Response, post, route

from app.accounts.pages import (
    CREATE,
    EXTEND,
    MOVE_BY_HAND,
    START_TRIAL,
    Act,
    Create,
    Extend,
    MoveByHand,
    StartTrial,
)
from app.accounts.tables import ACTIONS, CustomerAccount
from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.web.guards import admins, clients
from app.web.request_body import read
from app.web.responses import respond


class AccountActions(Controller):
    guards = [admins]

    @post("/api/admin/extend-customer", status_code=200, opt={"form": EXTEND, "quota": "extend"})
    async def extend(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Extend)
        account = await CustomerAccount.of(request.user, body.account_id)
        return await respond(request, await account.extend(body.days, by=request.user))

    @post("/api/admin/create-account", opt={"form": CREATE, "quota": "create_account"})
    async def create(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Create)
        account = await CustomerAccount.create(
            body.username, platform=body.platform, account_number=body.account_number, plan=body.plan,
            by=request.user, product=body.product, trial_days=body.trial_days,
        )  # fmt: skip
        return await respond(request, account, 201)

    @post("/api/admin/move-account", status_code=200, opt={"form": MOVE_BY_HAND, "quota": "act_on_accounts"})
    async def move(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, MoveByHand)
        account = await CustomerAccount.of(request.user, body.account_id)
        moved = await account.move(body.platform or account.platform, body.account_number, by=request.user)
        return await respond(request, moved)

    @route(
        "/api/admin/accounts", http_method=[HttpMethod.PUT, HttpMethod.POST],
        opt={"takes": Act, "quota": "act_on_accounts"},
    )  # fmt: skip
    async def act(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Act)
        account = await CustomerAccount.of(request.user, body.account_id)
        if body.action not in ACTIONS:
            raise Invalid(MARKED, {"action": say("Choose one of {choices}.", choices=", ".join(ACTIONS))})
        return await respond(request, await ACTIONS[body.action].verb(account, request.user, body.reason))


class TrialActions(Controller):
    guards = [clients]

    @post("/api/start-trial", opt={"form": START_TRIAL, "quota": "generate"})
    async def start(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, StartTrial)
        account = await CustomerAccount.start_trial(
            request.user, platform=body.platform, account_number=body.account_number, product=body.product
        )
        return await respond(request, account, 201)
