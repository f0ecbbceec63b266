"""The inbox of one person: what those of admins and of clients have in common.

Of a broadcast to thousands of people everything but a number is the same for all: the row is rendered once, a badge is
a function of its number, and the numbers of all people of a batch are fetched in one query (unread.py).
"""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Self

from markupsafe import Markup

from app import rooms
from app.calendar.events import DayBegan, are_new_days, said_day_since
from app.i18n.locale import Locale
from app.live.batch import Batch, Rows
from app.live.fragments import Partial, Partials, replace
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.live.time_slice import TimeSlice
from app.live.views import Reader
from app.notifications.events import BroadcastSent, NotificationsSeen
from app.notifications.log_listing import LogListing
from app.notifications.notes import Note, bundled, notes, read_facts
from app.notifications.seen import seen_events
from app.people.tables import Person
from app.templating import render
from app.topics import ADMIN_NOTIFICATION, BROADCAST, CLIENT_NOTIFICATION, SEEN

BROADCAST_KIND = BroadcastSent.__name__
OWN_LINE = "bundle IS NULL"
"""Many events of one client in a short time are one line, that of their first."""

_Told = tuple[Locale, tuple[int, ...], int]
"""What readers of one language are told: the lines, newest first, and how many of them are unread."""


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


@region
class Inbox(LogListing):
    """The notifications of one person; unread ones are marked, so every admin has one of their own."""

    reader: int
    is_paged: bool = True
    """Whether a pager stands below it."""

    row_element = "notification"
    for_admins: ClassVar[bool]

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        if isinstance(entry.event, NotificationsSeen | DayBegan):
            return None
        return {entry.id: True} if entry.bundle is None else {entry.bundle: False}

    async def row_html(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        """A row is the same for all who have it unread, and for all who have seen it."""
        seen = (await rows.of(Person, [self.reader]))[self.reader].seen_event
        keys = [(self.for_admins, self.locale, entry.id, entry.id > seen) for entry in loaded]
        missing = [entry for entry, key in zip(loaded, keys, strict=True) if key not in rows.rendered]
        if missing:
            await self._render(missing, rows, self.locale, seen)
        return [rows.rendered[key] for key in keys]

    @classmethod
    async def _render(cls, entries: Sequence[LogEntry], rows: Rows, locale: Locale, seen: int) -> None:
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
            patches |= await cls._say_days_anew(new_day, batch)
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
    async def _say_days_anew(cls, inboxes: Collection[Self], batch: Batch) -> dict[Self, Partials]:
        """On a new day, of first pages: the lines of the last days, fetched for all of them at once. A line is rendered
        once for all who have it unread in a language, and once for all others; who read the same share what is sent."""
        readers = {inbox.reader for inbox in inboxes}
        recent = await cls.recent(readers, max(inbox.size for inbox in inboxes), said_day_since(batch.entries), batch)
        seen = await seen_events([reader for reader, told in recent.items() if told])
        alike: dict[_Told, list[Self]] = defaultdict(list)
        lines: dict[int, LogEntry] = {}
        missing: dict[tuple[Locale, bool], dict[int, LogEntry]] = defaultdict(dict)
        for inbox in inboxes:
            told = recent[inbox.reader]
            last_seen = seen.get(inbox.reader, 0)
            unread = sum([line.id > last_seen for line in told])  # the newest are first
            same = inbox.locale, tuple([line.id for line in told]), unread
            if same not in alike:
                for nth, line in enumerate(told):
                    lines[line.id] = line
                    if (cls.for_admins, inbox.locale, line.id, nth < unread) not in batch.rows.rendered:
                        missing[inbox.locale, nth < unread][line.id] = line
            alike[same].append(inbox)
        await read_facts([*lines.values()], batch.rows)
        for (locale, is_unread), by_id in missing.items():
            await cls._render([*by_id.values()], batch.rows, locale, seen=0 if is_unread else max(by_id))
        patches: dict[Self, Partials] = {}
        time_slice = TimeSlice()
        for (locale, told_ids, unread), group in alike.items():
            key = "new day", cls.for_admins, locale, told_ids, unread
            if key not in batch.shared:
                batch.shared[key] = tuple(
                    replace(group[0]._id(line), batch.rows.rendered[cls.for_admins, locale, line, nth < unread])
                    for nth, line in enumerate(told_ids)
                )
            patches.update(dict.fromkeys(group, batch.shared[key]))
            if time_slice.is_over:
                await time_slice.yield_to_loop()
        return patches

    @classmethod
    @abstractmethod
    async def recent(
        cls, readers: Collection[int], limit: int, since: datetime, batch: Batch
    ) -> dict[int, Sequence[LogEntry]]:
        """Of the first page of each reader the lines that are no older, newest first. One object for those who were
        told nothing of their own."""

    @classmethod
    @abstractmethod
    async def windows(cls, readers: Collection[int], limit: int) -> dict[int, list[int]]:
        """`window` of the first page of each reader."""

    def _grows(self, entries: Sequence[LogEntry]) -> bool:
        return self.after is None and not any(
            isinstance(entry.event, NotificationsSeen | DayBegan) or entry.bundle is not None for entry in entries
        )

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
                Partial(f"{missing} > :nth-child({self.size})", "delete"),
                Partial(missing, "upsert sort:desc", html),
            )
        return batch.shared[key]
