"""Lists of rows that belong to clients, as regions."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, TypeVar

from markupsafe import Markup

from app import rooms
from app.db.keyset import newest_ids
from app.events import DeskEvent
from app.listings.filter import Filter
from app.listings.row import OwnedRow
from app.listings.row_cache import render_row
from app.live.batch import Batch, Rows
from app.live.event import Event
from app.live.listing import Listing
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.settings import settings
from app.topics import wire_name

MOST_ROWS = 50
"""Rows of one batch of events whose searches are looked up; beyond, each search is asked whether it finds them."""


Owned = TypeVar("Owned", bound=OwnedRow)


@region
class OwnedListing(Listing[Owned], Generic[Owned]):
    """A list of rows that belong to clients: codes, accounts, extension requests.

    Two audiences, two fragments: `for_admins` lists everybody's rows, `for_owner` one client's.
    """

    filter: Filter
    owner: int | None
    """Only this client's rows; None: everybody's."""
    template: str

    table: ClassVar[type[OwnedRow]]
    key_name: ClassVar[str] = "licence"
    folder: ClassVar[str]
    """Of the templates; also the element's id and the last part of the admins' page."""
    topic: ClassVar[str]
    """On which its rows change; also the name of its partials on the wire."""
    owner_topic: ClassVar[str | None] = None
    """The same in its owner's room, where it is another one."""
    refreshed_by: ClassVar[tuple[tuple[str, type[Event]], ...]] = ()
    """Topics in everyone's room, and their events, at which every row of it may change."""

    @classmethod
    def for_admins(cls, filter: Filter, query: str) -> Self:
        return cls(
            element=cls.folder,
            channels=frozenset({Channel(rooms.admin(), cls.topic)}) | cls._refreshing(),
            wire=wire_name(cls.topic),
            size=settings().page_size,
            after=filter.after,
            path=f"/admin/{cls.folder}",
            query=query,
            filter=filter,
            owner=None,
            template=f"{cls.folder}/admin_row.html",
        )

    @classmethod
    def for_owner(cls, client: int, filter: Filter, query: str, after_name: str = "after") -> Self:
        topic = cls.owner_topic or cls.topic
        return cls(
            element=cls.folder,
            channels=frozenset({Channel(rooms.client(client), topic)}) | cls._refreshing(),
            wire=wire_name(topic),
            size=settings().page_size,
            after=filter.after,
            after_name=after_name,
            path="/",
            query=query,
            filter=filter,
            owner=client,
            template=f"{cls.folder}/client_row.html",
        )

    @classmethod
    def _refreshing(cls) -> frozenset[Channel]:
        return frozenset(Channel(rooms.everyone(), topic) for topic, _ in cls.refreshed_by)

    async def window(self, limit: int) -> list[int]:
        prefixes = self.filter.prefixes(self.key_name)
        if self.filter.q and not prefixes:
            return []
        conditions = {"owner = {}": self.owner, "status = {}": self.filter.status or None}
        return await newest_ids(
            self.table._meta.tablename,
            {condition: [value] for condition, value in conditions.items() if value is not None},
            limit=limit,
            before=self.after,
            prefixes=prefixes,
        )

    def matches(self, row: Owned) -> bool:
        return (
            (not self.filter.status or row.status == self.filter.status)
            and (self.after is None or row.id < self.after)
            and self.may_match(row)
        )

    @property
    def is_selective(self) -> bool:
        return bool(self.filter.q)

    @cached_property
    def terms(self) -> frozenset[Hashable] | None:
        return frozenset(self.filter.prefixes(self.key_name).items()) if self.filter.q else None

    @classmethod
    async def terms_of(cls, entries: Sequence[LogEntry], batch: Batch) -> Collection[Hashable] | None:
        """All beginnings of the rows' names, numbers and keys."""
        if any(isinstance(entry.event, cls._refreshing_events()) for entry in entries):
            return None
        keys = {key for entry in entries if (key := getattr(entry.event, cls.table.event_field, None)) is not None}
        rows = await batch.rows.of(cls.table, keys)
        if len(rows) < len(keys) or len(rows) > MOST_ROWS:
            return None
        columns = ("owner_name", "account_number", cls.key_name)
        values = [(column, getattr(row, column)) for row in rows.values() for column in columns]
        return {(column, value[:end]) for column, value in values for end in range(1, len(value) + 1)}

    @classmethod
    def _refreshing_events(cls) -> tuple[type[Event], ...]:
        return tuple(kind for _, kind in cls.refreshed_by)

    def may_match(self, row: Owned) -> bool:
        return (self.owner is None or row.owner == self.owner) and self.filter.finds(row, self.key_name)

    @property
    def membership_is_fixed(self) -> bool:
        return not self.filter.status

    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, Owned]:
        table: type[Owned] = self.table  # type: ignore[assignment]
        return await rows.of(table, keys)

    async def row_html(self, loaded: Sequence[Owned], rows: Rows) -> list[Markup]:
        return [render_row(self.template, row) for row in loaded]

    async def items(self, rows: Sequence[Owned]) -> list[dict[str, Any]]:
        return [row.as_json() for row in rows]

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        event = entry.event
        if isinstance(event, self._refreshing_events()):
            return None
        field = self.table.event_field
        row = getattr(event, field, None)
        return {} if row is None else {row: isinstance(event, DeskEvent) and field in event.creates}
