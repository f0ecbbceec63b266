from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, post

from app.errors import NotFound
from app.i18n.message import say
from app.invitations.pages import (
    INVITE,
    JOIN,
    PASSWORD_LINK,
    SET_PASSWORD,
    Invite,
    Join,
    PasswordLink,
    SetPassword,
)
from app.invitations.tables import Invitation
from app.people.actions import signed_in, signed_in_or_asked
from app.people.tables import Person
from app.web.addresses import client_address, network_of
from app.web.forms import FormPage, show_form
from app.web.guards import admins
from app.web.negotiation import wants_json
from app.web.request_body import read


class InvitationActions(Controller):
    guards = [admins]

    @post("/api/admin/invitations", opt={"form": INVITE, "quota": "invite"})
    async def invite(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Invite)
        invitation, token = await Invitation.to_join(body.role, by=request.user)
        return await _shown(request, INVITE, {"role": body.role}, invitation, token)

    @post("/api/admin/people/password-link", opt={"form": PASSWORD_LINK, "quota": "invite"})
    async def password_link(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, PasswordLink)
        person = await Person.with_id(body.person_id)
        invitation, token = await Invitation.for_password(person, by=request.user)
        return await _shown(request, PASSWORD_LINK, {"person_id": str(person.id)}, invitation, token)


async def _shown(
    request: Request[Any, Any, Any], form: FormPage, values: dict[str, Any], invitation: Invitation, token: str
) -> Response[Any]:
    """The link, this once: in the dialog, or as a page."""
    link = f"{str(request.base_url).rstrip('/')}/welcome?token={token}"
    if wants_json(request):
        return Response({"link": link, "expires_at": invitation.expires_at.isoformat()}, status_code=201)
    return await show_form(request, form, {**values, "link": link, "until": invitation.expires_at}, status=201)


class WelcomeActions(Controller):
    @post("/welcome/join", opt={"form": JOIN, "quota": "register"})
    async def join(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Join)
        invitation = await Invitation.with_token(body.token)
        if invitation.person is not None:
            raise NotFound(say("There is no such link to join."))
        person = await invitation.join(body.username, body.email, body.password, network_of(client_address(request)))
        return await signed_in(request, person, None)

    @post("/welcome/password", status_code=200, opt={"form": SET_PASSWORD, "quota": "register"})
    async def set_password(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, SetPassword)
        invitation = await Invitation.with_token(body.token)
        if invitation.person is None:
            raise NotFound(say("There is no such link for a password."))
        return await signed_in_or_asked(request, await invitation.set_password(body.password), None)
