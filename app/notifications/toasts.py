"""Toasts: what has just happened, said at once and soon gone. The inbox is the record, a toast never is."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.live.event import LogEntry
from app.live.fragments import Partial
from app.live.regions import Batch, Region
from app.live.views import Reader
from app.notifications.notes import Note, notes
from app.notifications.regions import TELLING, for_reader
from app.templating import render
from app.topics import ADMINS, ALL, CLIENTS

TOAST_STAYS = 5.0
"""Seconds for which a toast is left alone (WCAG 2.2.1 wants time to read)."""
TOASTS_AT_ONCE = 3
TOASTS_KEPT = 50
"""Only the last three are shown (app.css). The others stay a while, because a toast that is on the page is not shown
again when its event is replayed; a page that is open all day must not keep them for ever."""
LONG_GONE = Partial(f"#toasts > :nth-last-child(n+{TOASTS_KEPT + 1})", "delete")


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


def toasts(reader: Reader) -> Toasts:
    return Toasts(element="toasts", rooms=for_reader(reader), hears=TELLING, for_admins=reader.role == "admin")
