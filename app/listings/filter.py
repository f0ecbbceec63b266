"""A list's filter, as one object: what the URL says, the WHERE of the page, and the test for a push."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.errors import Invalid
from app.i18n.message import say
from app.listings.row import OwnedRow
from app.listings.search import MOST_TYPED, Term, searched, searched_key, term
from app.web.parameters import row_id


@dataclass(frozen=True)
class Filter:
    """`status` is one of the list's own; `q` what is searched for, in its canonical form. Those that mean the same are
    equal."""

    status: str = ""
    q: str = ""
    after: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "q", searched(self.q))

    @classmethod
    def of(cls, query: Mapping[str, str], statuses: Sequence[str], after: str = "after") -> Filter:
        """Raises Invalid for a status that the list does not have, or a page that is no number."""
        status, q, position = query.get("status", ""), query.get("q", ""), query.get(after, "")
        if len(q) > MOST_TYPED:  # not cut: what is shown is what was asked for
            raise Invalid(
                say("A search has at most {most} characters.", most=MOST_TYPED), {"q": say("Use fewer characters.")}
            )
        if status and status not in statuses:
            raise Invalid(
                say("There is no status “{status}” here.", status=status[:40]),
                {"status": say("Choose one of {choices}.", choices=", ".join(statuses))},
            )
        last = row_id(position)
        if position and last is None:
            raise Invalid(
                say("This page does not exist."), {after: say("Must be the id of the last row of the page before.")}
            )
        return cls(status, q, last)

    @cached_property
    def _name(self) -> str:
        return "" if self.q.startswith("-") else self.q

    @cached_property
    def _key(self) -> str:
        return searched_key(self.q)

    def terms(self, key_name: str) -> list[Term]:
        """What is looked for in each column; one in which it cannot stand is left out."""
        terms = []
        if self._name:
            terms.append(term("owner_name", self._name))
        if self._name.isdecimal():
            terms.append(Term("account_number", self._name, is_part=False))
        if self._key:
            terms.append(term(key_name, self._key))
        return terms

    def finds(self, row: OwnedRow, key_name: str) -> bool:
        return not self.q or any(term.fits(getattr(row, term.column)) for term in self.terms(key_name))
