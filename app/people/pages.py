"""The forms to sign in and to register. Their handlers stand together in actions.py: Litestar allows a path in one
controller only."""

from __future__ import annotations

import msgspec

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


LOGIN = FormPage("login", "people/login_form.html", "Sign in", "login", SignIn, "/login", page="people/login.html")
REGISTER = FormPage(
    "register", "people/register_form.html", "Create your account", "register", Registration, "/register",
    page="people/register.html",
)  # fmt: skip
