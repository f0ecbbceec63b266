from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie

from app.people.pages import LOGIN, ME, READING, REGISTER
from app.people.session_middleware import cookie_name, token_of
from app.people.tables import ABSOLUTE, Person, Session
from app.settings import settings
from app.web.forms import show_form
from app.web.guards import signed_in as only_signed_in
from app.web.negotiation import is_htmx, wants_json
from app.web.redirects import home, local, to
from app.web.request_body import Needed, read
from app.web.responses import note_recorded, page


class SignIn(msgspec.Struct):
    username: Needed
    password: Needed
    next: str = ""


class Registration(msgspec.Struct):
    username: Needed
    email: Needed
    password: Needed


class Reading(msgspec.Struct):
    language: str = ""
    zone: str = ""


class AuthController(Controller):
    include_in_schema = False

    @get("/login")
    async def login_page(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.user is not None:
            return to(home(request.user))
        return await show_form(request, LOGIN, {"next": request.query_params.get("next", "")})

    @get("/register")
    async def register_page(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.user is not None:
            return to(home(request.user))
        return await show_form(request, REGISTER, {})

    @post("/login", status_code=200, opt={"form": LOGIN, "quota": "sign_in"})
    async def login(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, SignIn)
        person = await Person.signing_in(body.username, body.password, address(request))
        return await signed_in(request, person, local(body.next))

    @post("/register", opt={"form": REGISTER, "quota": "register"})
    async def register(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Registration)
        person = await Person.register(body.username, body.email, body.password)
        note_recorded(request, person)  # signing in may still fail: then they are told that they are registered
        return await signed_in(request, person, None)

    @post("/logout", status_code=200, opt={"quota": "sign_out"})
    async def logout(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if request.auth is not None:
            await request.auth.end()
        response = Response({"signed_out": True}) if wants_json(request) else to("/login")
        response.set_cookie(cookie("", max_age=0))
        return response


class MyPages(Controller):
    guards = [only_signed_in]

    @get("/me")
    async def me(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if wants_json(request):
            return Response(as_json(request.user))
        chosen = {"language": request.user.language or "", "zone": request.user.zone or ""}
        return await page(request, ME, "people/me.html", ME.link.label, reading=READING.form(chosen))

    @post("/me", status_code=200, opt={"form": READING, "quota": "choose"})
    async def choose(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Reading)
        person = await request.user.choose(body.language, body.zone)
        note_recorded(request, person)
        if wants_json(request):
            return Response(as_json(person))
        # Not as fragments: nothing that the page shows stays as it is.
        return Response("", headers={"HX-Redirect": "/me"}) if is_htmx(request) else to("/me")


def as_json(person: Person) -> dict[str, Any]:
    return {
        "username": person.username, "role": person.role, "language": person.language or "", "zone": person.zone or "",
    }  # fmt: skip


async def signed_in(request: Request[Any, Any, Any], person: Person, next_page: str | None) -> Response[Any]:
    token = await Session.start(
        person,
        address=address(request),
        browser=request.headers.get("user-agent", ""),
        instead_of=token_of(request),
    )
    if wants_json(request):
        response: Response[Any] = Response({"username": person.username, "role": person.role}, status_code=200)
    else:
        response = to(next_page or home(person))
    response.set_cookie(cookie(token, max_age=int(ABSOLUTE.total_seconds())))
    return response


def cookie(token: str, max_age: int) -> Cookie:
    """To delete it takes the same flags: without Secure a browser ignores a change of a `__Host-` cookie."""
    return Cookie(
        key=cookie_name(), value=token, path="/", max_age=max_age, httponly=True, samesite="lax",
        secure=settings().production,
    )  # fmt: skip


def address(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else "unknown"
