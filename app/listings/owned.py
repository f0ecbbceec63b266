"""Lists of rows that belong to clients, as regions."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar, Generic, Self

from markupsafe import Markup

from app import rooms
from app.calendar.events import DayBegan, new_day_in
from app.db.keyset import OF_ONE, Match, newest_ids, next_newer_ids
from app.events import DeskEvent
from app.i18n.locale import Locale
from app.listings.filter import Filter
from app.listings.matching import match_for
from app.listings.row_cache import render_rows
from app.listings.saying_days import Owned, SayingDays
from app.listings.search import keys_of
from app.live.batch import Batch, Rows
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.live.views import Reader
from app.settings import settings
from app.topics import wire_name

MOST_ROWS = 50
"""Rows of one batch of events whose searches are looked up; beyond, each search is asked whether it finds them."""


@region
class OwnedListing(SayingDays[Owned], Generic[Owned]):
    """A list of rows that belong to clients: codes, accounts, extension requests.

    Two audiences, two fragments: `for_admins` lists everybody's rows, `for_owner` one client's.
    """

    filter: Filter
    template: str

    can_turn_back = True
    key_name: ClassVar[str] = "licence"
    folder: ClassVar[str]
    """The element's id, and the last part of the admins' page."""
    templates: ClassVar[str] = ""
    """The folder of its rows' templates; empty: the same."""
    topic: ClassVar[str]
    """On which its rows change; also the name of its partials on the wire."""
    owner_topic: ClassVar[str | None] = None
    """The same in its owner's room, where it is another one."""

    @classmethod
    def for_admins(cls, filter: Filter, query: str, locale: Locale) -> Self:
        return cls(
            element=cls.folder,
            channels=frozenset({Channel(rooms.admin(), cls.topic)}) | cls._refreshing(locale),
            locale=locale,
            wire=wire_name(cls.topic),
            size=settings().page_size,
            after=filter.after,
            path=f"/admin/{cls.folder}",
            query=query,
            filter=filter,
            owner=None,
            template=f"{cls.templates or cls.folder}/admin_row.html",
        )

    @classmethod
    def for_owner(cls, owner: Reader, filter: Filter, query: str, after_name: str = "after") -> Self:
        topic = cls.owner_topic or cls.topic
        return cls(
            element=cls.folder,
            channels=frozenset({Channel(rooms.client(owner.id), topic)}) | cls._refreshing(owner.locale),
            locale=owner.locale,
            wire=wire_name(topic),
            size=settings().page_size,
            after=filter.after,
            after_name=after_name,
            path="/",
            query=query,
            filter=filter,
            owner=owner.id,
            template=f"{cls.templates or cls.folder}/client_row.html",
        )

    def of_owner(self, owner: int) -> Self:
        """The same of one client's rows."""
        return replace(self, owner=owner)

    @classmethod
    def _refreshing(cls, locale: Locale) -> frozenset[Channel]:
        """At a new day in its readers' zone every row of it may change."""
        return frozenset({new_day_in(locale.zone)})

    async def window(self, limit: int) -> list[int]:
        matches = await self._matches()
        if matches is None:
            return []
        return await newest_ids(self._name, self._conditions, limit=limit, before=self.after, matches=matches)

    async def window_before(self, limit: int) -> list[int]:
        matches = await self._matches()
        if matches is None or self.after is None:
            return []
        return await next_newer_ids(self._name, self._conditions, limit=limit, since=self.after, matches=matches)

    async def _matches(self) -> list[Match] | None:
        """The ways in which a row can be what is searched for; none where nothing is; None where no row can be it."""
        terms = self.filter.terms(self.key_name)
        if self.filter.q and not terms:
            return None
        return [await match_for(self._name, term, self.owner) for term in terms]

    @property
    def _name(self) -> str:
        return self.table._meta.tablename

    @property
    def _conditions(self) -> dict[str, list[Any]]:
        mine = {} if self.owner is None else {OF_ONE: [self.owner]}
        return mine | self.filter.conditions(self._name, self.locale)

    def matches(self, row: Owned) -> bool:
        return (
            (not self.filter.status or row.status == self.filter.status)
            and (self.after is None or row.id < self.after)
            and self.may_match(row)
        )

    @property
    def is_selective(self) -> bool:
        return bool(self.filter.q) or self.filter.is_narrowed

    @cached_property
    def terms(self) -> frozenset[Hashable] | None:
        return frozenset(term.key for term in self.filter.terms(self.key_name)) if self.filter.q else None

    @classmethod
    async def terms_of(cls, entries: Sequence[LogEntry], batch: Batch) -> Collection[Hashable] | None:
        """Those of the rows' names, numbers and keys."""
        if any(isinstance(entry.event, DayBegan) for entry in entries) or cls._are_rekeyed(entries):
            return None
        keys = {key for entry in entries if (key := getattr(entry.event, cls.table.event_field, None)) is not None}
        rows = await batch.rows.of(cls.table, keys)
        if len(rows) < len(keys) or len(rows) > MOST_ROWS:
            return None
        columns = ("owner_name", "account_number", cls.key_name)
        return {key for row in rows.values() for column in columns for key in keys_of(column, getattr(row, column))}

    def is_rekeyed(self, entries: Sequence[LogEntry]) -> bool:
        return self._are_rekeyed(entries)

    @classmethod
    def _are_rekeyed(cls, entries: Sequence[LogEntry]) -> bool:
        field = cls.table.event_field
        return any(isinstance(entry.event, DeskEvent) and field in entry.event.rekeys for entry in entries)

    def may_match(self, row: Owned) -> bool:
        return (
            (self.owner is None or row.owner == self.owner)
            and self.filter.admits(row, self.locale)
            and self.filter.finds(row, self.key_name)
        )

    @property
    def membership_is_fixed(self) -> bool:
        return not self.filter.status

    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, Owned]:
        table: type[Owned] = self.table  # type: ignore[assignment]
        return await rows.of(table, keys)

    async def row_html(self, loaded: Sequence[Owned], rows: Rows) -> list[Markup]:
        return await render_rows(self.template, loaded, self.locale)

    async def items(self, rows: Sequence[Owned]) -> list[dict[str, Any]]:
        return [row.as_json() for row in rows]

    async def file_items(self, rows: Sequence[Owned]) -> list[dict[str, Any]]:
        return [row.as_csv() for row in rows]

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        event = entry.event
        if isinstance(event, DayBegan):
            return None
        field = self.table.event_field
        row = getattr(event, field, None)
        return {} if row is None else {row: isinstance(event, DeskEvent) and field in event.creates}
