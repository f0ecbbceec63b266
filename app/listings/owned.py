"""A list's filter, as one object: what the URL says, the WHERE of the page, and the test for a push."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self

from markupsafe import Markup

from app.accounts.licence_key import normalised
from app.calendar.events import DayBegan
from app.db import Row
from app.db.keyset import newest
from app.errors import Invalid
from app.live import rooms
from app.live.event import Event, LogEntry
from app.live.regions import AnyRow, Listing, Rows
from app.settings import settings
from app.templating import render
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
            raise Invalid(f"There is no status {status!r} here.", {"status": f"Choose one of {', '.join(statuses)}."})
        last = row_id(position)
        if position and last is None:
            raise Invalid("This page does not exist.", {after: "Must be the id of the last row of the page before."})
        return cls(status, query.get("q", ""), last)

    @property
    def name_start(self) -> str:
        return SEARCHABLE.sub("", self.q).casefold()

    @property
    def key_start(self) -> str:
        return normalised(SEARCHABLE.sub("", self.q))

    def beginnings(self, key_name: str) -> dict[str, str]:
        """What the search looks for at the beginning of which column; a column that can hold nothing of what was typed
        is left out, as everything begins with nothing."""
        starts = {"owner_name": self.name_start, "account_number": self.name_start, key_name: self.key_start}
        return {column: start for column, start in starts.items() if start}

    def finds(self, row: Any, key_name: str) -> bool:
        if not self.q:
            return True
        return bool(self.name_start) and any(
            getattr(row, column).startswith(start) for column, start in self.beginnings(key_name).items()
        )


@dataclass(frozen=True, kw_only=True)
class OwnedListing(Listing[AnyRow], Generic[AnyRow]):
    """A list of rows that belong to clients: codes, accounts, extension requests.

    Two audiences, two fragments: `for_admins` lists everybody's rows, `for_owner` one client's.
    """

    filter: Filter
    owner: int | None
    """Only this client's rows; None: everybody's."""
    template: str

    table: ClassVar[type[Row]]
    key_name: ClassVar[str] = "licence"
    folder: ClassVar[str]
    """Of the templates; also the element's id and the last part of the admins' page."""
    variable: ClassVar[str]
    """By which the row's template knows it."""
    event_field: ClassVar[str]
    born_of: ClassVar[tuple[type[Event], ...]]
    hears_too: ClassVar[frozenset[str]] = frozenset()
    """Names at which every row of it may change."""

    @classmethod
    def for_admins(cls, found: Filter, query: str, name: str) -> Self:
        return cls(
            element=cls.folder,
            rooms=frozenset({rooms.admin(), rooms.everyone()}),
            hears=frozenset({name}) | cls.hears_too,
            wire=name,
            size=settings().page_size,
            after=found.after,
            path=f"/admin/{cls.folder}",
            query=query,
            filter=found,
            owner=None,
            template=f"{cls.folder}/admin_row.html",
        )

    @classmethod
    def for_owner(cls, client: int, found: Filter, query: str, name: str, after_name: str = "after") -> Self:
        return cls(
            element=cls.folder,
            rooms=frozenset({rooms.client(client), rooms.everyone()}),
            hears=frozenset({name}) | cls.hears_too,
            wire=name,
            size=settings().page_size,
            after=found.after,
            after_name=after_name,
            path="/",
            query=query,
            filter=found,
            owner=client,
            template=f"{cls.folder}/client_row.html",
        )

    async def window(self, limit: int) -> list[int]:
        if self.filter.q and not self.filter.name_start:
            return []
        wanted = {"owner = {}": self.owner, "status = {}": self.filter.status or None}
        return await newest(
            self.table._meta.tablename,
            {condition: [value] for condition, value in wanted.items() if value is not None},
            limit=limit,
            before=self.after,
            beginnings=self.filter.beginnings(self.key_name) if self.filter.q else None,
        )

    def matches(self, row: AnyRow) -> bool:
        subject: Any = row
        return (
            (self.owner is None or subject.owner == self.owner)
            and (not self.filter.status or subject.status == self.filter.status)
            and (self.after is None or subject.id < self.after)
            and self.filter.finds(row, self.key_name)
        )

    @property
    def membership_is_fixed(self) -> bool:
        return not self.filter.status

    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, AnyRow]:
        table: type[AnyRow] = self.table  # type: ignore[assignment]
        return await rows.of(table, keys)

    async def row_html(self, found: Sequence[AnyRow], rows: Rows) -> list[Markup]:
        return [render(self.template, **{self.variable: row}) for row in found]

    async def items(self, found: Sequence[AnyRow]) -> list[dict[str, Any]]:
        subjects: Sequence[Any] = found
        return [row.as_json() for row in subjects]

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        if isinstance(entry.event, DayBegan):
            return None
        row = getattr(entry.event, self.event_field, None)
        return {} if row is None else {row: isinstance(entry.event, self.born_of)}
