"""Toasts: what has just happened, shown at once and soon gone. The inbox is the record, a toast never is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.events import DeskEvent, is_broadcast
from app.i18n.message import say_count
from app.live.batch import Batch, Pace
from app.live.fragments import Partial, Partials
from app.live.log import LogEntry
from app.live.regions import Region, region
from app.live.views import Reader
from app.notifications.inbox import notification_channels
from app.notifications.notes import Note, level_of, notes
from app.templating import render
from app.topics import ADMIN_NOTIFICATION, BROADCAST, CLIENT_NOTIFICATION

TOAST_STAYS = 5.0
"""Seconds for which a toast stays (WCAG 2.2.1 wants time to read)."""
TOASTS_AT_ONCE = 3
MOST_SERIOUS = 2
"""Warnings of one batch that are shown beside the summary of its burst."""
TOASTS_KEPT = 50
"""Only the last three are shown (app.css). The others stay a while, because a toast that is on the page is not shown
again when its event is replayed; a page that is open all day must not keep them for ever."""
LONG_GONE = Partial(f"#toasts > :nth-last-child(n+{TOASTS_KEPT + 1})", "delete", page_wide=True)


@region
class Toasts(Region):
    """Tells what has just happened. Not part of a fresh page."""

    for_admins: bool

    async def full(self) -> Partials:
        return ()

    async def context(self) -> Mapping[str, Any]:
        return {}

    async def patch(self, batch: Batch, entries: Sequence[LogEntry]) -> Partials:
        pace = batch.paces.get(self)
        if pace is None:
            pace = batch.paces[self] = Pace()
        if has_room(pace, len(entries), batch.at):
            return await self._each(entries, batch)
        serious = [entry for entry in entries if self._is_serious(entry)][-MOST_SERIOUS:]
        counted = [entry for entry in entries if entry not in serious] if serious else entries
        if not counted:
            return await self._each(serious, batch)
        burst = self._burst(count_burst(pace, len(counted), batch.at), counted[-1], batch)
        return (*burst, *await self._each(serious, batch)) if serious else burst

    def _is_serious(self, entry: LogEntry) -> bool:
        return level_of(entry, for_admins=self.for_admins) in ("warning", "error")

    async def _each(self, entries: Sequence[LogEntry], batch: Batch) -> Partials:
        key = "toasts", self.for_admins, self.locale, tuple([entry.id for entry in entries])
        if key not in batch.shared:
            in_words = await notes(entries, batch.rows, self.locale, for_admins=self.for_admins)
            toasts = [self._toast(note, entry) for note, entry in zip(in_words, entries, strict=True)]
            batch.shared[key] = (LONG_GONE, *toasts)
        return batch.shared[key]

    def _topic(self, entry: LogEntry) -> str:
        if isinstance(entry.event, DeskEvent) and is_broadcast(type(entry.event)):
            return BROADCAST
        return ADMIN_NOTIFICATION if self.for_admins else CLIENT_NOTIFICATION

    def _toast(self, note: Note, entry: LogEntry) -> Partial:
        # Nothing is shown twice: the response to an action and its push carry the same id.
        html = render("shared/toast.html", self.locale, toast=note)
        return Partial(f"#toasts:not(:has(#toast-{note.id}))", "beforeend", html, self._topic(entry), page_wide=True)

    def _burst(self, many: int, last: LogEntry, batch: Batch) -> Partials:
        topic = self._topic(last)
        key = "burst", many, topic, self.locale
        if key not in batch.shared:
            text = say_count("1 more change just now", "{count} changes just now", many)
            html = render("shared/toast.html", self.locale, toast={"id": "burst", "level": "info", "text": text})
            batch.shared[key] = (
                LONG_GONE,
                Partial("#toast-burst", "delete", page_wide=True),
                Partial("#toasts", "beforeend", html, topic, page_wide=True),
            )
        return batch.shared[key]


def has_room(pace: Pace, many: int, at: float) -> bool:
    """Two toasts in five seconds are shown one by one, under the third place the rest of a burst is counted."""
    if pace.shown_at and pace.shown_at[0] < at - TOAST_STAYS:
        pace.shown_at = [moment for moment in pace.shown_at if moment >= at - TOAST_STAYS]
    if len(pace.shown_at) + many >= TOASTS_AT_ONCE and (pace.shown_at or many > 1):
        return False
    pace.shown_at += [at] * many
    return True


def count_burst(pace: Pace, many: int, at: float) -> int:
    pace.burst = many + (pace.burst if pace.burst_at > at - TOAST_STAYS else 0)
    pace.burst_at = at
    return pace.burst


def toasts(reader: Reader) -> Toasts:
    return Toasts(
        element="toasts", channels=notification_channels(reader), locale=reader.locale,
        for_admins=reader.role == "admin",
    )  # fmt: skip
