from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from app.i18n.locale import LANGUAGES, zones
from app.i18n.message import say
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.people.emails import Email
from app.people.passwords import NewPassword, Password
from app.records.timeline import timeline
from app.web.forms import FormPage
from app.web.parameters import canonical_id


class Me(Page):
    """What a person sets for themselves, and their own record."""

    path = "/me"
    link = NavLink("me", say("Your settings"), 100)
    in_navigation = False
    roles = frozenset({"admin", "client"})
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
