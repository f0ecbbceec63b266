from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from app.db.fetch import fetch, marks
from app.db.keyset import newest, without_index
from app.live import rooms
from app.live.event import LogEntry
from app.live.regions import Listing, Rows, Summary
from app.live.views import Reader
from app.notifications.notes import AUDITED, TELLS_ADMINS, TELLS_CLIENTS, Note, notes
from app.people.tables import Person
from app.settings import settings
from app.templating import render
from app.topics import ACCOUNTS, ADMINS, ALL, CLIENTS, CODES, LOG, REQUESTS, SEEN

TELLING = frozenset({ADMINS, CLIENTS, ALL})
MOST_COUNTED = 100
"""Unread notifications are counted up to here, so that the count never costs more than that."""
LATEST = 8
NAME = re.compile(r"[a-z0-9.-]+")
"""The beginning of a user name."""


def for_reader(reader: Reader) -> frozenset[rooms.Room]:
    """Where what they are told is said."""
    own = rooms.admin() if reader.role == "admin" else rooms.client(reader.id)
    return frozenset({own, rooms.everyone()})


def personal(reader: Reader) -> frozenset[rooms.Room]:
    """The same, and where it is said that they have read it."""
    return for_reader(reader) | {rooms.client(reader.id)}


@dataclass(frozen=True, kw_only=True)
class LogListing(Listing[LogEntry]):
    """Rows of the log, under what a subclass lets through."""

    actor: str = ""
    """The beginning of the name of who did it."""

    @property
    def kinds(self) -> Sequence[str]:
        raise NotImplementedError

    async def window(self, limit: int) -> list[int]:
        if self.actor and not NAME.fullmatch(self.actor):
            return []  # nobody's name has a sign that LIKE would read as its own
        kind = f"kind IN ({marks(len(self.kinds))})"
        # Most of the log is of several kinds, so that going back through it finds them sooner than an index for each.
        wanted = {without_index(kind) if len(self.kinds) > 1 else kind: self.kinds}
        beginnings = {"actor_name": self.actor} if self.actor else None
        return await newest("event", wanted, limit=limit, before=self.after, beginnings=beginnings)

    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, LogEntry]:
        return await rows.of(LogEntry, keys)

    @property
    def membership_is_fixed(self) -> bool:
        return True

    async def items(self, found: Sequence[LogEntry]) -> list[dict[str, Any]]:
        return [note.as_json() for note in await self.notes(found, Rows())]

    async def notes(self, found: Sequence[LogEntry], rows: Rows) -> list[Note]:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Inbox(LogListing):
    """What one person has been told; unread ones are marked, so every admin has one of their own."""

    reader: int
    row_element = "notification"
    for_admins: ClassVar[bool]

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        return None if entry.kind == "NotificationsSeen" else {entry.id: True}

    async def row_html(self, found: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        return [render("notifications/row.html", note=note) for note in await self.notes(found, rows)]

    async def notes(self, found: Sequence[LogEntry], rows: Rows) -> list[Note]:
        person = (await rows.of(Person, [self.reader]))[self.reader]
        return await notes(found, rows, for_admins=self.for_admins, seen=person.seen_event)


@dataclass(frozen=True, kw_only=True)
class AdminInbox(Inbox):
    for_admins = True

    @property
    def kinds(self) -> Sequence[str]:
        return (*TELLS_ADMINS, "BroadcastSent")

    def matches(self, row: LogEntry) -> bool:
        return row.kind in self.kinds


@dataclass(frozen=True, kw_only=True)
class ClientInbox(Inbox):
    for_admins = False

    async def window(self, limit: int) -> list[int]:
        """Each half by its own index, no further than needed: as one OR, all that the client ever heard is sorted."""
        before, last = ("", ()) if self.after is None else (" AND id < {}", (self.after,))
        newest = f"ORDER BY id DESC LIMIT {limit:d}"
        own = f"SELECT id FROM event WHERE client = {{}} AND kind IN ({marks(len(TELLS_CLIENTS))}){before} {newest}"
        said = f"SELECT id FROM event WHERE kind = {{}}{before} {newest}"
        rows = await fetch(
            f"SELECT id FROM ({own}) AS own UNION ALL SELECT id FROM ({said}) AS said {newest}",
            self.reader, *TELLS_CLIENTS, *last, "BroadcastSent", *last,
        )  # fmt: skip
        return [row["id"] for row in rows]

    def matches(self, row: LogEntry) -> bool:
        return row.kind == "BroadcastSent" or (row.client == self.reader and row.kind in TELLS_CLIENTS)


@dataclass(frozen=True, kw_only=True)
class AuditTrail(LogListing):
    """Who did what when. `status` is a kind of event here, `q` the beginning of the name of who did it."""

    kind: str

    row_element = "activity"

    @property
    def kinds(self) -> Sequence[str]:
        return [self.kind] if self.kind else AUDITED

    def matches(self, row: LogEntry) -> bool:
        return row.kind in self.kinds and row.actor_name.startswith(self.actor)

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        return {entry.id: True}

    async def row_html(self, found: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        return [render("notifications/activity_row.html", entry=note) for note in await self.notes(found, rows)]

    async def notes(self, found: Sequence[LogEntry], rows: Rows) -> list[Note]:
        return await notes(found, rows, for_admins=True, audit=True)


class Latest(Summary):
    """The newest of the audit trail, for the dashboard."""

    async def html(self) -> Markup:
        trail = audit_trail("", "", None, "", size=LATEST)
        found, _ = await trail.page()
        return render("notifications/latest.html", entries=await trail.notes(found, Rows()))


class Broadcasts(Summary):
    """The latest broadcasts, for those who write the next one."""

    async def html(self) -> Markup:
        trail = audit_trail("BroadcastSent", "", None, "", size=LATEST)
        found, _ = await trail.page()
        return render("notifications/broadcasts.html", entries=await notes(found, Rows(), for_admins=True))


@dataclass(frozen=True, kw_only=True)
class Unread(Summary):
    reader: int
    template: str

    async def html(self) -> Markup:
        return render(self.template, **await self.counts())

    async def json(self) -> int:
        return int((await self.counts())["unread_count"])

    async def counts(self) -> dict[str, Any]:
        person = await Person.by_id(self.reader)
        assert person is not None
        box = inbox(person, None, "", size=MOST_COUNTED)
        newer = await box.window(MOST_COUNTED)
        unread = sum(1 for key in newer if key > person.seen_event)
        return {"unread_count": unread, "latest": newer[0] if newer else 0}


def inbox(reader: Reader, after: int | None, path: str, size: int | None = None) -> Inbox:
    kind = AdminInbox if reader.role == "admin" else ClientInbox
    return kind(
        element="notifications", rooms=personal(reader), hears=TELLING | {SEEN}, wire=None,
        size=size or settings().page_size, after=after, path=path, query="", reader=reader.id,
    )  # fmt: skip


def audit_trail(kind: str, actor: str, after: int | None, query: str, size: int | None = None) -> AuditTrail:
    return AuditTrail(
        element="activity", rooms=frozenset({rooms.admin(), rooms.everyone()}), hears=EVERYTHING,
        size=size or settings().page_size, after=after, path="/admin/activity", query=query, kind=kind, actor=actor,
    )  # fmt: skip


def latest() -> Latest:
    return Latest(element="latest", rooms=frozenset({rooms.admin(), rooms.everyone()}), hears=EVERYTHING)


def broadcasts() -> Broadcasts:
    return Broadcasts(element="broadcasts", rooms=frozenset({rooms.everyone()}), hears=frozenset({ALL}))


def unread(reader: Reader) -> Unread:
    return Unread(
        element="unread", rooms=personal(reader), hears=TELLING | {SEEN}, reader=reader.id,
        template="shared/unread.html",
    )  # fmt: skip


def seen_form(reader: Reader) -> Unread:
    return Unread(
        element="seen", rooms=personal(reader), hears=TELLING | {SEEN}, reader=reader.id,
        template="notifications/seen_form.html",
    )  # fmt: skip


EVERYTHING = frozenset({ADMINS, CODES, ACCOUNTS, REQUESTS, CLIENTS, ALL, LOG})
