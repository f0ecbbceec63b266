from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from piccolo.custom_types import Combinable
from piccolo.query.methods.select import Select

from app.live import rooms
from app.live.event import LogEntry
from app.live.fragments import Partial
from app.live.regions import Batch, Block, Listing, Region, Rows
from app.live.views import Reader
from app.names import ACCOUNTS, ADMINS, ALL, CLIENTS, CODES, LOG, REQUESTS, SEEN
from app.notifications.wording import AUDITED, TELLS_ADMINS, TELLS_CLIENTS, Note, notes
from app.people.tables import Person
from app.settings import settings
from app.templating import render

TELLING = frozenset({ADMINS, CLIENTS, ALL})
TOAST_STAYS = 5.0
"""Seconds for which a toast is left alone (WCAG 2.2.1 wants time to read)."""
TOASTS_AT_ONCE = 3
MOST_COUNTED = 100
"""Unread notifications are counted up to here, so that the count never costs more than that."""
LATEST = 8
TOASTS_KEPT = 50
"""Only the last three are shown (app.css). The others stay a while, because a toast that is on the page is not shown
again when its event is replayed; a page that is open all day must not keep them for ever."""
LONG_GONE = Partial(f"#toasts > :nth-last-child(n+{TOASTS_KEPT + 1})", "delete")
NAME = re.compile(r"[a-z0-9.-]+")
"""The beginning of a user name."""


def for_reader(reader: Reader) -> frozenset[rooms.Room]:
    """Where what they are told is said."""
    own = rooms.admin() if reader.role == "admin" else rooms.client(reader.id)
    return frozenset({own, rooms.everyone()})


def personal(reader: Reader) -> frozenset[rooms.Room]:
    """The same, and where it is said that they have read it."""
    return for_reader(reader) | {rooms.client(reader.id)}


class Pace:
    """Two toasts in five seconds are shown one by one, under the third place the rest of a burst is counted."""

    def __init__(self) -> None:
        self._shown: deque[float] = deque()
        self._burst = 0
        self._burst_at = 0.0

    def room_for(self, many: int) -> bool:
        at = time.monotonic()
        while self._shown and self._shown[0] < at - TOAST_STAYS:
            self._shown.popleft()
        if len(self._shown) + many >= TOASTS_AT_ONCE and (self._shown or many > 1):
            return False
        self._shown.extend([at] * many)
        return True

    def burst(self, many: int) -> int:
        at = time.monotonic()
        self._burst = many + (self._burst if self._burst_at > at - TOAST_STAYS else 0)
        self._burst_at = at
        return self._burst


@dataclass(frozen=True, kw_only=True)
class Toasts(Region):
    """Says what has just happened; the inbox is the record, a toast never is. Not part of a fresh page."""

    for_admins: bool
    pace: Pace = field(default_factory=Pace, compare=False)
    """Of the first page that came; equal regions share it through the hub."""

    async def whole(self) -> list[Partial]:
        return []

    async def follow(self, batch: Batch, entries: Sequence[LogEntry]) -> list[Partial]:
        if not self.pace.room_for(len(entries)):
            return [LONG_GONE, *self._summary(self.pace.burst(len(entries)), entries[-1].kind)]
        told = await notes(entries, batch.rows, for_admins=self.for_admins)
        return [LONG_GONE, *(self._toast(note) for note in told)]

    def _name(self, kind: str) -> str:
        return ALL if kind == "BroadcastSent" else ADMINS if self.for_admins else CLIENTS

    def _toast(self, note: Note) -> Partial:
        # Nothing is shown twice: the answer to an action and its push carry the same id.
        return Partial(
            f"#toasts:not(:has(#toast-{note.id}))",
            "beforeend",
            render("shared/toast.html", toast=note),
            self._name(note.kind),
        )

    def _summary(self, many: int, kind: str) -> list[Partial]:
        text = f"{many} changes just now" if many > 1 else "1 more change just now"
        toast = {"id": "burst", "level": "info", "text": text}
        return [
            Partial("#toast-burst", "delete"),
            Partial("#toasts", "beforeend", render("shared/toast.html", toast=toast), self._name(kind)),
        ]


@dataclass(frozen=True, kw_only=True)
class LogListing(Listing[LogEntry]):
    """Rows of the log, under what a subclass lets through."""

    def _where(self) -> list[Combinable]:
        raise NotImplementedError

    def selection(self, limit: int) -> Select[Any]:
        where = self._where()
        if self.after is not None:
            where.append(LogEntry.id < self.after)
        return LogEntry.select(LogEntry.id).where(*where).order_by(LogEntry.id, ascending=False).limit(limit)

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
    for_admins: bool

    row_element = "notification"

    def _where(self) -> list[Combinable]:
        if self.for_admins:
            return [LogEntry.kind.is_in([*TELLS_ADMINS, "BroadcastSent"])]
        mine = (LogEntry.client == self.reader) & LogEntry.kind.is_in(list(TELLS_CLIENTS))
        return [mine | (LogEntry.kind == "BroadcastSent")]

    def matches(self, row: LogEntry) -> bool:
        if self.for_admins or row.kind == "BroadcastSent":
            return row.kind in (*TELLS_ADMINS, "BroadcastSent")
        return row.client == self.reader and row.kind in TELLS_CLIENTS

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        return None if entry.kind == "NotificationsSeen" else {entry.id: True}

    async def row_html(self, found: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        return [render("notifications/row.html", note=note) for note in await self.notes(found, rows)]

    async def notes(self, found: Sequence[LogEntry], rows: Rows) -> list[Note]:
        person = (await rows.of(Person, [self.reader]))[self.reader]
        return await notes(found, rows, for_admins=self.for_admins, seen=person.seen_event)


@dataclass(frozen=True, kw_only=True)
class AuditTrail(LogListing):
    """Who did what when. `status` is a kind of event here, `q` the beginning of the name of who did it."""

    kind: str
    actor: str

    row_element = "activity"

    def _where(self) -> list[Combinable]:
        kinds = [self.kind] if self.kind else list(AUDITED)
        conditions: list[Combinable] = [LogEntry.kind.is_in(kinds)]
        if self.actor:
            # Nobody's name has a sign that LIKE would read as its own.
            begins = NAME.fullmatch(self.actor)
            conditions.append(LogEntry.actor_name.like(f"{self.actor}%") if begins else LogEntry.id < 0)
        return conditions

    def matches(self, row: LogEntry) -> bool:
        return row.kind in ([self.kind] if self.kind else AUDITED) and row.actor_name.startswith(self.actor)

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        return {entry.id: True}

    async def row_html(self, found: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        return [render("notifications/activity_row.html", entry=note) for note in await self.notes(found, rows)]

    async def notes(self, found: Sequence[LogEntry], rows: Rows) -> list[Note]:
        return await notes(found, rows, for_admins=True, audit=True)


class Latest(Block):
    """The newest of the audit trail, for the dashboard."""

    async def html(self) -> Markup:
        trail = audit_trail("", "", None, "", size=LATEST)
        found, _ = await trail.page()
        return render("notifications/latest.html", entries=await trail.notes(found, Rows()))


class Broadcasts(Block):
    """The latest broadcasts, for those who write the next one."""

    async def html(self) -> Markup:
        trail = audit_trail("BroadcastSent", "", None, "", size=LATEST)
        found, _ = await trail.page()
        return render("notifications/broadcasts.html", entries=await notes(found, Rows(), for_admins=True))


@dataclass(frozen=True, kw_only=True)
class Unread(Block):
    reader: int
    for_admins: bool
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


def toasts(reader: Reader) -> Toasts:
    return Toasts(element="toasts", rooms=for_reader(reader), hears=TELLING, for_admins=reader.role == "admin")


def inbox(reader: Reader, after: int | None, path: str, size: int | None = None) -> Inbox:
    return Inbox(
        element="notifications", rooms=personal(reader), hears=TELLING | {SEEN}, wire=None,
        size=size or settings().page_size, after=after, path=path, query="",
        reader=reader.id, for_admins=reader.role == "admin",
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
        for_admins=reader.role == "admin", template="shared/unread.html",
    )  # fmt: skip


def seen_form(reader: Reader) -> Unread:
    return Unread(
        element="seen", rooms=personal(reader), hears=TELLING | {SEEN}, reader=reader.id,
        for_admins=reader.role == "admin", template="notifications/seen_form.html",
    )  # fmt: skip


EVERYTHING = frozenset({ADMINS, CODES, ACCOUNTS, REQUESTS, CLIENTS, ALL, LOG})
