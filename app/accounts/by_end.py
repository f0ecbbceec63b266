"""The accounts sorted by their end, the first first or the last first: those without an end are the last to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Self

from app.accounts.position import PlaceByEnd, Reached, parsed
from app.accounts.regions import AccountListing
from app.accounts.tables import START, CustomerAccount
from app.db.fetch import fetch, placeholders
from app.db.keyset import newest_ids, without_index
from app.errors import Invalid
from app.i18n.locale import Locale
from app.i18n.message import say
from app.listings.filter import Filter
from app.live.batch import Rows
from app.live.fragments import IN_USE, NOT_IN_USE, Partial
from app.live.regions import region
from app.templating import render

ORDERS = ("end", "-end")
"""The first first, and the last first."""
GATHERED = 2_000
"""Rows that are sorted by their end when they are all that match; of more, the walk by the ends meets one soon."""


@region
class AccountsByEnd(AccountListing):
    """Rows stand where their end puts them: an account that is extended moves to another place, at once on a page that
    nobody is using; else its old place stays, dimmed, and the page fetches itself once it is left alone."""

    order: str
    position: str

    membership_is_fixed = False

    @property
    def place(self) -> str:
        return self.position

    @property
    def reached(self) -> Reached:
        return Reached(self.order, self.position)

    @property
    def place_of(self) -> Callable[..., PlaceByEnd]:
        return partial(PlaceByEnd, order=self.order, position=self.position)

    def _present(self, row: CustomerAccount, html: str, *, created: bool) -> list[Partial]:
        there, place = f"#{self._id(row.id)}", row.place_by_end
        moved = f'{there}:not([data-end="{place}"])'
        held = f"{IN_USE} {moved}:not(:has(.moved))"
        mark = render("shared/moved.html", self.locale)
        return [
            Partial(f'{there}[data-end="{place}"]', "outerMorph", html, self.wire),
            Partial(f"{NOT_IN_USE} {moved}", "delete", "", self.wire),
            Partial(f"{held}:not(:has(.gone)) > :first-child", "afterbegin", mark, self.wire),
            Partial(f"{held} .gone", "outerHTML", mark, self.wire),
            self._insert(row, html, only_if_missing=True),
        ]

    def _insert(self, row: CustomerAccount, html: str, *, only_if_missing: bool) -> Partial:
        there, place = f"#{self._id(row.id)}", row.place_by_end
        # All targets are looked for before the first swap: what is about to be deleted is still there.
        missing = (
            f":not(:has({there}))",
            f'{NOT_IN_USE} *:has({there}[data-end="{place}"] > * > .gone)',
            f'{NOT_IN_USE} *:has({there}:not([data-end="{place}"]))',
        )
        direction = "asc" if self.order == "end" else "desc"
        target = f"#{self.element}:is({', '.join(missing)})"
        return Partial(target, f"upsert key:data-end sort:{direction}", html, self.wire)

    def matches(self, row: CustomerAccount) -> bool:
        if self.position:
            here, place = by_end(row.expires_at, row.id), by_end(*parsed(self.position))
            if here == place or (here > place) != (self.order == "end"):
                return False
        return super().matches(row)

    async def window(self, limit: int) -> list[int]:
        return [row["id"] for row in await self._rows(limit, backwards=False)]

    async def place_before(self) -> str:
        return await self._place_of(
            [row["id"] for row in (await self._rows(self.size + 1, backwards=True))[self.size :]]
        )

    async def _rows(self, limit: int, *, backwards: bool) -> list[dict[str, Any]]:
        conditions = await self._narrowed()
        if conditions is None:
            return []
        rows: list[dict[str, Any]] = []
        ascending = self.reached.ascends(backwards)
        # Where the databases put those without an end differs: two walks, each by its index.
        for has_end in (True, False) if ascending else (False, True):
            beyond = self.reached.beyond(has_end, backwards)
            if beyond is not None and len(rows) < limit:
                rows += await self._walk({**conditions, **beyond}, limit - len(rows), has_end, backwards)
        return rows

    async def _narrowed(self) -> dict[str, list[Any]] | None:
        """SQL of what is listed, with its values; None for nothing. A walk by the ends passes over what is not listed:
        what is rare is gathered first."""
        matches = await self._matches()
        if matches is None:
            return None
        if not matches and not self.filter.is_narrowed:
            return self._conditions
        ids = await newest_ids(self._name, self._conditions, limit=GATHERED + 1, matches=matches)
        if len(ids) <= GATHERED:
            return {without_index(f"id IN ({placeholders(len(ids))})"): ids} if ids else None
        if not matches:
            return self._conditions
        either = f"({' OR '.join(match.otherwise for match in matches)})"
        return {**self._conditions, either: [value for match in matches for value in match.otherwise_values]}

    async def _walk(
        self, conditions: Mapping[str, list[Any]], limit: int, has_end: bool, backwards: bool
    ) -> list[dict[str, Any]]:
        direction = "ASC" if self.reached.ascends(backwards) else "DESC"
        order = f"expires_at {direction}, id {direction}" if has_end else f"id {direction}"
        where = " AND ".join(conditions)
        sql = f"SELECT id, expires_at FROM {self._name} WHERE {where} ORDER BY {order} LIMIT {limit:d}"
        return await fetch(sql, *(value for some in conditions.values() for value in some))

    async def json(self) -> dict[str, Any]:
        window = await self.window(self.size + 1)
        rows = await self.load(Rows(), window[: self.size])
        items = await self.items([rows[key] for key in window[: self.size] if key in rows])
        return {"items": items, "next": await self.place_after(window) or None}

    def from_start(self) -> Self:
        return replace(self, position="")

    async def following(self, window: Sequence[int]) -> Self | None:
        position = await self.place_after(window)
        return replace(self, position=position) if position else None

    async def place_after(self, window: Sequence[int]) -> str:
        return await self._place_of(window[self.size - 1 : self.size] if len(window) > self.size else ())

    async def _place_of(self, keys: Sequence[int]) -> str:
        return "".join(row.place_by_end for row in (await CustomerAccount.by_ids(keys)).values())


def accounts_by_end(filter: Filter, query: str, locale: Locale, order: str, position: str) -> AccountsByEnd:
    """Raises Invalid for an order or a position that there cannot be."""
    if order not in ORDERS:
        raise Invalid(
            say("There is no such order here."), {"sort": say("Choose one of {choices}.", choices=", ".join(ORDERS))}
        )
    if position:
        parsed(position)
    listing = AccountListing.for_admins(filter, query, locale)
    return AccountsByEnd(
        element=listing.element, channels=listing.channels, locale=locale, wire=listing.wire, size=listing.size,
        after=None, path=listing.path, query=query, filter=filter, owner=None,
        template=listing.template, order=order, position=position,
    )  # fmt: skip


def by_end(end: datetime | None, key: int) -> tuple[bool, datetime, int]:
    """What accounts are sorted by."""
    return end is None, end or START, key
