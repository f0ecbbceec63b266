"""The inbox of one person: what those of admins and of clients have in common.

Of a broadcast to thousands of people everything but a number is the same for all: the row is rendered once, a badge is
a function of its number, and the numbers of all people of a batch are fetched in one query (unread.py).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Self

from markupsafe import Markup

from app import rooms
from app.calendar.events import DayBegan, are_new_days
from app.events import rekeys
from app.i18n.locale import Locale
from app.live.batch import Batch, Rows
from app.live.fragments import Partial, Partials, nth_leaves
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.live.time_slice import TimeSlice
from app.live.views import Reader
from app.notifications.events import BroadcastSent, NotificationsSeen
from app.notifications.notes import Note, bundled, notes
from app.notifications.saying_days import SayingDays
from app.people.tables import Person
from app.templating import render
from app.topics import ADMIN_NOTIFICATION, BROADCAST, CLIENT_NOTIFICATION, SEEN

BROADCAST_KIND = BroadcastSent.__name__
OWN_LINE = "bundle IS NULL"
"""Many events of one client in a short time are one line, that of their first."""


def notification_channels(reader: Reader) -> frozenset[Channel]:
    """Where their notifications are published."""
    own = (
        Channel(rooms.admin(), ADMIN_NOTIFICATION)
        if reader.role == "admin"
        else Channel(rooms.client(reader.id), CLIENT_NOTIFICATION)
    )
    return frozenset({own, Channel(rooms.everyone(), BROADCAST)})


def inbox_channels(reader: Reader) -> frozenset[Channel]:
    """The same, and where it is published that they have read it."""
    return notification_channels(reader) | {Channel(rooms.client(reader.id), SEEN)}


def _changes_all(entry: LogEntry) -> bool:
    """Whether it changes what older entries say, or how they look."""
    return isinstance(entry.event, NotificationsSeen | DayBegan) or rekeys(entry.event)


FEW = 10
"""Lines of an inbox beside other lists: as many may well come at once."""


@region
class Inbox(SayingDays):
    """The notifications of one person; unread ones are marked, so every admin has one of their own."""

    is_paged: bool = True
    """Whether a pager stands below it."""

    row_element = "notification"

    @property
    def is_short(self) -> bool:  # type: ignore[override]
        return self.size <= FEW

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        if _changes_all(entry):
            return None
        head = self._head(entry)
        return {entry.id: True} if head is None else {head: False}

    @classmethod
    def _head(cls, entry: LogEntry) -> int | None:
        """With which it is read, as one line; None: it has its own, as it always has for a client."""
        return entry.bundle if cls.for_admins else None

    async def row_html(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        """A row is the same for all who have it unread, and for all who have seen it."""
        seen = (await rows.of(Person, [self.reader]))[self.reader].seen_event
        keys = [(self.for_admins, self.locale, entry.id, entry.id > seen) for entry in loaded]
        missing = [entry for entry, key in zip(loaded, keys, strict=True) if key not in rows.rendered]
        if missing:
            await self.render_lines(missing, rows, self.locale, seen)
        return [rows.rendered[key] for key in keys]

    @classmethod
    async def render_lines(cls, entries: Sequence[LogEntry], rows: Rows, locale: Locale, seen: int) -> None:
        for note in await cls.notes_of(entries, rows, locale, seen):
            html = render("notifications/row.html", locale, note=note)
            rows.rendered[cls.for_admins, locale, note.id, note.unread] = html

    async def notes(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Note]:
        person = (await rows.of(Person, [self.reader]))[self.reader]
        return await self.notes_of(loaded, rows, self.locale, person.seen_event)

    @classmethod
    async def notes_of(cls, entries: Sequence[LogEntry], rows: Rows, locale: Locale, seen: int) -> list[Note]:
        """As somebody reads them who has seen all up to an event."""
        counts = await bundled(entries) if cls.for_admins else {}
        return await notes(entries, rows, locale, for_admins=cls.for_admins, seen=seen, counts=counts)

    @classmethod
    async def patch_many(
        cls, entries_by_region: Mapping[Self, Sequence[LogEntry]], batch: Batch
    ) -> dict[Self, Partials]:
        patches: dict[Self, Partials] = {}
        growing: dict[Self, Sequence[LogEntry]] = {}
        for inbox, entries in entries_by_region.items():
            if inbox._grows_by_one(entries):
                patches[inbox] = await inbox._next_row(entries[0], batch)
            elif inbox._grows(entries) and len(entries) <= inbox.size:
                growing[inbox] = entries
        if len(growing) > 1:
            patches |= await cls._grow(growing, batch)
        if batch.has_kind(DayBegan) and (
            new_day := [
                inbox for inbox, entries in entries_by_region.items() if inbox.after is None and are_new_days(entries)
            ]
        ):
            patches |= await cls.say_days_anew(new_day, batch)
        others = {inbox: entries for inbox, entries in entries_by_region.items() if inbox not in patches}
        return patches | await super().patch_many(others, batch)

    @classmethod
    async def _grow(cls, entries_by_inbox: Mapping[Self, Sequence[LogEntry]], batch: Batch) -> dict[Self, Partials]:
        """`patch` of many first pages: their readers and the ids that they show are fetched in one query each."""
        readers = {inbox.reader for inbox in entries_by_inbox}
        await batch.rows.of(Person, readers)
        longest = max(inbox.size + len(entries) + 1 for inbox, entries in entries_by_inbox.items())
        windows = await cls.windows(readers, longest)
        later = await batch.later()
        patches: dict[Self, Partials] = {}
        time_slice = TimeSlice()
        for inbox, entries in entries_by_inbox.items():
            if later is not None and not later.entries_for(inbox):
                window = windows.get(inbox.reader, [])[: inbox.size + len(entries) + 1]
                patches[inbox] = await inbox._moved(batch, {entry.id: True for entry in entries}, window)
            if time_slice.is_over:
                await time_slice.yield_to_loop()
        return patches

    @classmethod
    @abstractmethod
    async def windows(cls, readers: Collection[int], limit: int) -> dict[int, list[int]]:
        """`window` of the first page of each reader."""

    def _grows(self, entries: Sequence[LogEntry]) -> bool:
        return self.after is None and not any(_changes_all(entry) or self._head(entry) is not None for entry in entries)

    def _grows_by_one(self, entries: Sequence[LogEntry]) -> bool:
        return not self.is_paged and len(entries) == 1 and self._grows(entries)

    async def _next_row(self, entry: LogEntry, batch: Batch) -> Partials:
        """One more row on top, and the last one goes: the same for all who get it, without a query for their rows.

        It is unread: for whoever has seen it since a later event says so. On a page that shows it already nothing
        happens. A page that is ahead of the batch gets it at the wrong place, and loses a newer row for it, until the
        entries after it are published, which put every row right.
        """
        key = "inbox", self.for_admins, self.locale, self.element, self.size, entry.id
        if key not in batch.shared:
            [note] = await notes([entry], batch.rows, self.locale, for_admins=self.for_admins, seen=0)
            html = render("notifications/row.html", self.locale, note=note)
            missing = f"#{self.element}:not(:has(#{self._id(entry.id)}))"
            batch.shared[key] = (
                nth_leaves(missing, self.size, self.locale),
                Partial(missing, "upsert sort:desc", html),
            )
        return batch.shared[key]
