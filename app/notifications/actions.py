from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, post

from app.i18n.message import say
from app.live.fragments import Partial
from app.live.log import recorded
from app.notifications import tables
from app.notifications.pages import BROADCAST, Broadcast, broadcast_form
from app.notifications.undo import undo
from app.web.fields import Id
from app.web.guards import admins, signed_in
from app.web.request_body import read
from app.web.responses import respond


class Seen(msgspec.Struct):
    up_to: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1), say("This must be the id of an event.")]


class Undo(msgspec.Struct):
    """The entries of the log that the action has made: the first and the last."""

    first: Id
    last: Id


class NotificationActions(Controller):
    guards = [signed_in]

    @post("/api/admin/broadcast", guards=[admins], opt={"form": BROADCAST, "quota": "broadcast"})
    async def broadcast(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Broadcast)
        sent = await tables.broadcast(body.message, body.level, by=request.user)
        [entry] = recorded(sent)
        json = {"id": entry.id, "message": body.message.strip(), "level": body.level}
        return await respond(request, json, 201, written_in=sent, form=await broadcast_form(body.message.strip()))

    @post("/api/notifications/seen", status_code=200, opt={"takes": Seen, "quota": "see"})
    async def seen(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Seen)
        person = await tables.see(request.user, body.up_to)
        return await respond(request, {"up_to": person.seen_event}, written_in=person.written_in)

    @post("/api/admin/undo", guards=[admins], status_code=200, opt={"takes": Undo, "quota": "undo"})
    async def undo(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Undo)
        rows = await undo(body.first, body.last, request.user)
        said = Partial(f"#toast-{body.first}", "innerHTML", page_wide=True)  # what is no more so
        return await respond(request, rows if len(rows) > 1 else rows[0], also=[said])
