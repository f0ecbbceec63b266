from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, post

from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.live.log import recorded
from app.messages.pages import ADMINS, WRITE, Write, write_form
from app.messages.tables import ABOUT, write
from app.web.guards import signed_in
from app.web.request_body import read
from app.web.responses import respond


class Messages(Controller):
    guards = [signed_in]

    @post("/api/messages", opt={"form": WRITE, "quota": "write"})
    async def write(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Write)
        if body.about not in ABOUT:
            raise Invalid(MARKED, {"about": say("Choose one of {choices}.", choices=", ".join(ABOUT))})
        if body.to not in ("", ADMINS):  # a note with a mistake here would go to its client
            raise Invalid(MARKED, {"to": say("Please choose one.")})
        about = await ABOUT[body.about].of(request.user, body.row_id)
        written = await write(
            about, body.message, request.user, for_admins=body.to == ADMINS, request_key=body.request_key
        )
        entries = recorded(written)
        json = {
            "id": entries[0].id if entries else None, "about": body.about, "row_id": body.row_id,
            "message": body.message.strip(),
        }  # fmt: skip
        return await respond(request, json, 201, written_in=written, form=await write_form(about, request.user))
