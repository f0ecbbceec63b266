from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, post

from app.live.event import committed
from app.notifications import tables
from app.notifications.pages import BROADCAST, broadcast_form
from app.web.guards import admins, signed_in
from app.web.request_body import Choice, Needed, read
from app.web.responses import answer


class Broadcast(msgspec.Struct):
    message: Needed
    level: Choice = "info"


class Seen(msgspec.Struct):
    up_to: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1, description="This must be the id of an event.")]


class NotificationActions(Controller):
    guards = [signed_in]

    @post("/api/admin/broadcast", guards=[admins], opt={"form": BROADCAST})
    async def broadcast(self, request: Request[Any, Any, Any]) -> Response[Any]:
        wanted = await read(request, Broadcast)
        sent = await tables.broadcast(wanted.message, wanted.level, by=request.user)
        said = {"id": committed()[-1].id, "message": sent.message, "level": sent.level}
        return await answer(request, said, 201, form=broadcast_form())

    @post("/api/notifications/seen", status_code=200)
    async def seen(self, request: Request[Any, Any, Any]) -> Response[Any]:
        wanted = await read(request, Seen)
        return await answer(request, {"up_to": await tables.see(request.user, wanted.up_to)})
