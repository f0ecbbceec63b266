from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, post

from app.list_views.pages import PIN, Pin, Unpin, list_at
from app.list_views.tables import PinnedView
from app.web.guards import admins
from app.web.request_body import read
from app.web.responses import respond


class ListViewActions(Controller):
    guards = [admins]

    @post("/api/admin/views", opt={"form": PIN, "quota": "pin"})
    async def pin(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Pin)
        _, view = list_at(request, body.view)
        return await respond(request, await PinnedView.pin(request.user, body.name, str(view)), 201)

    @post("/api/admin/views/unpin", status_code=200, opt={"takes": Unpin, "quota": "pin"})
    async def unpin(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Unpin)
        return await respond(request, await PinnedView.unpin(request.user, body.view_id))
