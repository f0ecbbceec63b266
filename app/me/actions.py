from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post

from app.errors import MARKED, Invalid, NotSignedIn
from app.i18n.message import say
from app.me.pages import (
    BEGIN,
    CONFIRM,
    EMAIL,
    FACTOR,
    LOCALE,
    ME,
    PASSWORD,
    SECRET,
    BeginFactor,
    ChangeFactor,
    ChosenLocale,
    ConfirmFactor,
    NewEmail,
    NewPasswordOfMine,
    Require,
)
from app.messages.pages import write_form
from app.people.actions import caller, check_code, signed_in
from app.people.pages import SESSIONS, EndSession
from app.people.tables import Person, Session
from app.rules.tables import DeskRule
from app.second_factor.tables import RecoveryCode, SecondFactor
from app.web.done import note_done
from app.web.forms import show_form
from app.web.guards import admins, somebody
from app.web.negotiation import is_htmx, wants_json
from app.web.redirects import to
from app.web.request_body import read
from app.web.responses import note_recorded, page


class MyPages(Controller):
    guards = [somebody]

    @get("/me")
    async def me(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if wants_json(request):
            return Response(as_json(request.user))
        chosen = {"language": request.user.language or "", "zone": request.user.zone or ""}
        person = await Person.with_id(request.user.id)
        return await page(
            request, ME, "me/page.html", ME.link.label, locale_form=await LOCALE.form(chosen),
            password_form=await PASSWORD.form({}), email_form=await EMAIL.form({"email": person.email}),
            write=None if person.is_admin else await write_form(person, person),
        )  # fmt: skip

    @get("/me/sessions")
    async def sessions(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await show_form(request, SESSIONS, {})

    @post("/me/sessions/end", status_code=200, opt={"takes": EndSession, "quota": "choose"})
    async def end_session(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, EndSession)
        await Session.end_of(request.user.id, body.session_id)
        return settled(request, {"ended": body.session_id}, "signed-out-there")

    @post("/me/password", status_code=200, opt={"form": PASSWORD, "quota": "choose"})
    async def change_password(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, NewPasswordOfMine)
        person = await verified(request, body.password)
        try:
            await person.change_password(body.new_password, by=person)
        except Invalid as error:
            raise Invalid(error.message, {"new_password": error.fields.get("password", error.message)}) from None
        # All sessions are over, this one too.
        response = await signed_in(request, await Person.with_id(person.id), "/me")
        if is_htmx(request):
            response.status_code, response.headers["HX-Redirect"] = 200, "/me"
        return note_done(response, (), "password-changed")

    @post("/me/email", status_code=200, opt={"form": EMAIL, "quota": "choose"})
    async def change_email(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, NewEmail)
        person = await verified(request, body.password)
        await person.change_email(body.email, by=person)
        return settled(request, {"email": body.email}, "email-changed")

    @post("/me", status_code=200, opt={"form": LOCALE, "quota": "choose"})
    async def choose(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, ChosenLocale)
        person = await request.user.choose(body.language, body.zone)
        entries = note_recorded(request, person)
        if wants_json(request):
            return Response(as_json(person))
        # Not as fragments: nothing that the page shows stays as it is.
        return note_done(_to_me(request), entries)


class SecondFactorOfMine(Controller):
    path = "/me/second-factor"
    guards = [somebody]

    @get()
    async def second_factor(self, request: Request[Any, Any, Any]) -> Response[Any]:
        has_one = await SecondFactor.of(request.user.id) is not None
        if wants_json(request):
            return Response({"on": has_one, "recovery_codes": await RecoveryCode.left(request.user.id)})
        return await show_form(request, FACTOR if has_one else BEGIN, {})

    @post("/begin", status_code=200, opt={"form": BEGIN, "quota": "choose"})
    async def begin(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, BeginFactor)
        person = await verified(request, body.password)
        factor = await SecondFactor.begin(person.id)
        if wants_json(request):
            return Response({"secret": factor.secret, "uri": factor.uri(person.username)})
        return await show_form(request, SECRET, {})

    @post("/confirm", status_code=200, opt={"form": CONFIRM, "quota": "choose"})
    async def confirm(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, ConfirmFactor)
        return await _shown_once(request, await SecondFactor.confirm(request.user.id, body.code, by=request.user))

    @post("/recovery-codes", status_code=200, opt={"form": FACTOR, "quota": "choose"})
    async def renew(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, ChangeFactor)
        person = await _proved(request, body)
        return await _shown_once(request, await RecoveryCode.renew(person.id, by=person))

    @post("/remove", status_code=200, opt={"form": FACTOR, "quota": "choose"})
    async def remove(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, ChangeFactor)
        person = await _proved(request, body)
        await person.remove_second_factor(by=person)
        return settled(request, {"on": False}, "factor-removed")


class SecondFactorOfAdmins(Controller):
    guards = [admins]

    @post("/api/admin/second-factor", status_code=200, opt={"takes": Require, "quota": "act_on_people"})
    async def require(self, request: Request[Any, Any, Any]) -> Response[Any]:
        body = await read(request, Require)
        if body.required == "yes":
            await Person.require_second_factor(by=request.user)
        else:
            await DeskRule.leave_second_factor(by=request.user)
        return settled(request, {"required": body.required == "yes"}, "rule-changed")


async def _proved(request: Request[Any, Any, Any], body: ChangeFactor) -> Person:
    """Whoever is signed in, once they have given password and code again. Raises Invalid."""
    person = await verified(request, body.password)
    try:
        await check_code(request, person, body.code)
    except NotSignedIn as error:
        raise Invalid(MARKED, error.fields) from None
    return person


async def _shown_once(request: Request[Any, Any, Any], codes: list[str]) -> Response[Any]:
    """Recovery codes, in the dialog or as a page."""
    if wants_json(request):
        return Response({"recovery_codes": codes})
    return await show_form(request, CONFIRM, {"codes": codes})


def settled(request: Request[Any, Any, Any], json: dict[str, Any], done: str) -> Response[Any]:
    """Of what one's own page has changed, which is not live."""
    if wants_json(request):
        return Response(json)
    return note_done(_to_me(request), (), done)


def _to_me(request: Request[Any, Any, Any]) -> Response[Any]:
    return Response("", headers={"HX-Redirect": "/me"}) if is_htmx(request) else to("/me")


async def verified(request: Request[Any, Any, Any], password: str) -> Person:
    """Whoever is signed in, once they have given their password again: counted as a sign-in is. Raises Invalid."""
    try:
        return await Person.signing_in(request.user.username, password, caller(request))
    except NotSignedIn:
        raise Invalid(MARKED, {"password": say("This is not your password.")}) from None


def as_json(person: Person) -> dict[str, Any]:
    return {
        "username": person.username, "role": person.role, "language": person.language or "", "zone": person.zone or "",
    }  # fmt: skip
