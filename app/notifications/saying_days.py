"""What inboxes say of "today" and "yesterday": on a new day those of many people change at once."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar, Self

from app.calendar.events import said_day_since
from app.i18n.locale import Locale
from app.live.batch import Batch, Rows
from app.live.fragments import Partials, replace
from app.live.log import LogEntry
from app.live.regions import region
from app.live.time_slice import TimeSlice
from app.notifications.log_listing import LogListing
from app.notifications.notes import read_facts
from app.notifications.seen import seen_events

_Told = tuple[Locale, tuple[int, ...], int]
"""What readers of one language are told: the lines, newest first, and how many of them are unread."""


@region
class SayingDays(LogListing):
    reader: int

    for_admins: ClassVar[bool]

    @classmethod
    @abstractmethod
    async def recent(
        cls, readers: Collection[int], limit: int, since: datetime, batch: Batch
    ) -> dict[int, Sequence[LogEntry]]:
        """Of the first page of each reader the lines that are no older, newest first. One object for those who were
        told nothing of their own."""

    @classmethod
    @abstractmethod
    async def render_lines(cls, entries: Sequence[LogEntry], rows: Rows, locale: Locale, seen: int) -> None:
        """Into `rows.rendered`, as somebody reads them who has seen all up to the event `seen`."""

    @classmethod
    async def say_days_anew(cls, inboxes: Collection[Self], batch: Batch) -> dict[Self, Partials]:
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
            ids = tuple([line.id for line in told])  # once: a column of a row is dear, and these are many people
            unread = sum([line > last_seen for line in ids])  # the newest are first
            same = inbox.locale, ids, unread
            if same not in alike:
                for nth, (key, line) in enumerate(zip(ids, told, strict=True)):
                    lines[key] = line
                    if (cls.for_admins, inbox.locale, key, nth < unread) not in batch.rows.rendered:
                        missing[inbox.locale, nth < unread][key] = line
            alike[same].append(inbox)
        await read_facts([*lines.values()], batch.rows)
        for (locale, is_unread), by_id in missing.items():
            await cls.render_lines([*by_id.values()], batch.rows, locale, seen=0 if is_unread else max(by_id))
        patches: dict[Self, Partials] = {}
        time_slice = TimeSlice()
        for (locale, told_ids, unread), group in alike.items():
            same_day = "new day", cls.for_admins, locale, told_ids, unread
            if same_day not in batch.shared:
                batch.shared[same_day] = tuple(
                    replace(group[0]._id(line), batch.rows.rendered[cls.for_admins, locale, line, nth < unread])
                    for nth, line in enumerate(told_ids)
                )
            patches.update(dict.fromkeys(group, batch.shared[same_day]))
            if time_slice.is_over:
                await time_slice.yield_to_loop()
        return patches
