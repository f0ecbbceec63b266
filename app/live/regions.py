"""The regions of a page: what each listens to, how it is sent whole, and how it follows what happened.

Two kinds. A `Listing` is a page of rows under a filter, newest first; it follows row by row. A `Summary` is small
(counts, badges, a short list) and always sent whole, at most four times a second. Both are values: two pages that
show the same region have equal regions, so it is rendered once for both.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from markupsafe import Markup

from app.db import Row
from app.live.event import LogEntry
from app.live.fragments import Partial, fill, remove, replace
from app.live.rooms import Matrix, Room
from app.templating import render

AnyRow = TypeVar("AnyRow", bound=Row)

MOST_AHEAD = 100
"""Events that may have been committed since a batch was read; beyond, lists are sent whole."""


class Rows:
    """Rows as they are now, each looked up once for all that is rendered together."""

    def __init__(self) -> None:
        self._rows: dict[tuple[type[Row], int], Row | None] = {}

    async def of(self, table: type[AnyRow], keys: Collection[int]) -> dict[int, AnyRow]:
        missing = [key for key in keys if (table, key) not in self._rows]
        if missing:
            found = await table.by_ids(missing)
            self._rows.update({(table, key): found.get(key) for key in missing})
        return {key: row for key in keys if isinstance(row := self._rows[table, key], table)}


class Batch:
    """Some entries of the log on their way to the rooms, and the rows that their rendering shares."""

    def __init__(self, entries: Sequence[LogEntry], matrix: Matrix) -> None:
        self.entries = entries
        self.matrix = matrix
        self.heard = [(entry, matrix.rooms(entry.event)) for entry in entries]
        self.rows = Rows()
        self._names: dict[frozenset[Room], list[tuple[LogEntry, frozenset[str]]]] = {}

    @property
    def rooms(self) -> set[Room]:
        return {room for _, rooms in self.heard for room in rooms}

    async def until_now(self) -> Batch | None:
        """These entries and those committed since; None when they are too many to follow."""
        later = await LogEntry.after(self.entries[-1].id, limit=MOST_AHEAD + 1)
        return Batch([*self.entries, *later], self.matrix) if len(later) <= MOST_AHEAD else None

    def heard_by(self, region: Region) -> list[LogEntry]:
        return [entry for entry, names in self._heard_in(region.rooms) if not region.hears.isdisjoint(names)]

    def _heard_in(self, rooms: frozenset[Room]) -> list[tuple[LogEntry, frozenset[str]]]:
        """Most regions listen in the same few rooms."""
        if rooms not in self._names:
            self._names[rooms] = [
                (entry, frozenset().union(*(heard[room] for room in rooms if room in heard)))
                for entry, heard in self.heard
            ]
        return self._names[rooms]

    def count_heard(self, regions: Collection[Region]) -> int:
        """How many of the entries some region, counts and badges aside, would follow."""
        listening = [region for region in regions if not isinstance(region, Summary)]
        return len({entry.id for region in listening for entry in self.heard_by(region)})


@dataclass(frozen=True, kw_only=True)
class Region(ABC):
    element: str
    """Its id on the page."""
    rooms: frozenset[Room]
    """Where it listens."""
    hears: frozenset[str]
    """The names at which it moves."""

    @abstractmethod
    async def whole(self) -> list[Partial]:
        """The region as a fresh page shows it."""

    async def json(self) -> Any:
        """The same as data, for those who ask for JSON; None where there is nothing to say."""
        return None

    @abstractmethod
    async def follow(self, batch: Batch, entries: Sequence[LogEntry]) -> list[Partial]:
        """What brings a page that knew nothing of these entries up to date."""


@dataclass(frozen=True, kw_only=True)
class Summary(Region):
    """Small and always whole; many events make one refresh."""

    @abstractmethod
    async def html(self) -> Markup: ...

    async def whole(self) -> list[Partial]:
        return [replace(self.element, await self.html())]

    async def follow(self, batch: Batch, entries: Sequence[LogEntry]) -> list[Partial]:
        return await self.whole()


@dataclass(frozen=True, kw_only=True)
class Listing(Region, Generic[AnyRow]):
    """A page of rows, newest first (id descending), by key: `after` is the last id of the page before."""

    size: int
    after: int | None
    path: str
    """Of the page that shows it; with `query`, where its pager leads."""
    query: str
    after_name: str = "after"
    wire: str | None = None
    """The event name that its partials carry."""

    row_element: ClassVar[str]
    """`code` for rows with ids such as `code-7`."""

    @abstractmethod
    async def window(self, limit: int) -> list[int]:
        """Ids of the rows that match, newest first, from `after` on."""

    @abstractmethod
    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, AnyRow]: ...

    @abstractmethod
    async def row_html(self, found: Sequence[AnyRow], rows: Rows) -> list[Markup]: ...

    @abstractmethod
    def matches(self, row: AnyRow) -> bool:
        """Whether `window` finds this row."""

    @abstractmethod
    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        """The row that an entry concerns, if any, and whether it was born of it; None: all rows may have changed."""

    @property
    @abstractmethod
    def membership_is_fixed(self) -> bool:
        """Whether a row that is there stays there: nothing that can change is filtered by."""

    async def follow(self, batch: Batch, entries: Sequence[LogEntry]) -> list[Partial]:
        """Brings any page that stood before these entries to the state of now, knowing only the entries.

        Let T be the rows touched since, and R those of T that the page of now does not show. An untouched row that has
        moved onto the page is among its last |R| rows; one that has moved off is among the |T| rows that follow it.
        """
        touched = self._touched(entries)
        if not touched:
            return [] if touched is not None else await self.whole()
        if self.membership_is_fixed and not any(touched.values()):
            rows = await self._matching(batch, touched)
            return [replace(self._id(key), html, self.wire) for key, html in await self._rendered(rows, batch.rows)]
        while touched is not None and len(touched) <= self.size:
            window = await self.window(self.size + len(touched) + 1)
            # The window may show more than the batch tells of; T must not be smaller than what moved the rows.
            until_now = await batch.until_now()
            with_later = None if until_now is None else self._touched(until_now.heard_by(self))
            if with_later == touched:
                return await self._moved(batch, touched, window)
            touched = with_later
        return await self.whole()

    def _touched(self, entries: Sequence[LogEntry]) -> dict[int, bool] | None:
        touched: dict[int, bool] = {}
        for entry in entries:
            if (hits := self.touched(entry)) is None:
                return None
            for key, born in hits.items():
                if self.after is None or key < self.after:  # newer rows are on the pages before this one
                    touched[key] = touched.get(key, False) or born
        return touched

    async def _matching(self, batch: Batch, keys: Collection[int]) -> dict[int, AnyRow]:
        return {key: row for key, row in (await self.load(batch.rows, keys)).items() if self.matches(row)}

    async def _moved(self, batch: Batch, touched: Mapping[int, bool], window: Sequence[int]) -> list[Partial]:
        shown, beyond = window[: self.size], window[self.size :]
        gone = [key for key in touched if key not in shown]
        partials = [remove(self._id(key), self.wire) for key in [*gone, *(k for k in beyond if k not in touched)]]
        drawn_in = [key for key in shown[len(shown) - len(gone) :] if key not in touched] if gone else []
        rows = {key: row for key, row in (await self._matching(batch, touched)).items() if key in shown}
        for key, html in await self._rendered(rows, batch.rows):
            if not touched[key]:
                partials.append(replace(self._id(key), html, self.wire))
            partials.append(self._insert(key, html, only_if_missing=not touched[key]))
        for key, html in await self._rendered(await self.load(batch.rows, drawn_in), batch.rows):
            partials.append(self._insert(key, html, only_if_missing=True))
        return [*partials, replace(f"{self.element}-pager", self._pager(window))]

    def _insert(self, key: int, html: str, *, only_if_missing: bool) -> Partial:
        """hx-upsert puts the row where its id belongs, or in place of the one that is there."""
        missing = f":not(:has(#{self._id(key)}))" if only_if_missing else ""
        return Partial(f"#{self.element}{missing}", "upsert sort:desc", html, self.wire)

    async def whole(self) -> list[Partial]:
        body, pager = await self.html()
        return [fill(self.element, body, self.wire), replace(f"{self.element}-pager", pager)]

    async def html(self) -> tuple[Markup, Markup]:
        """The rows and the pager, as the page shows them."""
        window = await self.window(self.size + 1)
        rows = Rows()
        rendered = dict(await self._rendered(await self.load(rows, window[: self.size]), rows))
        return Markup("\n").join(rendered[key] for key in window[: self.size] if key in rendered), self._pager(window)

    async def page(self) -> tuple[list[AnyRow], int | None]:
        """The rows of this page and the key from which the next one goes on."""
        window = await self.window(self.size + 1)
        rows = await self.load(Rows(), window[: self.size])
        return [rows[key] for key in window[: self.size] if key in rows], self._next(window)

    async def json(self) -> dict[str, Any]:
        rows, following = await self.page()
        return {"items": await self.items(rows), "next": following}

    @abstractmethod
    async def items(self, rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
        """The rows as JSON objects."""

    async def _rendered(self, found: Mapping[int, AnyRow], rows: Rows) -> list[tuple[int, Markup]]:
        keys = sorted(found, reverse=True)
        return list(zip(keys, await self.row_html([found[key] for key in keys], rows), strict=True))

    def _pager(self, window: Sequence[int]) -> Markup:
        following = self._next(window)
        first = f"{self.path}?{self.query}".rstrip("?") if self.after is not None else None
        separator = "&" if self.query else ""
        return render(
            "shared/pager.html",
            element=self.element,
            first_url=first,
            next_url=f"{self.path}?{self.query}{separator}{self.after_name}={following}"
            if following is not None
            else None,
        )

    def _next(self, window: Sequence[int]) -> int | None:
        return window[self.size - 1] if len(window) > self.size else None

    def _id(self, key: int) -> str:
        return f"{self.row_element}-{key}"
