"""Lists whose rows say "today" and "12 days left": on a new day those of many clients change at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

from app.calendar.events import DayBegan, are_new_days, said_day_since
from app.db.fetch import fetch, placeholders
from app.listings.row import OwnedRow
from app.live.batch import Batch
from app.live.fragments import Partials, replace
from app.live.listing import Listing
from app.live.log import LogEntry
from app.live.regions import region
from app.live.time_slice import TimeSlice
from app.settings import settings

Owned = TypeVar("Owned", bound=OwnedRow)


@region
class SayingDays(Listing[Owned], Generic[Owned]):
    owner: int | None
    """Only this client's rows; None: everybody's."""

    table: ClassVar[type[OwnedRow]]
    says_time: ClassVar[str] = "created_at >= {}"
    """SQL of the rows whose words may change with the day; its one value: since when a moment may be "today"."""

    @classmethod
    async def patch_many(
        cls, entries_by_region: Mapping[Self, Sequence[LogEntry]], batch: Batch
    ) -> dict[Self, Partials]:
        """On a new day every client's rows differ: they are fetched for all of them in one query, and a client who has
        none that say something of time costs next to nothing."""
        if not batch.has_kind(DayBegan):
            return await super().patch_many(entries_by_region, batch)
        new_day = [
            listing
            for listing, entries in entries_by_region.items()
            if listing.owner is not None and are_new_days(entries)
        ]
        rows_of = await cls._rows_saying_days([listing.owner for listing in new_day if listing.owner], batch.entries)
        patches: dict[Self, Partials] = {}
        time_slice = TimeSlice()
        for listing in new_day:
            told = rows_of.get(listing.owner or 0)
            if told is None:
                patches[listing] = ()
                continue
            rows = [row for row in told if listing.matches(row)]
            if len(rows) <= listing.size:
                patches[listing] = tuple(
                    replace(listing._id(row.id), html, listing.wire)
                    for row, html in zip(rows, await listing.row_html(rows, batch.rows), strict=True)
                )
            if time_slice.is_over:
                await time_slice.yield_to_loop()
        others = {listing: entries for listing, entries in entries_by_region.items() if listing not in patches}
        return patches | (await super().patch_many(others, batch) if others else {})

    @classmethod
    async def _rows_saying_days(
        cls, owners: Collection[int], entries: Sequence[LogEntry]
    ) -> Mapping[int, Sequence[Any]]:
        """By owner; of one who has very many, too many to be patched row by row, so that their lists are sent in
        full."""
        if not owners:
            return {}
        name = cls.table._meta.tablename
        sql = (
            f"SELECT listed.* FROM person JOIN {name} AS listed ON listed.id IN ("
            f"SELECT id FROM {name} WHERE owner = person.id AND ({cls.says_time}) "
            f"ORDER BY id DESC LIMIT {settings().page_size + 1:d}) WHERE person.id IN ({placeholders(len(owners))})"
        )
        rows: dict[int, list[Any]] = defaultdict(list)
        for row in await fetch(sql, said_day_since(entries), *owners):
            rows[row["owner"]].append(cls.table.from_row(row))
        return rows
