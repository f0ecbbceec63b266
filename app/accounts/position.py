"""Where a page of the accounts sorted by their end begins, and which of all rows that are."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, NamedTuple

from app.accounts.tables import MICROSECOND, START
from app.db.keyset import Conditions, count
from app.errors import Invalid
from app.i18n.message import say
from app.listings.counts import MOST, Place
from app.live.regions import region
from app.web.parameters import row_id

POSITION = re.compile(r"(0|[1-9][0-9]{0,16}|never)\.([1-9][0-9]{0,9})")
"""Of the last row of the page before: see CustomerAccount.place_by_end."""


class Reached(NamedTuple):
    """How far a page begins behind the first row."""

    order: str
    position: str

    def ascends(self, backwards: bool) -> bool:
        return (self.order == "end") != backwards

    def beyond(self, has_end: bool, backwards: bool) -> dict[str, list[Any]] | None:
        """Which rows with or without an end this page may show, or one before it; None: none of them."""
        kind: dict[str, list[Any]] = {f"expires_at IS {'NOT ' if has_end else ''}NULL": []}
        if not self.position:
            return None if backwards else kind
        end, key = parsed(self.position)
        if (end is not None) != has_end:
            return kind if has_end != self.ascends(backwards) else None
        sign = ">" if self.ascends(backwards) else "<"
        if backwards:
            sign += "="  # the last row of the page before
        if end is None:
            return kind | {f"id {sign} {{}}": [key]}
        return kind | {f"(expires_at, id) {sign} ({{}}, {{}})": [end, key]}


@region
class PlaceByEnd(Place):
    """Which rows of all a page of that list shows."""

    order: str
    position: str

    async def _before(self, conditions: Conditions, total: int) -> int:
        if not self.position:
            return 0
        if total > MOST and conditions:
            return total  # by the ends one could look through all rows in vain for those of a rare kind
        before = (Reached(self.order, self.position).beyond(has_end, backwards=True) for has_end in (True, False))
        return sum([await count(self.table, {**conditions, **rows}, MOST + 1) for rows in before if rows is not None])


def parsed(position: str) -> tuple[datetime | None, int]:
    match = POSITION.fullmatch(position)
    key = row_id(match[2]) if match else None
    if match is None or key is None:
        raise Invalid(say("This page does not exist."), {"after": say("Must be where the page before ends.")})
    return (None if match[1] == "never" else START + int(match[1]) * MICROSECOND), key
