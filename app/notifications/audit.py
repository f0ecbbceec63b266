"""What admins read of the log: the audit trail, its newest entries, and the latest broadcasts."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from functools import cached_property

from markupsafe import Markup

from app import rooms
from app.calendar.events import DayBegan, new_day_in
from app.events import rekeys
from app.i18n.locale import Locale
from app.listings.search import keys_of, term
from app.listings.short_list import ShortList, Shown
from app.live.batch import Batch, Rows
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.live.views import Reader
from app.notifications.log_listing import LogListing
from app.notifications.notes import Note, audit_groups, audit_kinds, broadcast_kinds, notes
from app.settings import settings
from app.templating import render
from app.topics import (
    ACCOUNTS_UPDATED,
    ADMIN_NOTIFICATION,
    AUDIT_ONLY,
    BROADCAST,
    CODES_UPDATED,
    REQUESTS_UPDATED,
)

NEWEST = 8
"""Entries in a short list."""

EVERYTHING = frozenset(
    {
        Channel(rooms.everyone(), BROADCAST),
        *(
            Channel(rooms.admin(), topic)
            for topic in (ADMIN_NOTIFICATION, CODES_UPDATED, ACCOUNTS_UPDATED, REQUESTS_UPDATED, AUDIT_ONLY)
        ),
    }
)


@region
class AuditTrail(LogListing):
    """Who did what when. `status` is a kind of event here, or a domain, `q` part of the name of who did it."""

    kind: str

    row_element = "activity"
    can_turn_back = True

    @property
    def kinds(self) -> Sequence[str]:
        return audit_groups().get(self.kind) or ((self.kind,) if self.kind else audit_kinds())

    @property
    def are_rare(self) -> bool:
        return bool(self.kind)

    def matches(self, row: LogEntry) -> bool:
        return self.may_match(row)

    @property
    def is_selective(self) -> bool:
        return True

    def may_match(self, row: LogEntry) -> bool:
        return row.kind in self.kinds and (not self.actor or term("actor_name", self.actor).fits(row.actor_name))

    @cached_property
    def terms(self) -> frozenset[Hashable] | None:
        if self.actor:
            return frozenset({term("actor_name", self.actor).key})
        return frozenset(("kind", kind) for kind in self.kinds) if self.kind else None

    @classmethod
    async def terms_of(cls, entries: Sequence[LogEntry], batch: Batch) -> Collection[Hashable] | None:
        if any(_changes_all(entry) for entry in entries):
            return None
        names = {entry.actor_name for entry in entries}
        keys: set[Hashable] = {key for name in names for key in keys_of("actor_name", name)}
        return keys | {("kind", entry.kind) for entry in entries}

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        return None if _changes_all(entry) else {entry.id: True}

    async def row_html(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        return [
            render("notifications/activity_row.html", self.locale, entry=note)
            for note in await self.notes(loaded, rows)
        ]

    async def notes(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Note]:
        return await notes(loaded, rows, self.locale, for_admins=True, audit=True)


def _changes_all(entry: LogEntry) -> bool:
    """Whether it changes what older entries say."""
    return isinstance(entry.event, DayBegan) or rekeys(entry.event)


class Newest(ShortList):
    """Some of the newest entries."""

    is_kept = AuditTrail.is_kept
    upsert = "upsert sort:desc"

    def rows(self, template: str, entries: Sequence[Note]) -> Shown:
        ids = [f"{self.element}-{entry.id}" for entry in entries]
        return Shown(
            {id: render(template, self.locale, id=id, entry=entry) for id, entry in zip(ids, entries, strict=True)}
        )


class Latest(Newest):
    """The newest of the audit trail, for the dashboard."""

    template = "notifications/latest.html"

    async def shown(self) -> Shown:
        trail = audit_trail(self.locale, "", "", None, "", size=NEWEST)
        entries, _ = await trail.page()
        return self.rows("notifications/latest_row.html", await trail.notes(entries, Rows()))


class Broadcasts(Newest):
    """The latest broadcasts, for those who write the next one."""

    template = "notifications/broadcasts.html"

    async def shown(self) -> Shown:
        [kind] = broadcast_kinds()
        entries, _ = await audit_trail(self.locale, kind, "", None, "", size=NEWEST).page()
        in_words = await notes(entries, Rows(), self.locale, for_admins=True)
        return self.rows("notifications/broadcast_row.html", in_words)


def audit_trail(
    locale: Locale, kind: str, actor: str, after: int | None, query: str, size: int | None = None
) -> AuditTrail:
    return AuditTrail(
        element="activity", channels=EVERYTHING | {new_day_in(locale.zone)}, locale=locale,
        size=size or settings().page_size, after=after,
        path="/admin/activity", query=query, kind=kind, actor=actor,
    )  # fmt: skip


def latest(reader: Reader) -> Latest:
    channels = EVERYTHING | {new_day_in(reader.locale.zone)}
    return Latest(element="latest", channels=channels, locale=reader.locale)


def broadcasts(reader: Reader) -> Broadcasts:
    channels = frozenset({Channel(rooms.everyone(), BROADCAST), new_day_in(reader.locale.zone)})
    return Broadcasts(element="broadcasts", channels=channels, locale=reader.locale)
