"""Toasts: what has just happened, shown at once and soon gone. The inbox is the record, a toast never is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.events import DeskEvent, is_broadcast
from app.i18n.message import in_words_with, say_count
from app.live.batch import Batch, Pace
from app.live.fragments import Partial, Partials
from app.live.log import LogEntry
from app.live.regions import Region, region
from app.live.views import Reader
from app.notifications.inbox import notification_channels
from app.notifications.notes import Note, level_of, notes
from app.notifications.undo import can_be_undone
from app.templating import render
from app.topics import ADMIN_NOTIFICATION, BROADCAST, CLIENT_NOTIFICATION

TOAST_STAYS = 5.0
"""Seconds for which a toast stays (WCAG 2.2.1 wants time to read)."""
TOASTS_AT_ONCE = 3
SERIOUS = ":is(.warning, .error):not(.own, :empty)"
"""Toasts that stay in sight until they are closed (app.css). What one has done oneself is said and no warning."""
MOST_SERIOUS = 20
"""Of these on one page: a flood must not fill it. The oldest go; they are unread in the inbox, to which a link beside
them leads (app.css)."""
TOASTS_KEPT = 50
"""Of the others only the last three are shown (app.css). The rest stay a while, because a toast that is on the page is
not shown again when its event is replayed; a page that is open all day must not keep them for ever."""
LONG_GONE = Partial(f"#toasts > :nth-last-child(n+{TOASTS_KEPT + 1} of :not({SERIOUS}))", "delete", page_wide=True)


@region
class Toasts(Region):
    """Tells what has just happened. Not part of a fresh page."""

    for_admins: bool

    async def full(self) -> Partials:
        return ()

    async def context(self) -> Mapping[str, Any]:
        return {}

    async def patch(self, batch: Batch, entries: Sequence[LogEntry]) -> Partials:
        if batch.is_own:
            return await self._own(entries, batch)
        serious = [entry for entry in entries if self._is_serious(entry)]
        if not serious:
            return await self._ordinary(entries, batch)
        if len(serious) == len(entries):
            return await self._each_serious(serious, batch)
        ordinary = [entry for entry in entries if not self._is_serious(entry)]
        return (*await self._ordinary(ordinary, batch), *await self._each_serious(serious, batch))

    def _is_serious(self, entry: LogEntry) -> bool:
        return level_of(entry, for_admins=self.for_admins) in ("warning", "error")

    async def _ordinary(self, entries: Sequence[LogEntry], batch: Batch) -> Partials:
        presses = [press for press in by_press(entries) if len(press) > 1]
        if not presses:  # the same tuple for all whose toasts are the same: they share the bytes of a frame
            return await self._paced(entries, batch)
        together = {entry.id for press in presses for entry in press}
        several = [self._several(press, batch) for press in presses]
        if len(several) == 1 and len(together) == len(entries):
            return several[0]  # for the same reason
        alone = [entry for entry in entries if entry.id not in together]
        return (*(partial for each in several for partial in each), *(await self._paced(alone, batch) if alone else ()))

    async def _paced(self, entries: Sequence[LogEntry], batch: Batch) -> Partials:
        pace = batch.paces.get(self)
        if pace is None:
            pace = batch.paces[self] = Pace()
        if has_room(pace, len(entries), batch.at):
            return await self._each(entries, batch)
        return self._burst(count_burst(pace, len(entries), batch.at), entries[-1], batch)

    async def _each_serious(self, entries: Sequence[LogEntry], batch: Batch) -> Partials:
        """However many come at once: none is counted away. What one press has done to many is one to the admins; each
        of its clients is told what has been done to theirs."""
        presses = (by_press(entries) if self.for_admins else [[entry] for entry in entries])[-MOST_SERIOUS:]
        key = "serious", self.for_admins, self.locale, tuple([entry.id for press in presses for entry in press])
        if key not in batch.shared:
            partials = [LONG_GONE, room_for(len(presses))]
            for press in presses:
                shown = self._several(press, batch) if len(press) > 1 else await self._each(press, batch)
                partials += shown[1:]  # each begins with LONG_GONE
            batch.shared[key] = tuple(partials)
        return batch.shared[key]

    async def _each(self, entries: Sequence[LogEntry], batch: Batch) -> Partials:
        key = "toasts", self.for_admins, self.locale, tuple([entry.id for entry in entries])
        if key not in batch.shared:
            in_words = await notes(entries, batch.rows, self.locale, for_admins=self.for_admins)
            toasts = [self._toast(note, entry) for note, entry in zip(in_words, entries, strict=True)]
            batch.shared[key] = (LONG_GONE, *toasts)
        return batch.shared[key]

    def _several(self, press: Sequence[LogEntry], batch: Batch) -> Partials:
        """What one press has done to many, in one sentence."""
        key = "press", self.for_admins, self.locale, tuple(entry.id for entry in press)
        if key not in batch.shared:
            event = press[0].event
            assert isinstance(event, DeskEvent)
            assert event.words is not None
            words = event.words
            text = in_words_with(
                words.done if batch.is_own else words.several,
                {"by": press[0].actor_name, "count": len(press)}, self.locale,
            )  # fmt: skip
            note = Note(press[0].id, press[0].at, press[0].kind, press[0].actor_name, words.level, text)
            undo = (press[0].id, press[-1].id) if batch.is_own and can_be_undone(press) else None
            batch.shared[key] = (LONG_GONE, self._toast(note, press[0], is_own=batch.is_own, undo=undo))
        return batch.shared[key]

    async def _own(self, entries: Sequence[LogEntry], batch: Batch) -> Partials:
        """What whoever reads it has just done, with the way back where there is one. It takes the place of what the
        push says of the same, should that have come first."""
        presses = by_press(entries)
        alone = [press[0] for press in presses if len(press) == 1]
        partials: list[Partial] = [
            LONG_GONE,
            *(Partial(f"#toast-{press[0].id}", "delete", page_wide=True) for press in presses),
        ]
        in_words = await notes(alone, batch.rows, self.locale, for_admins=self.for_admins)
        partials += [
            self._toast(note, entry, is_own=True, undo=(entry.id, entry.id) if can_be_undone([entry]) else None)
            for note, entry in zip(in_words, alone, strict=True)
        ][-TOASTS_AT_ONCE:]
        return (*partials, *(each for press in presses if len(press) > 1 for each in self._several(press, batch)))

    def _topic(self, entry: LogEntry) -> str:
        if isinstance(entry.event, DeskEvent) and is_broadcast(type(entry.event)):
            return BROADCAST
        return ADMIN_NOTIFICATION if self.for_admins else CLIENT_NOTIFICATION

    def _toast(
        self, note: Note, entry: LogEntry, *, is_own: bool = False, undo: tuple[int, int] | None = None
    ) -> Partial:
        html = render("shared/toast.html", self.locale, toast=note, undo=undo, is_own=is_own)
        # Nothing is shown twice: the response to an action and its push carry the same id. Where the push came first,
        # the response has taken it away.
        place = "#toasts" if is_own else f"#toasts:not(:has(#toast-{note.id}))"
        # What stays stands before what goes by itself, the newest first, so that no later one comes before it.
        swap = "afterbegin" if note.level in ("warning", "error") and not is_own else "beforeend"
        return Partial(place, swap, html, self._topic(entry), page_wide=True)

    def _burst(self, many: int, last: LogEntry, batch: Batch) -> Partials:
        topic = self._topic(last)
        key = "burst", many, topic, self.locale
        if key not in batch.shared:
            text = say_count("1 more change just now", "{count} changes just now", many)
            toast = {"id": "burst", "level": "info", "text": text}
            html = render("shared/toast.html", self.locale, toast=toast, undo=None, is_own=False)
            in_use = "#toast-burst:focus-within"
            batch.shared[key] = (
                LONG_GONE,
                Partial("#toast-burst:not(:focus-within)", "delete", page_wide=True),
                Partial(in_use, "outerMorph", html, topic, page_wide=True),
                Partial(f"#toasts:not(:has({in_use}))", "beforeend", html, topic, page_wide=True),
            )
        return batch.shared[key]


def room_for(many: int) -> Partial:
    """So that with these no more than MOST_SERIOUS stand there."""
    return Partial(f"#toasts > :nth-child(n+{MOST_SERIOUS - many + 1} of {SERIOUS})", "delete", page_wide=True)


def by_press(entries: Sequence[LogEntry]) -> list[list[LogEntry]]:
    """Those of one kind that follow one another by the same hand are what one press has done, where there are words for
    several of them."""
    presses: list[list[LogEntry]] = []
    for entry in entries:
        last = presses[-1][-1] if presses else None
        if last and last.kind == entry.kind and last.actor == entry.actor and entry.actor and _has_words(entry):
            presses[-1].append(entry)
        else:
            presses.append([entry])
    return presses


def _has_words(entry: LogEntry) -> bool:
    return isinstance(entry.event, DeskEvent) and entry.event.words is not None and bool(entry.event.words.several)


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
