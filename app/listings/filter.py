"""A list's filter, as one object: what the URL says, the WHERE of the page, and the test for a push."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.errors import Invalid
from app.i18n.message import say
from app.licences.key import normalised
from app.listings.row import OwnedRow
from app.web.parameters import row_id

SEARCHABLE = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True)
class Filter:
    """`status` is one of the list's own; `q` the beginning of a licence key, a user name or an account number."""

    status: str = ""
    q: str = ""
    after: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], statuses: Sequence[str], after: str = "after") -> Filter:
        """Raises Invalid for a status that the list does not have, or a page that is no number."""
        status, position = query.get("status", ""), query.get(after, "")
        if status and status not in statuses:
            raise Invalid(
                say("There is no status “{status}” here.", status=status),
                {"status": say("Choose one of {choices}.", choices=", ".join(statuses))},
            )
        last = row_id(position)
        if position and last is None:
            raise Invalid(
                say("This page does not exist."), {after: say("Must be the id of the last row of the page before.")}
            )
        return cls(status, query.get("q", ""), last)

    @cached_property
    def name_prefix(self) -> str:
        return SEARCHABLE.sub("", self.q).casefold()

    @cached_property
    def key_prefix(self) -> str:
        return normalised(SEARCHABLE.sub("", self.q))

    def prefixes(self, key_name: str) -> dict[str, str]:
        """The prefix searched for in each column; a column that can hold nothing of what was typed is left out,
        as everything begins with nothing."""
        prefixes = {"owner_name": self.name_prefix, "account_number": self.name_prefix, key_name: self.key_prefix}
        return {column: prefix for column, prefix in prefixes.items() if prefix}

    def finds(self, row: OwnedRow, key_name: str) -> bool:
        if not self.q:
            return True
        return bool(self.name_prefix) and any(
            getattr(row, column).startswith(prefix) for column, prefix in self.prefixes(key_name).items()
        )
