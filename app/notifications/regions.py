"""A reader's notifications: an inbox, which finds its lines for an admin or for a client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from app.calendar.events import new_day_in
from app.db.fetch import fetch, fetch_column, placeholders
from app.db.keyset import newest_ids, without_index
from app.live.batch import Batch
from app.live.fragments import Partials
from app.live.log import LogEntry
from app.live.regions import region
from app.live.views import Reader
from app.notifications.inbox import BROADCAST_KIND, OWN_LINE, Inbox, inbox_channels
from app.notifications.log_listing import of_each
from app.notifications.notes import admin_kinds, audit_groups, client_kinds
from app.notifications.seen import seen_events
from app.settings import settings

UNREAD = "unread"


@region
class AdminInbox(Inbox):
    for_admins = True

    @property
    def kinds(self) -> Sequence[str]:
        return (*admin_kinds(), BROADCAST_KIND)

    @classmethod
    async def windows(cls, readers: Collection[int], limit: int) -> dict[int, list[int]]:
        kinds = (*admin_kinds(), BROADCAST_KIND)
        same_for_all = await newest_ids(
            "event", {without_index(f"kind IN ({placeholders(len(kinds))})"): kinds, OWN_LINE: ()}, limit=limit
        )
        return dict.fromkeys(readers, same_for_all)

    @classmethod
    async def recent(
        cls, readers: Collection[int], limit: int, since: datetime, batch: Batch
    ) -> dict[int, Sequence[LogEntry]]:
        [ids, *_] = (await cls.windows(readers, limit)).values()
        lines = await batch.rows.of(LogEntry, ids)
        return dict.fromkeys(readers, _younger([lines[key] for key in ids if key in lines], since))

    def conditions(self) -> dict[str, Sequence[Any]]:
        return {**super().conditions(), OWN_LINE: ()}

    def matches(self, row: LogEntry) -> bool:
        return row.kind in self.kinds and row.bundle is None


@region
class ClientInbox(Inbox):
    for_admins = False

    @property
    def kinds(self) -> Sequence[str]:
        return (*client_kinds(), BROADCAST_KIND)

    async def window(self, limit: int) -> list[int]:
        """Each half by its own index, no further than needed: as one OR, all that the client ever got is sorted."""
        before, last = ("", ()) if self.after is None else (" AND id < {}", (self.after,))
        newest = f"ORDER BY id DESC LIMIT {limit:d}"
        kinds = client_kinds()
        own = f"SELECT id FROM event WHERE client = {{}} AND kind IN ({placeholders(len(kinds))}){before} {newest}"
        broadcasts = f"SELECT id FROM event WHERE kind = {{}}{before} {newest}"
        return await fetch_column(
            f"SELECT id FROM ({own}) AS own UNION ALL SELECT id FROM ({broadcasts}) AS broadcasts {newest}",
            self.reader, *kinds, *last, BROADCAST_KIND, *last,
        )  # fmt: skip

    @classmethod
    async def windows(cls, readers: Collection[int], limit: int) -> dict[int, list[int]]:
        newest, kinds = f"ORDER BY id DESC LIMIT {limit:d}", client_kinds()
        own = f"SELECT id FROM event WHERE client = person.id AND kind IN ({placeholders(len(kinds))}) {newest}"
        broadcasts = f"SELECT id FROM event WHERE kind = {{}} {newest}"
        rows = await fetch(
            "SELECT person.id AS reader, told.id FROM person JOIN event AS told ON told.id IN ("
            f"SELECT id FROM ({own}) AS own UNION ALL SELECT id FROM ({broadcasts}) AS broadcasts {newest}"
            f") WHERE person.id IN ({placeholders(len(readers))}) ORDER BY told.id DESC",
            *kinds, BROADCAST_KIND, *readers,
        )  # fmt: skip
        windows: dict[int, list[int]] = {reader: [] for reader in readers}
        for row in rows:
            windows[row["reader"]].append(row["id"])
        return windows

    @classmethod
    async def recent(
        cls, readers: Collection[int], limit: int, since: datetime, batch: Batch
    ) -> dict[int, Sequence[LogEntry]]:
        """Their own are looked up from about then on: whoever was told nothing lately costs a look into the index."""
        kinds, newest = client_kinds(), f"ORDER BY id DESC LIMIT {limit:d}"
        rows = await fetch(f"SELECT * FROM event WHERE kind = {{}} {newest}", BROADCAST_KIND)
        broadcasts = _younger([LogEntry.from_row(row) for row in rows], since)
        own = f"SELECT id FROM event WHERE client = person.id AND id > {{}} AND kind IN ({placeholders(len(kinds))})"
        rows = await fetch(
            f"SELECT told.* FROM person JOIN event AS told ON told.id IN ({own} {newest}) "
            f"WHERE person.id IN ({placeholders(len(readers))})",
            await batch.rows.position_at(since), *kinds, *readers,
        )  # fmt: skip
        told: dict[int, list[LogEntry]] = defaultdict(list)
        for row in rows:
            told[row["client"]].append(LogEntry.from_row(row))
        recent: dict[int, Sequence[LogEntry]] = dict.fromkeys(readers, broadcasts)
        for reader, lines in told.items():
            lines += broadcasts
            lines.sort(key=lambda line: line.id, reverse=True)
            recent[reader] = _younger(lines[:limit], since)
        return recent

    def matches(self, row: LogEntry) -> bool:
        return row.kind in self.kinds and (row.kind == BROADCAST_KIND or row.client == self.reader)


@region
class NarrowedInbox(Inbox):
    """A part of an inbox: of one domain, or what is unread. Few look at one, so each is patched by itself."""

    group: str

    @property
    def kinds(self) -> Sequence[str]:
        kinds: Sequence[str] = super().kinds
        return kinds if self.group == UNREAD else [kind for kind in kinds if kind in audit_groups()[self.group]]

    async def window(self, limit: int) -> list[int]:
        since = (await seen_events([self.reader])).get(self.reader, 0) if self.group == UNREAD else 0
        kinds = {}
        for kind in self.kinds:
            is_own = not self.for_admins and kind != BROADCAST_KIND
            conditions: dict[str, Sequence[Any]] = {"id > {}": [since]}
            conditions |= {"client = {}": [self.reader]} if is_own else {}
            conditions |= {"id < {}": [self.after]} if self.after is not None else {}
            kinds[kind] = conditions | ({OWN_LINE: ()} if self.for_admins else {})
        return await of_each(kinds, limit)

    @classmethod
    async def patch_many(
        cls, entries_by_region: Mapping[Self, Sequence[LogEntry]], batch: Batch
    ) -> dict[Self, Partials]:
        return await super(Inbox, cls).patch_many(entries_by_region, batch)


class NarrowedAdminInbox(NarrowedInbox, AdminInbox):
    """Of an admin."""


class NarrowedClientInbox(NarrowedInbox, ClientInbox):
    """Of a client."""


def groups_of(role: str) -> list[str]:
    """By which an inbox can be narrowed."""
    kinds = {*(admin_kinds() if role == "admin" else client_kinds()), BROADCAST_KIND}
    return [UNREAD, *(domain for domain, of_domain in audit_groups().items() if kinds & set(of_domain))]


def narrowed_inbox(reader: Reader, after: int | None, path: str, group: str) -> Inbox:
    kind = NarrowedAdminInbox if reader.role == "admin" else NarrowedClientInbox
    return kind(
        element="notifications", channels=inbox_channels(reader) | {new_day_in(reader.locale.zone)},
        locale=reader.locale, size=settings().page_size, after=after, path=path, query=f"status={group}",
        reader=reader.id, group=group,
    )  # fmt: skip


def _younger(lines: Sequence[LogEntry], since: datetime) -> list[LogEntry]:
    return [line for line in lines if line.at >= since]


def inbox(reader: Reader, after: int | None, path: str, size: int | None = None, *, is_paged: bool = True) -> Inbox:
    kind = AdminInbox if reader.role == "admin" else ClientInbox
    return kind(
        element="notifications", channels=inbox_channels(reader) | {new_day_in(reader.locale.zone)},
        locale=reader.locale, size=size or settings().page_size, after=after,
        path=path, query="", reader=reader.id, is_paged=is_paged,
    )  # fmt: skip
