"""What a reader has been told: their inbox, and the count of what they have not seen.

Of a broadcast to thousands of people everything but a number is the same for all: the row is rendered once, a badge is
a function of its number, and the numbers of all people of a batch are fetched in one query.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from markupsafe import Markup

from app import rooms
from app.db.fetch import fetch, marks
from app.live.batch import Batch, Rows
from app.live.fragments import Partial, Partials, replace
from app.live.log import LogEntry
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.live.views import Reader
from app.notifications.events import BroadcastSent, NotificationsSeen
from app.notifications.log_listing import LogListing
from app.notifications.notes import Note, notes, telling_admins, telling_clients
from app.people.tables import Person
from app.settings import settings
from app.templating import render
from app.topics import ADMIN_NOTIFICATION, BROADCAST, CLIENT_NOTIFICATION, SEEN

MOST_COUNTED = 100
"""Unread notifications are counted up to here, so that the count never costs more than that."""
BROADCAST_KIND = BroadcastSent.__name__


def told_to(reader: Reader) -> frozenset[Channel]:
    """Where what they are told is published."""
    own = (
        Channel(rooms.admin(), ADMIN_NOTIFICATION)
        if reader.role == "admin"
        else Channel(rooms.client(reader.id), CLIENT_NOTIFICATION)
    )
    return frozenset({own, Channel(rooms.everyone(), BROADCAST)})


def told_and_seen(reader: Reader) -> frozenset[Channel]:
    """The same, and where it is published that they have read it."""
    return told_to(reader) | {Channel(rooms.client(reader.id), SEEN)}


@region
class Inbox(LogListing):
    """What one person has been told; unread ones are marked, so every admin has one of their own."""

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
    async def patch_many(cls, heard: Mapping[Self, Sequence[LogEntry]], batch: Batch) -> dict[Self, Partials]:
        patches = {}
        for inbox, entries in heard.items():
            one_more = inbox._next_row(entries[0], batch) if inbox._grows_by_one(entries) else None
            patches[inbox] = await (one_more or inbox.patch(batch, entries))
        return patches

    def _grows_by_one(self, entries: Sequence[LogEntry]) -> bool:
        is_first_page = self.after is None and not self.is_paged
        return is_first_page and len(entries) == 1 and not isinstance(entries[0].event, NotificationsSeen)

    async def _next_row(self, entry: LogEntry, batch: Batch) -> Partials:
        """One more row on top, and the last one goes: the same for everybody who is told, without a look at their rows.

        It is unread: whoever has seen it since hears so by a later event. On a page that shows it already nothing
        happens. A page that is ahead of the batch gets it at the wrong place, and loses a newer row for it, until the
        entries after it come, which put every row right in their turn.
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
        return (*telling_admins(), BROADCAST_KIND)

    def matches(self, row: LogEntry) -> bool:
        return row.kind in self.kinds


@region
class ClientInbox(Inbox):
    for_admins = False

    async def window(self, limit: int) -> list[int]:
        """Each half by its own index, no further than needed: as one OR, all that the client ever heard is sorted."""
        before, last = ("", ()) if self.after is None else (" AND id < {}", (self.after,))
        newest = f"ORDER BY id DESC LIMIT {limit:d}"
        kinds = telling_clients()
        own = f"SELECT id FROM event WHERE client = {{}} AND kind IN ({marks(len(kinds))}){before} {newest}"
        broadcasts = f"SELECT id FROM event WHERE kind = {{}}{before} {newest}"
        rows = await fetch(
            f"SELECT id FROM ({own}) AS own UNION ALL SELECT id FROM ({broadcasts}) AS broadcasts {newest}",
            self.reader, *kinds, *last, BROADCAST_KIND, *last,
        )  # fmt: skip
        return [row["id"] for row in rows]

    def matches(self, row: LogEntry) -> bool:
        return row.kind == BROADCAST_KIND or (row.client == self.reader and row.kind in telling_clients())


@dataclass(frozen=True)
class Count:
    unread: int
    """MOST_COUNTED at most."""
    latest: int
    """Id of the newest event that they were told; 0 when there is none."""


@region
class Unread(Summary):
    """How many notifications a reader has not seen, as a badge or as the form that marks them."""

    reader: int
    is_admin: bool
    template: str

    async def html(self) -> Markup:
        return self._html(await self._count())

    async def json(self) -> int:
        return (await self._count()).unread

    async def _count(self) -> Count:
        return (await (count_admins if self.is_admin else count_clients)([self.reader]))[self.reader]

    def _html(self, count: Count) -> Markup:
        return render(self.template, unread_count=count.unread, latest=count.latest)

    @classmethod
    async def full_many(cls, regions: Collection[Self], batch: Batch) -> dict[Self, Partials]:
        counts: dict[int, Count] = {}
        for is_admin, count in ((True, count_admins), (False, count_clients)):
            if readers := {unread.reader for unread in regions if unread.is_admin == is_admin}:
                counts |= await count(readers)
        return {unread: unread._shared(counts[unread.reader], batch) for unread in regions}

    @classmethod
    async def patch_many(cls, heard: Mapping[Self, Sequence[LogEntry]], batch: Batch) -> dict[Self, Partials]:
        return await cls.full_many(heard, batch)

    def _shared(self, count: Count, batch: Batch) -> Partials:
        key = "unread", self.template, count
        if key not in batch.shared:
            batch.shared[key] = (replace(self.element, self._html(count)),)
        return batch.shared[key]


async def count_admins(readers: Collection[int]) -> dict[int, Count]:
    """All admins are told the same; what each has seen of it differs."""
    kinds = (*telling_admins(), BROADCAST_KIND)
    sql = f"SELECT id FROM event WHERE kind IN ({marks(len(kinds))}) ORDER BY id DESC LIMIT {MOST_COUNTED}"
    newest = sorted(row["id"] for row in await fetch(sql, *kinds))
    sql = f"SELECT id, seen_event FROM person WHERE id IN ({marks(len(readers))})"
    seen = {row["id"]: row["seen_event"] for row in await fetch(sql, *readers)}
    return {
        reader: Count(len(newest) - bisect_right(newest, position), newest[-1] if newest else 0)
        for reader, position in seen.items()
    }


async def count_clients(readers: Collection[int]) -> dict[int, Count]:
    """What each was told by themselves, in one query, and the broadcasts, which are the same for all."""
    sql = f"SELECT id FROM event WHERE kind = {{}} ORDER BY id DESC LIMIT {MOST_COUNTED}"
    broadcasts = sorted(row["id"] for row in await fetch(sql, BROADCAST_KIND))
    last_broadcast = broadcasts[-1] if broadcasts else 0
    kinds = telling_clients()
    told = f"SELECT id FROM event WHERE client = person.id AND kind IN ({marks(len(kinds))})"
    rows = await fetch(
        f"SELECT person.id, person.seen_event, "
        f"(SELECT COUNT(*) FROM ({told} AND id > person.seen_event LIMIT {MOST_COUNTED}) AS unread) AS unread, "
        f"(SELECT id FROM ({told} ORDER BY id DESC LIMIT 1) AS newest) AS latest "
        f"FROM person WHERE id IN ({marks(len(readers))})",
        *kinds, *kinds, *readers,
    )  # fmt: skip
    return {
        row["id"]: Count(
            min(MOST_COUNTED, row["unread"] + len(broadcasts) - bisect_right(broadcasts, row["seen_event"])),
            max(row["latest"] or 0, last_broadcast),
        )
        for row in rows
    }


def inbox(reader: Reader, after: int | None, path: str, size: int | None = None, *, is_paged: bool = True) -> Inbox:
    kind = AdminInbox if reader.role == "admin" else ClientInbox
    return kind(
        element="notifications", channels=told_and_seen(reader), size=size or settings().page_size, after=after,
        path=path, query="", reader=reader.id, is_paged=is_paged,
    )  # fmt: skip


def unread(reader: Reader) -> Unread:
    return _unread(reader, "unread", "shared/unread.html")


def seen_form(reader: Reader) -> Unread:
    return _unread(reader, "seen", "notifications/seen_form.html")


def _unread(reader: Reader, element: str, template: str) -> Unread:
    return Unread(
        element=element, channels=told_and_seen(reader), reader=reader.id, is_admin=reader.role == "admin",
        template=template,
    )  # fmt: skip
