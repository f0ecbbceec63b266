"""The accounts sorted by their end: those that end first, or last; those without an end are behind all others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup

from app.accounts.regions import AccountListing
from app.accounts.tables import CustomerAccount
from app.db.fetch import fetch, placeholders
from app.db.keyset import newest_ids, without_index
from app.errors import Invalid
from app.i18n.locale import Locale
from app.i18n.message import say
from app.listings.filter import Filter
from app.live.batch import Batch, Rows
from app.live.fragments import Partials, replace
from app.live.log import LogEntry
from app.live.pager import pager
from app.live.regions import region
from app.web.parameters import row_id

ORDERS = ("end", "-end")
"""The first first, and the last first."""
POSITION = re.compile(r"([0-9]{1,17}|never)\.([0-9]{1,10})")
"""Of the last row of the page before: its end in microseconds since 1970, and its id. It names a place among the ends
and no row, so that the page stays where it is when that row's end is moved."""
START, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
GATHERED = 2_000
"""Rows that are sorted by their end when they are all that match; of more, the walk by the ends meets one soon."""


@region
class AccountsByEnd(AccountListing):
    """A page of them, sent in full after whatever happens to an account: a row that is extended moves to another place,
    of which its own fragment knows nothing."""

    order: str
    position: str

    @property
    def place(self) -> str:
        return self.position

    async def patch(self, batch: Batch, entries: Sequence[LogEntry]) -> Partials:
        touched = await self._touched(batch, entries)
        return () if touched is not None and not touched else await self.full()

    async def window(self, limit: int) -> list[int]:
        return [row["id"] for row in await self._rows(limit, backwards=False)]

    async def place_before(self) -> str:
        rows = await self._rows(self.size + 1, backwards=True)
        return position_of(rows[self.size]["expires_at"], rows[self.size]["id"]) if len(rows) > self.size else ""

    async def _rows(self, limit: int, *, backwards: bool) -> list[dict[str, Any]]:
        conditions = await self._narrowed()
        if conditions is None:
            return []
        rows: list[dict[str, Any]] = []
        # Those without an end lie behind all others, also when the last come first: two walks, each by its index.
        for has_end in (False, True) if backwards else (True, False):
            beyond = self._beyond(has_end, backwards)
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
        direction = "ASC" if (self.order == "end") != backwards else "DESC"
        order = f"expires_at {direction}, id {direction}" if has_end else f"id {direction}"
        where = " AND ".join(conditions)
        sql = f"SELECT id, expires_at FROM {self._name} WHERE {where} ORDER BY {order} LIMIT {limit:d}"
        return await fetch(sql, *(value for some in conditions.values() for value in some))

    def _beyond(self, has_end: bool, backwards: bool) -> dict[str, list[Any]] | None:
        """Which rows with or without an end this page may show, or one before it; None: none of them."""
        kind: dict[str, list[Any]] = {f"expires_at IS {'NOT ' if has_end else ''}NULL": []}
        if not self.position:
            return None if backwards else kind
        end, key = parsed(self.position)
        if (end is not None) != has_end:
            return kind if has_end == backwards else None
        sign = ">" if (self.order == "end") != backwards else "<"
        if backwards:
            sign += "="  # the last row of the page before
        if end is None:
            return kind | {f"id {sign} {{}}": [key]}
        return kind | {f"(expires_at, id) {sign} ({{}}, {{}})": [end, key]}

    async def html(self) -> tuple[Markup, Markup]:
        body, window = await self._body()
        return body, await self._pager_after(window)

    async def full(self) -> Partials:
        partials, window = await self._all_rows()
        return *partials, replace(f"{self.element}-pager", await self._pager_after(window))

    async def json(self) -> dict[str, Any]:
        window = await self.window(self.size + 1)
        rows = await self.load(Rows(), window[: self.size])
        items = await self.items([rows[key] for key in window[: self.size] if key in rows])
        return {"items": items, "next": await self._following(window) or None}

    async def _pager_after(self, window: Sequence[int]) -> Markup:
        return pager(self, await self._following(window))

    async def _following(self, window: Sequence[int]) -> str:
        last = await CustomerAccount.by_id(window[self.size - 1]) if len(window) > self.size else None
        return "" if last is None else position_of(last.expires_at, last.id)


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
        after=None, after_name="position", path=listing.path, query=query, filter=filter, owner=None,
        template=listing.template, order=order, position=position,
    )  # fmt: skip


def position_of(end: datetime | None, key: int) -> str:
    return f"{'never' if end is None else (end - START) // MICROSECOND}.{key}"


def parsed(position: str) -> tuple[datetime | None, int]:
    match = POSITION.fullmatch(position)
    key = row_id(match[2]) if match else None
    if match is None or key is None:
        raise Invalid(say("This page does not exist."), {"position": say("Must be where the page before ends.")})
    return (None if match[1] == "never" else START + int(match[1]) * MICROSECOND), key
