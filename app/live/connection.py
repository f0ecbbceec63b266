"""An open socket, as the hub knows it, and those of one person that get the same frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.i18n.locale import ENGLISH, Locale
from app.live import fragments, metrics
from app.live.fragments import Partial
from app.live.regions import Region
from app.live.views import View

MOST_WAITING = 1024 * 1024
"""Bytes that may wait for one socket; a reader slower than that is closed and replays by its cursor."""

TRY_AGAIN, RESTART, TOO_SLOW_OR_MANY = 1011, 1012, 1013
NOT_SIGNED_IN, NOT_ALLOWED, ONE_TOO_MANY = 4401, 4403, 4408
"""Close codes. The first three make the page connect again, the last three do not."""


class Writer(Protocol):
    """One socket, as the hub needs it. No call waits for the peer."""

    def write(self, frame: bytes) -> int:
        """Gives the bytes that still wait for this peer, or -1 when it is gone."""
        ...

    def close(self, code: int) -> None: ...

    def stop(self) -> None:
        """The socket is gone: whatever still works for it ends."""
        ...


@dataclass(eq=False, slots=True)
class Connection:
    """An open socket of a person, and the view that its page shows; None before its first sync."""

    person: int
    session: int
    writer: Writer
    locale: Locale = ENGLISH
    view: View | None = None
    regions: tuple[Region, ...] = ()
    group: Group | None = None
    """With the pages like this one, while it gets what is published."""
    sent: int = 0
    """The position of the last frame written."""
    barrier: str = ""
    """Token of the barrier that the page has yet to pass."""
    paused_at: int | None = None
    """The position at which the reader asked the page to pause."""
    waiting: int = 0
    """Updates that wait for a page that is paused."""
    code: int | None = None
    """With which we closed it."""

    @property
    def scope(self) -> str:
        return self.view.scope if self.view is not None else ""

    def send(self, partials: Iterable[Partial], position: int, scope: str | None = None) -> None:
        """`scope`: of another view than the one that the page shows now."""
        frame = fragments.frame(partials, self.scope if scope is None else scope, position)
        self.write(frame, position)
        metrics.PUSHES.inc()
        metrics.PUSHED_BYTES.inc(len(frame))

    def write(self, frame: bytes, position: int) -> None:
        self.sent = position
        if self.writer.write(frame) > MOST_WAITING:
            metrics.SLOW.inc()
            self.close(TOO_SLOW_OR_MANY)

    def close(self, code: int) -> None:
        if self.code is None:
            self.code = code
            self.writer.close(code)

    def make_room(self) -> None:
        """Closes it for a newer one. The page is told why on the socket itself: another process, which it may reach
        when it asks (ended.py), knows nothing of the person's sockets here."""
        if self.view is not None:
            self.send([fragments.too_many_tabs(self.locale)], self.sent)
        self.close(ONE_TOO_MANY)


class Group:
    """The sockets of one person whose pages show the same view with the same regions, and so get the same frames."""

    __slots__ = ("connections", "deferred_at", "deferred_since", "is_told", "key", "person", "regions", "scope")

    def __init__(self, person: int, key: GroupKey, scope: str, regions: tuple[Region, ...]) -> None:
        self.person = person
        self.key = key
        self.deferred_at: int | None = None
        """The position at which it stands while it waits for its turn (waiting.py)."""
        self.deferred_since = 0.0
        """time.monotonic()."""
        self.is_told = False
        """Whether its pages say that they wait."""
        self.scope = scope
        # Rows before counts, in an order of their own: equal pages then share a frame.
        self.regions = tuple(sorted(regions, key=lambda region: (region.coalesced, region.element)))
        self.connections: set[Connection] = set()

    @property
    def locale(self) -> Locale:
        """Of its readers: no region is the same in two."""
        return self.regions[0].locale

    def write(self, frame: bytes, position: int) -> int:
        """Gives how many it was written to: one person's sockets, so they are few."""
        for connection in tuple(self.connections):
            connection.write(frame, position)
        return len(self.connections)


GroupKey = tuple[int, str, tuple[Region, ...]]
