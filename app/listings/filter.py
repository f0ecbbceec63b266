"""A list's filter, as one object: what the URL says, the WHERE of the page, and the test for a push."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from app.db.keyset import without_index
from app.db.row import LARGEST_ID
from app.errors import Invalid
from app.i18n.locale import Locale
from app.i18n.message import say
from app.licences.plans import PLANS, PLATFORMS, SLUG
from app.listings.row import OwnedRow
from app.listings.search import MOST_TYPED, Term, searched, searched_key, term
from app.web.parameters import row_id

DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")
FIRST_DAY, LAST_DAY = "2000-01-01", "2099-12-31"
"""That it fits."""
CHOICES = {"plan": PLANS, "platform": PLATFORMS}
"""Parameters that are one of a few values, in a column of their name."""
COLUMNS = ("product", *CHOICES)
"""Parameters that a column of their name holds. Which products there are the database knows: of one that is not there
nothing is found."""
NARROWING = (*COLUMNS, "since", "until")
"""Parameters of a list besides its tabs and its search."""
SLACK = timedelta(days=1)
"""By which the clocks of two processes may differ: ids follow the times of creation so far."""


@dataclass(frozen=True)
class Filter:
    """`status` is one of the list's own; `q` what is searched for, in its canonical form; `since` and `until` the first
    and the last day of creation, in the reader's zone. Those that mean the same are equal."""

    status: str = ""
    q: str = ""
    after: int | None = None
    product: str = ""
    plan: str = ""
    platform: str = ""
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "q", searched(self.q))

    @classmethod
    def of(cls, query: Mapping[str, str], statuses: Sequence[str], after: str = "after") -> Filter:
        """Raises Invalid for a status that the list does not have, for a plan, a platform or a day that there is not,
        what can be no product, or a page that is no number."""
        status, q, position = query.get("status", ""), query.get("q", ""), query.get(after, "")
        narrowing = {name: query.get(name, "") for name in NARROWING}
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
        if narrowing["product"] and not SLUG.fullmatch(narrowing["product"]):
            raise Invalid(
                say("There is no “{value}” here.", value=narrowing["product"][:40]),
                {"product": say("Must be the slug of a product.")},
            )
        for name, choices in CHOICES.items():
            if narrowing[name] and narrowing[name] not in choices:
                raise Invalid(
                    say("There is no “{value}” here.", value=narrowing[name][:40]),
                    {name: say("Choose one of {choices}.", choices=", ".join(choices))},
                )
        days = [_day(name, narrowing[name]) for name in ("since", "until") if narrowing[name]]
        if days != sorted(days):
            raise Invalid(say("The last day is before the first."), {"until": say("Must not be before the first day.")})
        return cls(status, q, last, **narrowing)

    @property
    def is_narrowed(self) -> bool:
        """By more than a tab and a search."""
        return any(getattr(self, name) for name in NARROWING)

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

    def conditions(self, table: str, locale: Locale) -> dict[str, list[Any]]:
        """SQL of all but the search, each with its values."""
        chosen = {name: getattr(self, name) for name in ("status", *COLUMNS)}
        conditions = {f"{name} = {{}}": [value] for name, value in chosen.items() if value}
        begins, ends = self._moments(locale)
        # Rows are walked by their ids, so that the days become ids first; which row is of a day, its time says.
        if begins is not None:
            first = f"SELECT id FROM {table} WHERE created_at >= {{}} ORDER BY created_at, id LIMIT 1"
            conditions[f"id >= COALESCE(({first}), {LARGEST_ID})"] = [begins - SLACK]
            conditions[without_index("created_at >= {}")] = [begins]
        if ends is not None:
            last = f"SELECT id FROM {table} WHERE created_at < {{}} ORDER BY created_at DESC, id DESC LIMIT 1"
            conditions[f"id <= COALESCE(({last}), 0)"] = [ends + SLACK]
            conditions[without_index("created_at < {}")] = [ends]
        return conditions

    def admits(self, row: OwnedRow, locale: Locale) -> bool:
        """The same for a row; what never changes of it."""
        begins, ends = self._moments(locale)
        return (
            all(not (chosen := getattr(self, name)) or getattr(row, name) == chosen for name in COLUMNS)
            and (begins is None or row.created_at >= begins)
            and (ends is None or row.created_at < ends)
        )

    def _moments(self, locale: Locale) -> tuple[datetime | None, datetime | None]:
        """From when on, and before when."""
        begins = datetime.combine(_day("since", self.since), time(), locale.tz) if self.since else None
        if not self.until:
            return begins, None
        return begins, datetime.combine(_day("until", self.until) + timedelta(days=1), time(), locale.tz)


def _day(name: str, text: str) -> date:
    if DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # said below: it looks like one
    raise Invalid(say("“{value}” is no day.", value=text[:40]), {name: say("Enter a day as 2026-11-25.")})
