"""What an admin decides of many requests at once: the forms, which name them first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from app.i18n.message import say
from app.people.tables import Person
from app.requests.tables import DECISIONS, MOST_NOTE, REASON, AccountRequest
from app.selections.acting import Ticked
from app.selections.confirming import to_be_named
from app.web.fields import Choice, Path
from app.web.forms import FormPage


class Select(msgspec.Struct):
    view: Path
    scope: Choice
    request_id: Ticked = []


class DecideSelected(msgspec.Struct):
    """Of what is selected in the list at `view`."""

    view: Path
    action: Choice
    request_id: Ticked = []
    ticked: Choice = ""
    """Not empty: `request_id` is what is ticked on the page."""
    reason: Annotated[str, msgspec.Meta(max_length=MOST_NOTE), REASON] = ""


async def confirm_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid for what is no action, or without a selection."""
    action = str(values.get("action", ""))
    requests = await to_be_named(AccountRequest, "request_id", values, DECISIONS)
    possible = [each for each in requests if each.status == "pending"]
    return {
        "action": action, "lines": [(each.wish, f"{each.owner_name} · {each.where}") for each in possible],
        "id_field": "request_id", "ids": [each.id for each in possible],
        "takes": "needed reason" if action == "reject" else "", "api": "/api/admin/extensions/selected",
    }  # fmt: skip


CONFIRM = FormPage(
    "confirm", "selections/confirm_form.html", say("Are you sure?"), "extensions", DecideSelected,
    "/admin/extensions", confirm_context,
)  # fmt: skip
