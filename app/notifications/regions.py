"""A reader's notifications: their inbox.

Of a broadcast to thousands of people everything but a number is the same for all: the row is rendered once, a badge is
a function of its number, and the numbers of all people of a batch are fetched in one query (unread.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from markupsafe import Markup

from app import rooms
from app.db.fetch import fetch, placeholders
from app.live.batch import Batch, Rows
from app.live.fragments import Partial, Partials
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.live.views import Reader
from app.notifications.events import BroadcastSent, NotificationsSeen
from app.notifications.log_listing import LogListing
from app.notifications.notes import Note, admin_kinds, client_kinds, notes
from app.people.tables import Person
from app.settings import settings
from app.templating import render
from app.topics import ADMIN_NOTIFICATION, BROADCAST, CLIENT_NOTIFICATION, SEEN

BROADCAST_KIND = BroadcastSent.__name__


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
        return None if isinstance(entry.event, NotificationsSeen) else {entry.id: True}

    async def row_html(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        return [render("notifications/row.html", note=note) for note in await self.notes(loaded, rows)]

    async def notes(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Note]:
        person = (await rows.of(Person, [self.reader]))[self.reader]
        return await notes(loaded, rows, for_admins=self.for_admins, seen=person.seen_event)

    @classmethod
    async def patch_many(
        cls, entries_by_region: Mapping[Self, Sequence[LogEntry]], batch: Batch
    ) -> dict[Self, Partials]:
        patches = {}
        for inbox, entries in entries_by_region.items():
            one_more = inbox._next_row(entries[0], batch) if inbox._grows_by_one(entries) else None
            patches[inbox] = await (one_more or inbox.patch(batch, entries))
        return patches

    def _grows_by_one(self, entries: Sequence[LogEntry]) -> bool:
        is_first_page = self.after is None and not self.is_paged
        return is_first_page and len(entries) == 1 and not isinstance(entries[0].event, NotificationsSeen)

    async def _next_row(self, entry: LogEntry, batch: Batch) -> Partials:
        """One more row on top, and the last one goes: the same for all who get it, without a query for their rows.

        It is unread: for whoever has seen it since a later event says so. On a page that shows it already nothing
        happens. A page that is ahead of the batch gets it at the wrong place, and loses a newer row for it, until the
        entries after it are published, which put every row right.
        """
        key = "inbox", self.for_admins, self.element, self.size, entry.id
        if key not in batch.shared:
            [note] = await notes([entry], batch.rows, for_admins=self.for_admins, seen=0)
            html = render("notifications/row.html", note=note)
            missing = f"#{self.element}:not(:has(#{self._id(entry.id)}))"
            batch.shared[key] = (
                Partial(f"{missing} > :nth-child({self.size})", "delete"),
                Partial(missing, "upsert sort:desc", html),
            )
        return batch.shared[key]


@region
class AdminInbox(Inbox):
    for_admins = True

    @property
    def kinds(self) -> Sequence[str]:
        return (*admin_kinds(), BROADCAST_KIND)

    def matches(self, row: LogEntry) -> bool:
        return row.kind in self.kinds


@region
class ClientInbox(Inbox):
    for_admins = False

    async def window(self, limit: int) -> list[int]:
        """Each half by its own index, no further than needed: as one OR, all that the client ever got is sorted."""
        before, last = ("", ()) if self.after is None else (" AND id < {}", (self.after,))
        newest = f"ORDER BY id DESC LIMIT {limit:d}"
        kinds = client_kinds()
        own = f"SELECT id FROM event WHERE client = {{}} AND kind IN ({placeholders(len(kinds))}){before} {newest}"
        broadcasts = f"SELECT id FROM event WHERE kind = {{}}{before} {newest}"
        rows = await fetch(
            f"SELECT id FROM ({own}) AS own UNION ALL SELECT id FROM ({broadcasts}) AS broadcasts {newest}",
            self.reader, *kinds, *last, BROADCAST_KIND, *last,
        )  # fmt: skip
        return [row["id"] for row in rows]

    def matches(self, row: LogEntry) -> bool:
        return row.kind == BROADCAST_KIND or (row.client == self.reader and row.kind in client_kinds())


def inbox(reader: Reader, after: int | None, path: str, size: int | None = None, *, is_paged: bool = True) -> Inbox:
    kind = AdminInbox if reader.role == "admin" else ClientInbox
    return kind(
        element="notifications", channels=inbox_channels(reader), size=size or settings().page_size, after=after,
        path=path, query="", reader=reader.id, is_paged=is_paged,
    )  # fmt: skip
