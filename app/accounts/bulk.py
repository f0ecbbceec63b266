"""What an admin does with many accounts at once: the forms, which name them first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from app.accounts.tables import BULK, MOST_DAYS, CustomerAccount
from app.i18n.message import say
from app.licences.plans import DEFAULT_PLAN
from app.licences.reasons import Reason
from app.people.tables import Person
from app.selections.acting import Ticked
from app.selections.confirming import to_be_named
from app.web.fields import Choice, Path
from app.web.forms import FormPage


class Select(msgspec.Struct):
    view: Path
    scope: Choice
    account_id: Ticked = []


class ActOnSelected(msgspec.Struct):
    """On what is selected in the list at `view`."""

    view: Path
    action: Choice
    account_id: Ticked = []
    ticked: Choice = ""
    """Not empty: `account_id` is what is ticked on the page."""
    reason: Reason = ""
    days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS), say("Enter 1 to {most} days.", most=MOST_DAYS)] = 0


async def confirm_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid for what is no action, or without a selection."""
    action = str(values.get("action", ""))
    accounts = await to_be_named(CustomerAccount, "account_id", values, BULK)
    possible = [each for each in accounts if BULK[action].is_for(each)]
    return {
        "action": action, "lines": [(each.where, each.owner_name) for each in possible],
        "id_field": "account_id", "ids": [each.id for each in possible], "takes": BULK[action].takes,
        "api": "/api/admin/accounts/selected",
    }  # fmt: skip


CONFIRM = FormPage(
    "confirm", "selections/confirm_form.html", say("Are you sure?"), "accounts", ActOnSelected, "/admin/accounts",
    confirm_context, defaults={"days": DEFAULT_PLAN},
)  # fmt: skip
