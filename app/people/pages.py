"""The forms to sign in and to register. Their handlers stand together in actions.py: Litestar allows a path in one
controller only."""

from __future__ import annotations

from app.i18n.message import say
from app.people import passwords
from app.web.forms import FormPage

LOGIN = FormPage("login", "people/login_form.html", say("Sign in"), "login", "/login", page="people/login.html")
REGISTER = FormPage(
    "register", "people/register_form.html", say("Create your account"), "register", "/register",
    page="people/register.html", limits={"password": {"minlength": passwords.LEAST, "maxlength": passwords.MOST}},
)  # fmt: skip
