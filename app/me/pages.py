from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import msgspec
import segno
from markupsafe import Markup

from app.i18n.locale import LANGUAGES, zones
from app.i18n.message import say
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.people.emails import Email
from app.people.pages import Code
from app.people.passwords import NewPassword, Password
from app.people.tables import LIMITED
from app.records.timeline import timeline
from app.rules.tables import REQUIRED, DeskRule
from app.second_factor.tables import RecoveryCode, SecondFactor
from app.web.forms import FormPage
from app.web.parameters import canonical_id


class Me(Page):
    """What a person sets for themselves, and their own record."""

    path = "/me"
    link = NavLink("me", say("Your settings"), 100)
    in_navigation = False
    roles = frozenset({"admin", "client", LIMITED})
    parameters = {"after": canonical_id}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        return (timeline(reader, "person", reader.id, self.path, query),)


ME = Me()


class ChosenLocale(msgspec.Struct):
    language: Annotated[str, msgspec.Meta(max_length=8), say("Please choose one.")] = ""
    zone: Annotated[str, msgspec.Meta(max_length=64), say("Please choose one.")] = ""


LOCALE = FormPage(
    "locale", "me/locale_form.html", say("Language and times"), "me", ChosenLocale, "/me",
    options={
        "language": [("", say("As my browser asks")), *LANGUAGES.items()],
        "zone": [("", say("As the desk has it")), *((name, name) for name in zones())],
    },
)  # fmt: skip


class NewPasswordOfMine(msgspec.Struct):
    password: Password
    """The present one."""
    new_password: NewPassword


class NewEmail(msgspec.Struct):
    email: Email
    password: Password


PASSWORD = FormPage("password", "me/password_form.html", say("Change the password"), "me", NewPasswordOfMine, "/me")
EMAIL = FormPage("email", "me/email_form.html", say("Change the e-mail address"), "me", NewEmail, "/me")


def yes_or_no(value: str) -> str:
    if value not in ("yes", "no"):
        raise ValueError(value)
    return value


class BeginFactor(msgspec.Struct):
    password: Password


class ConfirmFactor(msgspec.Struct):
    code: Code


class ChangeFactor(msgspec.Struct):
    """To remove it, or for new recovery codes."""

    password: Password
    code: Code


class Require(msgspec.Struct):
    required: Annotated[str, msgspec.Meta(min_length=2, max_length=3), say("Choose yes or no."), yes_or_no]


async def factor_context(person: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "factor": await SecondFactor.of(person.id), "left": await RecoveryCode.left(person.id),
        "is_required": await DeskRule.holds(REQUIRED), "is_admin": person.is_admin,
        "is_limited": person.role == LIMITED,
    }  # fmt: skip


async def secret_context(person: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the authenticator is to read: for who has just given their password, and for nobody else."""
    factor = await SecondFactor.waiting(person.id)
    if factor is None:
        return {"is_waiting": False, "secret": "", "qr": ""}
    return {"is_waiting": True, "secret": factor.secret, "qr": qr_code(factor.uri(person.username))}


async def confirm_context(person: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Without the secret: a form that is shown again with its errors has asked for no password."""
    return {"is_waiting": await SecondFactor.waiting(person.id) is not None, "secret": "", "qr": ""}


def qr_code(text: str) -> Markup:
    """As SVG, without a style of its own; dark on light in either scheme, as cameras want it."""
    picture = segno.make(text, micro=False).svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr")
    return Markup(picture)  # noqa: S704 - drawn of numbers


FACTOR = FormPage("factor", "me/factor_form.html", say("Second factor"), "me", ChangeFactor, "/me", factor_context)
BEGIN = FormPage("factor", "me/factor_form.html", say("Second factor"), "me", BeginFactor, "/me", factor_context)
SECRET = FormPage(
    "confirm-factor", "me/confirm_factor_form.html", say("Second factor"), "me", ConfirmFactor, "/me",
    secret_context, defaults={"codes": ""},
)  # fmt: skip
CONFIRM = replace(SECRET, context=confirm_context)
