"""The forms to sign in and to register, and a person's own page. Their handlers stand together in actions.py: Litestar
allows a path in one controller only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from app.i18n.locale import LANGUAGES, zones
from app.i18n.message import say
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.people.emails import Email
from app.people.names import Username
from app.people.passwords import NewPassword, Password
from app.web.fields import Path
from app.web.forms import FormPage


class SignIn(msgspec.Struct):
    username: Username
    password: Password
    next: Path = ""


class Registration(msgspec.Struct):
    username: Username
    email: Email
    password: NewPassword


LOGIN = FormPage("login", "people/login_form.html", say("Sign in"), "login", SignIn, "/login", page="people/login.html")
REGISTER = FormPage(
    "register", "people/register_form.html", say("Create your account"), "register", Registration, "/register",
    page="people/register.html",
)  # fmt: skip


class Me(Page):
    """What a person sets for themselves; nothing of it is live but what stands around it."""

    path = "/me"
    link = NavLink("me", say("Your settings"), 100)
    in_navigation = False
    roles = frozenset({"admin", "client"})

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return ()


ME = Me()


class ChosenLocale(msgspec.Struct):
    language: Annotated[str, msgspec.Meta(max_length=8), say("Please choose one.")] = ""
    zone: Annotated[str, msgspec.Meta(max_length=64), say("Please choose one.")] = ""


LOCALE = FormPage(
    "locale", "people/locale_form.html", say("Language and times"), "me", ChosenLocale, "/me",
    options={
        "language": [("", say("As my browser asks")), *LANGUAGES.items()],
        "zone": [("", say("As the desk has it")), *((name, name) for name in zones())],
    },
)  # fmt: skip
