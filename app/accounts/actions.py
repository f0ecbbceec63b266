from __future__ import annotations

from typing import Any

from litestar import Controller, HttpMethod, Request, Response, get, post, route

from app.accounts.bulk import CONFIRM, ActOnSelected, Select
from app.accounts.pages import (
    ADMIN_ACCOUNTS,
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
from app.selections.acting import select, selected, to_confirm
from app.web.forms import show_form
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


class BulkAccountActions(Controller):
    guards = [admins]

    @get("/admin/accounts/confirm", include_in_schema=False)
    async def confirm(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Names what an action would change."""
        chosen, view = await to_confirm(request, ADMIN_ACCOUNTS)
        values = {"account_id": chosen, "action": request.query_params.get("action", ""), "view": view}
        return await show_form(request, CONFIRM, values)

    @post("/api/admin/accounts/select", status_code=200, opt={"takes": Select, "quota": "select"})
    async def select(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Select)
        return await select(request, ADMIN_ACCOUNTS, body.view, body.scope, body.account_id)

    @post("/api/admin/accounts/selected", status_code=200, opt={"form": CONFIRM, "quota": "act_on_accounts"})
    async def act_on_selected(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, ActOnSelected)
        listing, chosen = await selected(
            request, ADMIN_ACCOUNTS, body.view, body.account_id, as_ticks=bool(body.ticked)
        )
        accounts = await CustomerAccount.act_on_selected(
            chosen, body.action, request.user, reason=body.reason, days=body.days,
            statuses=listing.open_statuses(listing.filter),
        )  # fmt: skip
        return await respond(request, accounts)


class TrialActions(Controller):
    guards = [clients]

    @post("/api/start-trial", opt={"form": START_TRIAL, "quota": "generate"})
    async def start(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, StartTrial)
        account = await CustomerAccount.start_trial(
            request.user, platform=body.platform, account_number=body.account_number, product=body.product
        )
        return await respond(request, account, 201)
