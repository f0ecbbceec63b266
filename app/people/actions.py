from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie

from app.db import transaction
from app.errors import MARKED, Conflict, Invalid, NotSignedIn
from app.i18n.message import say
from app.live.event import Actor
from app.people.pages import (
    LOGIN,
    LOGIN_CODE,
    REGISTER,
    Act,
    Registration,
    SignIn,
    SignInWithCode,
)
from app.people.session_middleware import cookie_name, device_cookie_name, token_of
from app.people.tables import ABSOLUTE, Person
from app.second_factor.tables import WRONG_CODE, SecondFactor
from app.settings import settings
from app.sign_in_steps.tables import OVER, HalfSignIn
from app.signing_in.caller import Caller
from app.signing_in.tables import DEVICE_KEPT, Device, SignInFailure
from app.web.addresses import client_address, network_of
from app.web.cookies import cookie as web_cookie
from app.web.done import note_done
from app.web.forms import show_form
from app.web.guards import admins
from app.web.negotiation import is_htmx, wants_json
from app.web.redirects import home, local, to
from app.web.request_body import read
from app.web.responses import note_recorded, respond

logger = logging.getLogger(__name__)


class AuthController(Controller):
    include_in_schema = False

    @get("/login")
    async def login_page(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.user is not None:
            return to(home(request.user))
        return await show_form(request, LOGIN, {"next": local(request.query_params.get("next", "")) or ""})

    @get("/register")
    async def register_page(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.user is not None:
            return to(home(request.user))
        return await show_form(request, REGISTER, {})

    @post("/login", status_code=200, opt={"form": LOGIN, "quota": "sign_in"})
    async def login(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, SignIn)
        person = await Person.signing_in(body.username, body.password, caller(request))
        if await SecondFactor.of(person.id) is not None and (body.code or wants_json(request)):
            await check_code(request, person, body.code)
            return await signed_in(request, person, local(body.next))
        return await signed_in_or_asked(request, person, local(body.next))

    @post("/login/code", status_code=200, opt={"form": LOGIN_CODE, "quota": "sign_in"})
    async def login_with_code(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, SignInWithCode)
        half = await HalfSignIn.try_once(body.token)
        person = await Person.with_id(half.person)
        if not person.active or not half.is_of(person.password_hash):
            raise NotSignedIn(OVER, {"code": OVER})
        await check_code(request, person, body.code)
        await half.end()
        return await signed_in(request, person, local(half.next_page))

    @post("/register", opt={"form": REGISTER, "quota": "register"})
    async def register(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Registration)
        person = await Person.register(
            body.username, body.email, body.password, network=network_of(client_address(request))
        )
        # Signing in may still fail: then they are told that they are registered.
        entries = note_recorded(request, person)
        return note_done(await signed_in(request, person, None), entries)

    @post("/logout", status_code=200, opt={"quota": "sign_out"})
    async def logout(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.auth is not None:
            await request.auth.end()
        if wants_json(request):
            response: Response[Any] = Response({"signed_out": True})
        else:
            response = Response("", headers={"HX-Redirect": "/login"}) if is_htmx(request) else to("/login")
        response.set_cookie(cookie(cookie_name(), "", timedelta()))
        return note_done(response, (), "signed-out")


class PeopleActions(Controller):
    guards = [admins]

    @post("/api/admin/people", status_code=200, opt={"takes": Act, "quota": "act_on_people"})
    async def act(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Act)
        person = await Person.with_id(body.person_id)
        if body.action not in ACTIONS:
            raise Invalid(MARKED, {"action": say("Choose one of {choices}.", choices=", ".join(ACTIONS))})
        async with transaction() as written_in:
            await ACTIONS[body.action](person, request.user)
        changed = await Person.with_id(person.id)
        json = {"id": changed.id, "username": changed.username, "role": changed.role, "active": changed.active}
        return await respond(request, json, written_in=written_in)


async def _remove_factor(person: Person, by: Actor) -> None:
    """Of somebody else: one's own takes password and code (app/me), which a session that was left open does not have.
    Raises Conflict."""
    if person.id == by.id:
        raise Conflict(say("Remove your own second factor in your settings: it takes your password and a code."))
    await person.remove_second_factor(by)


ACTIONS: Mapping[str, Callable[[Person, Actor], Awaitable[None]]] = {
    "suspend": Person.suspend,
    "restore": Person.restore,
    "make-admin": lambda person, by: person.change_role("admin", by),
    "make-client": lambda person, by: person.change_role("client", by),
    "sign-out": Person.sign_out_everywhere,
    "remove-factor": _remove_factor,
}
"""What an admin can do about somebody's sign-in."""


async def signed_in_or_asked(request: Request[Any, Any, Any], person: Person, next_page: str | None) -> Response[Any]:
    """Of somebody whose password was right: lets them in, or asks for the code of their second factor."""
    if await SecondFactor.of(person.id) is None:
        return await signed_in(request, person, next_page)
    token = await HalfSignIn.start(person.id, person.password_hash, next_page or "")
    if wants_json(request):
        return Response({"username": person.username, "token": token}, status_code=200)
    return await show_form(request, LOGIN_CODE, {"token": token})


async def check_code(request: Request[Any, Any, Any], person: Person, code: str) -> None:
    """Raises NotSignedIn for a wrong one, which counts as a wrong password does, and TooMany after too many."""
    who = caller(request)
    known = await Device.known(person.username, who)
    async with transaction():
        # One after another: of a crowd of guesses at once, all would be let through before the first is counted.
        await SecondFactor.hold(person.id)
        await SignInFailure.ensure_few(person.username, who, known)
        is_right = await SecondFactor.accepts(person.id, code, by=person)
        if not is_right:
            await SignInFailure.note(person.username, who, known)
    if not is_right:
        told = {"address": who.address, "username": person.username}
        logger.warning("failed sign-in: %s", WRONG_CODE, extra=told)
        raise NotSignedIn(WRONG_CODE, {"code": WRONG_CODE})


async def signed_in(request: Request[Any, Any, Any], person: Person, next_page: str | None) -> Response[Any]:
    session, device = await person.let_in(caller(request))
    if wants_json(request):
        response: Response[Any] = Response({"username": person.username, "role": person.role}, status_code=200)
    else:
        response = to(next_page or home(person))
    response.set_cookie(cookie(cookie_name(), session, ABSOLUTE))
    response.set_cookie(cookie(device_cookie_name(), device, DEVICE_KEPT))
    return response


def cookie(name: str, value: str, max_age: timedelta) -> Cookie:
    """To delete it takes the same flags: without Secure a browser ignores a change of a `__Host-` cookie."""
    return Cookie(
        key=name, value=value, path="/", max_age=int(max_age.total_seconds()), httponly=True, samesite="lax",
        secure=settings().production,
    )  # fmt: skip


def caller(request: Request[Any, Any, Any]) -> Caller:
    address = client_address(request)
    return Caller(
        address=address,
        network=network_of(address),
        browser=request.headers.get("user-agent", ""),
        session=token_of(request),
        device=web_cookie(request, device_cookie_name()),
    )
