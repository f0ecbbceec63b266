"""A page of rows under a filter, newest first, patched row by row."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any, ClassVar, Generic

from markupsafe import Markup

from app.live.batch import AnyRow, Batch, Rows
from app.live.fragments import Partial, Partials, fill, focus_landing, leave, missing, only, replace, stay
from app.live.log import LogEntry
from app.live.pager import Paged
from app.live.regions import Region, region


@region
class Listing(Paged, Region, Generic[AnyRow]):
    """By key (id descending): `after` is the last id of the page before."""

    size: int
    after: int | None
    path: str
    """Of the page that shows it; with `query`, where its pager leads."""
    query: str
    after_name: str = "after"
    wire: str | None = None
    """The event name that its partials carry."""

    row_element: ClassVar[str]  # `code` for rows with ids such as `code-7`

    @cached_property
    def rows_value(self) -> tuple[Any, ...]:
        """Equal for lists of the same rows, wherever their pagers lead: what an event changes of them is the same."""
        names = (field.name for field in fields(self) if field.name not in ("path", "query", "after_name"))
        return type(self), *(getattr(self, name) for name in names)

    @abstractmethod
    async def window(self, limit: int) -> list[int]:
        """Ids of the rows that match, newest first, from `after` on."""

    @abstractmethod
    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, AnyRow]: ...

    @abstractmethod
    async def row_html(self, loaded: Sequence[AnyRow], rows: Rows) -> list[Markup]: ...

    @abstractmethod
    def matches(self, row: AnyRow) -> bool:
        """Whether `window` finds this row."""

    @property
    def is_selective(self) -> bool:
        """Whether `may_match` is ever False."""
        return False

    def may_match(self, row: AnyRow) -> bool:
        """Whether it ever has or will, by what never changes of a row. Where not, an event costs this list no query."""
        return True

    @abstractmethod
    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        """The row that an entry concerns, if any, and whether it was created by it; None: all rows may have changed."""

    @property
    @abstractmethod
    def membership_is_fixed(self) -> bool:
        """Whether a row that is there stays there: nothing that can change is filtered by."""

    def is_rekeyed(self, entries: Sequence[LogEntry]) -> bool:
        """Whether what never changes of a row, as `may_match` takes it, has changed after all."""
        return False

    is_short = False
    """So few rows that all may change at once while it is used: sent row by row also when all are sent."""

    async def patch(self, batch: Batch, entries: Sequence[LogEntry]) -> Partials:
        """Brings any page that stood before these entries to the state of now, knowing only the entries."""
        if self.rows_value not in batch.patched_rows:
            batch.patched_rows[self.rows_value] = await self._patch_rows(batch, entries)
        partials, window = batch.patched_rows[self.rows_value]
        return partials if window is None else (*partials, await self._pager_for(window))

    async def _patch_rows(self, batch: Batch, entries: Sequence[LogEntry]) -> tuple[Partials, Sequence[int] | None]:
        """With the window that the pager is made for, where it may have changed.

        Let T be the rows touched since, and R those of T that the page of now does not show. An untouched row that has
        moved onto the page is among its last |R| rows; one that has moved off is among the |T| rows that follow it.
        """
        touched = await self._touched(batch, entries)
        if not touched:
            return ((), None) if touched is not None else await self._all_rows()
        if self.membership_is_fixed and not any(touched.values()) and not self.is_rekeyed(entries):
            rows = await self._matching(batch, touched)
            rendered = await self._rendered(rows, batch.rows)
            return tuple(replace(self._id(key), html, self.wire) for key, html in rendered), None
        while touched is not None and len(touched) <= self.size:
            window = await self.window(self.size + len(touched) + 1)
            # The window may show more than the batch holds; T must not be smaller than what moved the rows.
            later = await batch.later()
            all_entries = None if later is None else [*entries, *later.entries_for(self)]
            with_later = None if all_entries is None else await self._touched(batch, all_entries)
            if with_later == touched:
                return await self._rows_moved(batch, touched, window), window
            touched = with_later
        return await self._all_rows()

    async def _touched(self, batch: Batch, entries: Sequence[LogEntry]) -> dict[int, bool] | None:
        touched: dict[int, bool] = {}
        for entry in entries:
            if (hits := self.touched(entry)) is None:
                return None
            for key, created in hits.items():
                if self.after is None or key < self.after:  # newer rows are on the pages before this one
                    touched[key] = touched.get(key, False) or created
        if not touched or not self.is_selective or self.is_rekeyed(entries):
            return touched
        rows = await self.load(batch.rows, touched)
        return {key: created for key, created in touched.items() if key not in rows or self.may_match(rows[key])}

    async def _matching(self, batch: Batch, keys: Collection[int]) -> dict[int, AnyRow]:
        return {key: row for key, row in (await self.load(batch.rows, keys)).items() if self.matches(row)}

    async def _moved(self, batch: Batch, touched: Mapping[int, bool], window: Sequence[int]) -> Partials:
        return (*await self._rows_moved(batch, touched, window), await self._pager_for(window))

    async def _rows_moved(self, batch: Batch, touched: Mapping[int, bool], window: Sequence[int]) -> Partials:
        on_page, beyond = window[: self.size], window[self.size :]
        removed = [key for key in touched if key not in on_page]
        gone = [*removed, *(key for key in beyond if key not in touched)]
        partials = [leave(self._id(key), self.locale, self.wire) for key in gone]
        moved_in = [key for key in on_page[len(on_page) - len(removed) :] if key not in touched] if removed else []
        rows = {key: row for key, row in (await self._matching(batch, touched)).items() if key in on_page}
        for key, html in await self._rendered(rows, batch.rows):
            partials += self._present(rows[key], html, created=touched[key])
        rows = await self.load(batch.rows, moved_in)
        for key, html in await self._rendered(rows, batch.rows):
            partials += stay(self._id(key), html, self.wire), self._insert(rows[key], html, only_if_missing=True)
        return tuple(partials)

    def _present(self, row: AnyRow, html: str, *, created: bool) -> list[Partial]:
        """A row that an entry concerns and that the page shows now, whether or not it did before."""
        there = [] if created else [replace(self._id(row.id), html, self.wire)]
        return [*there, self._insert(row, html, only_if_missing=not created)]

    def _insert(self, row: AnyRow, html: str, *, only_if_missing: bool) -> Partial:
        """hx-upsert puts the row where its id belongs, or in place of the one that is there."""
        where = missing(self._id(row.id)) if only_if_missing else ""
        return Partial(f"#{self.element}{where}", "upsert sort:desc", html, self.wire)

    async def full(self) -> Partials:
        partials, window = await self._all_rows()
        return *partials, await self._pager_for(window)

    async def _all_rows(self) -> tuple[Partials, Sequence[int]]:
        if self.is_short:
            window, rows = await self._shown()
            named = {self._id(key): html for key, html in rows}
            return only(self.element, named, "upsert sort:desc", self.locale, self.wire), window
        body, window = await self._body()
        # A row that is gone without having been told to leave takes the focus along.
        there = ", ".join(f"#{self._id(key)}" for key in window[: self.size])
        gone = f":not({there})" if there else "*"
        lost = focus_landing(f"main:has(#{self.element} > {gone}:focus-within)")
        return (fill(self.element, body, self.wire), *lost), window

    async def _body(self) -> tuple[Markup, Sequence[int]]:
        window, rows = await self._shown()
        return Markup("\n").join(html for _, html in rows), window

    async def _shown(self) -> tuple[Sequence[int], list[tuple[int, Markup]]]:
        window = await self.window(self.size + 1)
        rows = Rows()
        rendered = dict(await self._rendered(await self.load(rows, window[: self.size]), rows))
        return window, [(key, rendered[key]) for key in window[: self.size] if key in rendered]

    async def html(self) -> tuple[Markup, Markup]:
        """The rows and the pager, as the page shows them."""
        body, window = await self._body()
        return body, await self.pager(window)

    async def context(self) -> Mapping[str, Any]:
        body, pager = await self.html()
        return {self.element: {"body": body, "pager": pager}}

    async def page(self) -> tuple[list[AnyRow], int | None]:
        """The rows of this page and the key from which the next one goes on."""
        window = await self.window(self.size + 1)
        rows = await self.load(Rows(), window[: self.size])
        return [rows[key] for key in window[: self.size] if key in rows], self._next(window)

    async def json(self) -> dict[str, Any]:
        rows, following = await self.page()
        return {"items": await self.items(rows), "next": following}

    @abstractmethod
    async def items(self, rows: Sequence[AnyRow]) -> list[dict[str, Any]]: ...

    async def _rendered(self, loaded: Mapping[int, AnyRow], rows: Rows) -> list[tuple[int, Markup]]:
        keys = sorted(loaded, reverse=True)
        return list(zip(keys, await self.row_html([loaded[key] for key in keys], rows), strict=True))

    async def _pager_for(self, window: Sequence[int]) -> Partial:
        return replace(f"{self.element}-pager", await self.pager(window))

    def _id(self, key: int) -> str:
        return f"{self.row_element}-{key}"
