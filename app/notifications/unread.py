"""How many notifications a reader has not seen: a badge, and the form that marks them as seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup

from app.db.engine import engine
from app.db.fetch import fetch, fetch_column, placeholders
from app.live.batch import Batch
from app.live.fragments import Partials, replace
from app.live.log import LogEntry
from app.live.regions import Summary, region
from app.live.views import Reader
from app.notifications.inbox import BROADCAST_KIND, OWN_LINE, inbox_channels
from app.notifications.notes import admin_kinds, client_kinds
from app.notifications.seen import seen_events
from app.templating import render

MOST_COUNTED = 100
"""Unread notifications are counted up to here, so that the count never costs more than that."""


@dataclass(frozen=True)
class Count:
    unread: int
    """MOST_COUNTED at most."""
    latest: int
    """Id of their newest notification; 0 when there is none."""


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
        return render(self.template, self.locale, unread_count=count.unread, latest=count.latest)

    @classmethod
    async def full_many(cls, regions: Collection[Self], batch: Batch) -> dict[Self, Partials]:
        counts: dict[int, Count] = {}
        for is_admin, count in ((True, count_admins), (False, count_clients)):
            if readers := {unread.reader for unread in regions if unread.is_admin == is_admin}:
                counts |= await count(readers)
        return {unread: unread._shared(counts[unread.reader], batch) for unread in regions}

    @classmethod
    async def patch_many(
        cls, entries_by_region: Mapping[Self, Sequence[LogEntry]], batch: Batch
    ) -> dict[Self, Partials]:
        return await cls.full_many(entries_by_region, batch)

    def _shared(self, count: Count, batch: Batch) -> Partials:
        key = "unread", self.template, self.locale, count
        if key not in batch.shared:
            batch.shared[key] = (replace(self.element, self._html(count)),)
        return batch.shared[key]


async def count_admins(readers: Collection[int]) -> dict[int, Count]:
    """All admins get the same notifications; what each has seen of them differs."""
    kinds = (*admin_kinds(), BROADCAST_KIND)
    sql = (
        f"SELECT id FROM event WHERE kind IN ({placeholders(len(kinds))}) AND {OWN_LINE} "
        f"ORDER BY id DESC LIMIT {MOST_COUNTED}"
    )
    latest_ids = sorted(await fetch_column(sql, *kinds))
    return {
        reader: Count(len(latest_ids) - bisect_right(latest_ids, position), latest_ids[-1] if latest_ids else 0)
        for reader, position in (await seen_events(readers)).items()
    }


async def count_clients(readers: Collection[int]) -> dict[int, Count]:
    """Each client's own notifications, in one query, and the broadcasts, which are the same for all."""
    sql = f"SELECT id FROM event WHERE kind = {{}} ORDER BY id DESC LIMIT {MOST_COUNTED}"
    broadcasts = sorted(await fetch_column(sql, BROADCAST_KIND))
    last_broadcast = broadcasts[-1] if broadcasts else 0
    kinds = client_kinds()
    # Of one reader of whom there is a lot PostgreSQL would gather it all; of many most have little.
    is_by_kind = len(readers) == 1 and engine().engine_type == "postgres"
    unread, latest = _of_each(len(kinds)) if is_by_kind else _of_all(len(kinds))
    rows = await fetch(
        f"SELECT person.id, person.seen_event, {unread} AS unread, {latest} AS latest "
        f"FROM person WHERE id IN ({placeholders(len(readers))})",
        *kinds, *kinds, last_broadcast, *readers,
    )  # fmt: skip
    return {
        row["id"]: Count(
            min(MOST_COUNTED, row["unread"] + len(broadcasts) - bisect_right(broadcasts, row["seen_event"])),
            max(row["latest"] or 0, last_broadcast),
        )
        for row in rows
    }


def _of_all(kinds: int) -> tuple[str, str]:
    """SQL of how many are unread, and of the newest one, both by so many kinds."""
    own = f"SELECT id FROM event WHERE client = person.id AND kind IN ({placeholders(kinds)})"
    return (
        f"(SELECT COUNT(*) FROM ({own} AND id > person.seen_event LIMIT {MOST_COUNTED}) AS unread)",
        f"(SELECT id FROM ({own} AND id > {{}} ORDER BY id DESC LIMIT 1) AS newest)",
    )


def _of_each(kinds: int) -> tuple[str, str]:
    """The same, kind by kind: never more than so many look-ups, whatever somebody was told."""
    each = f"(VALUES {', '.join(['(CAST({} AS TEXT))'] * kinds)}) AS each (kind) CROSS JOIN LATERAL"
    own = "SELECT id FROM event WHERE client = person.id AND kind = each.kind AND id >"
    unread = f"SELECT 1 FROM {each} ({own} person.seen_event LIMIT {MOST_COUNTED}) AS one LIMIT {MOST_COUNTED}"
    return (
        f"(SELECT COUNT(*) FROM ({unread}) AS unread)",
        f"(SELECT MAX(one.id) FROM {each} ({own} {{}} ORDER BY id DESC LIMIT 1) AS one)",
    )


def unread(reader: Reader) -> Unread:
    return _unread(reader, "unread", "shared/unread.html")


def seen_form(reader: Reader) -> Unread:
    return _unread(reader, "seen", "notifications/seen_form.html")


def _unread(reader: Reader, element: str, template: str) -> Unread:
    return Unread(
        element=element, channels=inbox_channels(reader), locale=reader.locale, reader=reader.id,
        is_admin=reader.role == "admin",
        template=template,
    )  # fmt: skip
