from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie

from app.people.pages import LOGIN, REGISTER, Registration, SignIn
from app.people.session_middleware import cookie_name, token_of
from app.people.tables import ABSOLUTE, Person, Session
from app.settings import settings
from app.web.forms import show_form
from app.web.negotiation import wants_json
from app.web.redirects import home, local, to
from app.web.request_body import read
from app.web.responses import note_recorded


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
