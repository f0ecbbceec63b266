"""The forms to sign in and to register, whose handlers stand in actions.py, as Litestar allows a path in one controller
only; and what an admin sees of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from app.i18n.message import say
from app.labels import label
from app.listings.columns import TITLES
from app.listings.controls import query_string
from app.listings.counts import Tabs
from app.listings.filter import Filter
from app.listings.list_page import ListPage
from app.listings.search import searched_name
from app.live.regions import Region
from app.live.views import NavLink, Reader
from app.people.emails import Email
from app.people.names import Username
from app.people.passwords import NewPassword, Password
from app.people.regions import STATUSES, people
from app.people.tables import Person, Session
from app.second_factor.tables import MOST_CODE, SecondFactor
from app.web.fields import Choice, Id, Path
from app.web.forms import FormPage, show_form
from app.web.guards import admins
from app.web.parameters import row_id


class SignIn(msgspec.Struct):
    username: Username
    password: Password
    next: Path = ""
    code: Annotated[str, msgspec.Meta(max_length=MOST_CODE), say("Enter the code.")] = ""
    """Of the second factor, for who sends all at once; else it is asked for next."""


Code = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_CODE), say("Enter the code.")]


class SignInWithCode(msgspec.Struct):
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=64), say("This form is not whole.")]
    code: Code


class Registration(msgspec.Struct):
    username: Username
    email: Email
    password: NewPassword


LOGIN = FormPage("login", "people/login_form.html", say("Sign in"), "login", SignIn, "/login", page="people/login.html")
LOGIN_CODE = FormPage(
    "login-code", "people/code_form.html", say("Your second factor"), "login", SignInWithCode, "/login",
    page="people/code_page.html",
)  # fmt: skip
REGISTER = FormPage(
    "register", "people/register_form.html", say("Create your account"), "register", Registration, "/register",
    page="people/register.html",
)  # fmt: skip


class Act(msgspec.Struct):
    person_id: Id
    action: Choice


class EndSession(msgspec.Struct):
    session_id: Id


async def sessions_context(person: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of a person whom an admin looks at, or one's own. Raises NotFound."""
    whose = person
    if values.get("person_id"):
        whose = await Person.with_id(row_id(values["person_id"]) or 0)
    return {
        "sessions": await Session.of(whose.id),
        "whose": whose,
        "is_own": whose.id == person.id,
        "own": person.session,
    }


SESSIONS = FormPage(
    "sessions", "people/sessions.html", say("Signed in"), "me", EndSession, "/me", sessions_context
)  # fmt: skip


async def person_context(person: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Raises NotFound."""
    whom = await Person.with_id(row_id(values.get("person_id")) or 0)
    # One's own is removed where password and code are asked for.
    return {"whom": whom, "has_factor": whom.id != person.id and await SecondFactor.of(whom.id) is not None}


PERSON_ACTIONS = FormPage(
    "person-actions", "people/actions.html", say("Person"), "people", Act, "/admin/people", person_context
)  # fmt: skip


class AdminPeople(ListPage):
    parameters = {**ListPage.parameters, "q": searched_name}
    path = "/admin/people"
    link = NavLink("people", say("People"), 40)
    title = say("People")
    element = "people"
    columns = (say("Name"), say("Email"), say("Role"), say("State"), say("Registered"), say("Actions"))
    hideable = {name: TITLES[name] for name in ("email", "role", "state")}
    placeholder = say("Part of a name")
    empty = say("Nobody yet.")
    template = "people/list_page.html"

    def tabs(self, status: str) -> Mapping[str, Any]:
        return {"client": say("Clients"), "admin": say("Admins"), "blocked": label("blocked")}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        filter = Filter.of(query, STATUSES)
        listing = people(reader.locale, filter.status, filter.q, filter.after, query_string(query, "after"))
        tabs = Tabs(
            element=f"{self.element}-tabs", channels=frozenset(), locale=reader.locale, path=self.path,
            statuses=tuple(self.labelled(filter.status)), status=filter.status,
            kept=query_string({name: query[name] for name in ("q", "hide") if query.get(name)}, ""),
        )  # fmt: skip
        return listing, tabs


ADMIN_PEOPLE = AdminPeople()


class PeoplePages(Controller):
    path = "/admin/people"
    guards = [admins]
    include_in_schema = False

    @get()
    async def people(self, request: Request[Any, Any, Any]) -> Response[Any]:
        return await ADMIN_PEOPLE.response(request)

    @get("/{person_id:int}/actions")
    async def actions(self, request: Request[Any, Any, Any], person_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, PERSON_ACTIONS, {"person_id": str(person_id)})

    @get("/{person_id:int}/sessions")
    async def sessions(self, request: Request[Any, Any, Any], person_id: FromPath[int]) -> Response[Any]:
        return await show_form(request, SESSIONS, {"person_id": str(person_id)})
