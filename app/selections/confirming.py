"""What a dialog names before an action on many rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from app.db import Row
from app.errors import Invalid
from app.i18n.message import say
from app.selections.tables import MOST_SELECTED
from app.web.parameters import row_id

AnyRow = TypeVar("AnyRow", bound=Row)


async def to_be_named(
    table: type[AnyRow], field: str, values: Mapping[str, Any], actions: Collection[str]
) -> list[AnyRow]:
    """The rows whose ids a form was sent with, the newest first. Raises Invalid for none, too many, or an action that
    there is not."""
    if str(values.get("action", "")) not in actions:
        raise Invalid(say("There is no such action."))
    sent = values.get(field, [])
    keys = {key for text in (sent if isinstance(sent, list) else [sent]) if (key := row_id(text)) is not None}
    if not 1 <= len(keys) <= MOST_SELECTED:
        raise Invalid(say("Select at least one row first, and at most {most}.", most=MOST_SELECTED))
    rows = await table.by_ids(keys)
    return [rows[key] for key in sorted(rows, reverse=True)]
