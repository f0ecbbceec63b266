"""How many rows a list has: in its tabs, and beside its pager. Counted no further than MOST, so that the cost does not
grow with the table, and at most four times a second. A list under a search or of some days is not counted: there are as
many of those as there are words, and each would have to count again with every event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from app.calendar.events import new_day_in
from app.db.fetch import fetch
from app.db.keyset import OF_ONE, Conditions, count
from app.listings.filter import NARROWING, Filter
from app.listings.owned import OwnedListing
from app.live.regions import Summary, region
from app.templating import render

MOST = 1_000

Labelled = tuple[str, Any]
"""A status and what it is called; the empty one is that of all rows."""


@region
class Tabs(Summary):
    """A list's tabs, one a status, each with the number of its rows."""

    path: str
    statuses: tuple[Labelled, ...]
    status: str
    kept: str
    """The rest of the list's query: what a change of tab leaves as it is."""
    table: str = ""
    """Empty: nothing is counted."""
    owner: int | None = None
    minor: frozenset[str] = frozenset()
    """Of the statuses those that stand in a second line: parts of one of the first."""

    async def html(self) -> Markup:
        return render(
            "shared/tabs.html", self.locale, element=self.element, most=MOST, status=self.status, minor=self.minor,
            counts=await self._counts() if self.table else {},
            tabs=[(value, label, self._url(value)) for value, label in self.statuses],
        )  # fmt: skip

    async def context(self) -> Mapping[str, Any]:
        return {"tabs": await self.html()}

    def _url(self, status: str) -> str:
        query = "&".join(part for part in (urlencode({"status": status}) if status else "", self.kept) if part)
        return f"{self.path}?{query}" if query else self.path

    async def _counts(self) -> dict[str, int]:
        """By status, MOST + 1 for more. Of a client's own rows only when they are few."""
        if self.owner is None:
            return await self._counts_of_all()
        newest = f"SELECT status FROM {self.table} WHERE owner = {{}} ORDER BY id DESC LIMIT {MOST + 1:d}"
        sql = f"SELECT status, COUNT(*) AS many FROM ({newest}) AS newest GROUP BY status"
        many = {row["status"]: int(row["many"]) for row in await fetch(sql, self.owner)}
        total = sum(many.values())
        return {status: many.get(status, 0) for status, _ in self.statuses} | {"": total} if total <= MOST else {}

    async def _counts_of_all(self) -> dict[str, int]:
        statuses: Sequence[str] = [status for status, _ in self.statuses]
        each = [
            f"SELECT {number:d} AS number, COUNT(*) AS many FROM "
            f"(SELECT 1 FROM {self.table}{' WHERE status = {}' if status else ''} LIMIT {MOST + 1:d}) AS some{number:d}"
            for number, status in enumerate(statuses)
        ]
        rows = await fetch(" UNION ALL ".join(each), *filter(None, statuses))
        return {statuses[row["number"]]: int(row["many"]) for row in rows}


@region
class Place(Summary):
    """`51–100 of 220`: which rows of all the page shows."""

    table: str
    owner: int | None
    filter: Filter
    size: int

    async def html(self) -> Markup:
        mine = {} if self.owner is None else {OF_ONE: [self.owner]}
        conditions = mine | self.filter.conditions(self.table, self.locale)
        total = await count(self.table, conditions, MOST + 1)
        before = await self._before(conditions, total)
        return render(
            "shared/place.html", self.locale, element=self.element, total=total, most=MOST, before=before,
            last=min(before + self.size, total),
        )  # fmt: skip

    async def _before(self, conditions: Conditions, total: int) -> int:
        """How many rows stand on the pages before this one; MOST + 1 for more."""
        if self.filter.after is None:
            return 0
        return await count(self.table, {**conditions, "id >= {}": [self.filter.after]}, MOST + 1)

    async def context(self) -> Mapping[str, Any]:
        return {"place": await self.html()}


def around(
    listing: OwnedListing[Any],
    statuses: Sequence[Labelled],
    query: Mapping[str, str],
    place_of: Callable[..., Place] = Place,
) -> tuple[Summary, ...]:
    """A list's tabs, and its place among all rows if these are counted. `query`: the view's, of which a change of tab
    keeps the search and what narrows the list. `place_of`: for a list in another order."""
    filter, table = listing.filter, listing.table._meta.tablename
    channels = listing.channels - {new_day_in(listing.locale.zone)}  # which changes no number
    is_counted = not filter.q and not filter.is_narrowed
    tabs = Tabs(
        element=f"{listing.element}-tabs", channels=channels if is_counted else frozenset(), locale=listing.locale,
        path=listing.path, statuses=tuple(statuses), status=filter.status,
        kept=urlencode({name: query[name] for name in ("q", *NARROWING, "sort", "hide") if query.get(name)}),
        table=table if is_counted else "", owner=listing.owner,
    )  # fmt: skip
    if filter.q or filter.since or filter.until:
        return (tabs,)
    place = place_of(
        element=f"{listing.element}-place", channels=channels, locale=listing.locale, table=table, owner=listing.owner,
        filter=filter, size=listing.size,
    )  # fmt: skip
    return tabs, place
