"""The form that stands on every page of one thing."""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.i18n.message import say
from app.messages.tables import LENGTH, MOST_MESSAGE, About
from app.people.tables import Person
from app.web.fields import Choice, Id, RequestKey, new_key
from app.web.forms import Form, FormPage

ADMINS = "admins"
Message = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_MESSAGE), LENGTH]


class Write(msgspec.Struct):
    about: Choice
    """One of tables.ABOUT."""
    row_id: Id
    message: Message
    to: Annotated[str, msgspec.Meta(max_length=8), say("Please choose one.")] = ""
    """ADMINS: a note; empty: the other side."""
    request_key: RequestKey = ""


WRITE = FormPage("write", "messages/write_form.html", say("Message"), "", Write, "/", fresh=new_key)


async def write_form(about: About, reader: Person) -> Form:
    """A fresh one, about a row."""
    whom = about.username if isinstance(about, Person) else about.owner_name
    writes = "desk" if not reader.is_admin else "note" if isinstance(about, Person) and about.is_admin else "both"
    return await WRITE.form(
        {
            "about": about.event_field, "row_id": str(about.id), "writes": writes,
            "to_whom": whom if reader.is_admin else "", **new_key(),
        }
    )  # fmt: skip
