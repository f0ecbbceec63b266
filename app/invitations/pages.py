from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.i18n.message import say
from app.invitations.tables import TOKEN_LENGTH, Invitation
from app.labels import label
from app.people.emails import Email
from app.people.names import Username
from app.people.pages import person_context
from app.people.passwords import NewPassword
from app.people.tables import ROLES
from app.web.fields import Choice, Id
from app.web.forms import FormPage, show_form
from app.web.guards import admins

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=TOKEN_LENGTH), say("This link is not whole.")]


class Invite(msgspec.Struct):
    role: Choice


class PasswordLink(msgspec.Struct):
    person_id: Id


class Join(msgspec.Struct):
    token: Token
    username: Username
    email: Email
    password: NewPassword


class SetPassword(msgspec.Struct):
    token: Token
    password: NewPassword


INVITE = FormPage(
    "invite", "invitations/invite_form.html", say("Invite somebody"), "people", Invite, "/admin/people",
    options={"role": [(role, label(role)) for role in ROLES]}, defaults={"role": ROLES[0], "link": ""},
)  # fmt: skip
PASSWORD_LINK = FormPage(
    "password-link", "invitations/password_link.html", say("Link for a new password"), "people", PasswordLink,
    "/admin/people", person_context, defaults={"link": ""},
)  # fmt: skip
JOIN = FormPage(
    "join", "invitations/join_form.html", say("Welcome to Codedesk"), "register", Join, "/login",
    page="invitations/plain_page.html",
)  # fmt: skip
SET_PASSWORD = FormPage(
    "set-password", "invitations/set_password_form.html", say("Set a new password"), "login", SetPassword, "/login",
    page="invitations/plain_page.html",
)  # fmt: skip


def form_of(invitation: Invitation) -> FormPage:
    return JOIN if invitation.person is None else SET_PASSWORD


class InvitationPages(Controller):
    path = "/admin/people"
    guards = [admins]
    include_in_schema = False

    @get("/invite")
    async def invite(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await show_form(request, INVITE, {})

    @get("/{person_id:int}/password-link")
    async def password_link(self, request: Request[Any, Any, Any], person_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, PASSWORD_LINK, {"person_id": str(person_id)})


class WelcomePage(Controller):
    include_in_schema = False

    @get("/welcome")
    async def welcome(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """The token stands in the query, which no log line has."""
        token = request.query_params.get("token", "")
        values: Mapping[str, Any] = {"token": token}
        return await show_form(request, form_of(await Invitation.with_token(token)), values)
