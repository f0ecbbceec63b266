"""Which socket shows which regions, and the handing out of frames: one render a region, one frame for equal pages."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from app.live import fragments, metrics
from app.live.fragments import Partial
from app.live.regions import Region, Summary
from app.live.rooms import Room
from app.live.views import View

MOST_WAITING = 1024 * 1024
"""Bytes that may wait for one socket; a reader slower than that is closed and catches up by its cursor."""
MOST_SOCKETS = 20
"""Sockets of one person on one process; the oldest makes room."""

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
    """An open socket of a person, and the view that its page shows; None before it has said so."""

    person: int
    session: int
    writer: Writer
    view: View | None = None
    regions: tuple[Region, ...] = ()
    group: Group | None = None
    """With the pages like this one, while it gets what comes."""
    sent: int = 0
    """The position of the last frame written."""
    pushed_at: float = field(default_factory=time.monotonic)
    """When the last frame with something of its view was written (time.monotonic()); the page's last connection may
    have got one just now."""
    paused_at: int | None = None
    """The position at which the reader asked the page to hold still."""
    waiting: int = 0
    """Updates that wait for a page that holds still."""
    code: int | None = None
    """With which we closed it."""
    minute: float = -math.inf
    """When the present minute of its messages began; time.monotonic()."""
    said: int = 0
    """Its messages in that minute."""

    def send(self, frame: bytes, position: int) -> None:
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


class Group:
    """The sockets whose pages show the same regions, and so get the same frames."""

    def __init__(self, regions: tuple[Region, ...]) -> None:
        self.regions = regions
        self.connections: set[Connection] = set()

    def send(self, frame: bytes, position: int, at: float) -> None:
        for connection in self.connections:
            connection.write(frame, position)
            connection.pushed_at = at
        metrics.PUSHES.inc(len(self.connections))
        metrics.PUSHED_BYTES.inc(len(frame) * len(self.connections))


class Hub:
    def __init__(self) -> None:
        self.position = 0
        """The log's id up to which everything has been handed out."""
        self.open: dict[Connection, None] = {}
        """All sockets, the oldest first."""
        self._persons: dict[int, dict[Connection, None]] = defaultdict(dict)
        self._groups: dict[tuple[Region, ...], Group] = {}
        self._showing: dict[Room, dict[Region, dict[Group, None]]] = defaultdict(dict)

    def connect(self, connection: Connection) -> None:
        """A new socket; a person's oldest is closed when there are too many, and does not come back by itself."""
        mine = self._persons[connection.person]
        if len(mine) >= MOST_SOCKETS:
            next(iter(mine)).close(ONE_TOO_MANY)
        self.open[connection] = mine[connection] = None
        metrics.SOCKETS.set(len(self.open))

    def disconnect(self, connection: Connection) -> None:
        self.leave(connection)
        self.open.pop(connection, None)
        mine = self._persons[connection.person]
        mine.pop(connection, None)
        if not mine:
            del self._persons[connection.person]
        metrics.SOCKETS.set(len(self.open))

    def enter(self, connection: Connection) -> None:
        """The connection's page is up to date with `position`; from now on it gets what comes."""
        group = self._groups.get(connection.regions)
        if group is None:
            group = self._groups[connection.regions] = Group(connection.regions)
            for region in group.regions:
                for room in region.rooms:
                    self._showing[room].setdefault(region, {})[group] = None
            metrics.ROOMS.set(len(self._showing))
        group.connections.add(connection)
        connection.group, connection.regions = group, group.regions  # one tuple for all of them

    def leave(self, connection: Connection) -> None:
        group, connection.group = connection.group, None
        if group is None:
            return
        group.connections.discard(connection)
        if group.connections:
            return
        del self._groups[group.regions]
        for region in group.regions:
            for room in region.rooms:
                self._showing[room][region].pop(group)
                if not self._showing[room][region]:
                    del self._showing[room][region]
                if not self._showing[room]:
                    del self._showing[room]
        metrics.ROOMS.set(len(self._showing))

    def regions(self, rooms: Collection[Room]) -> dict[Region, dict[Group, None]]:
        """The regions that somebody on this process shows in these rooms, and the pages that do."""
        found: dict[Region, dict[Group, None]] = {}
        for room in rooms:
            found.update(self._showing.get(room, {}))
        return found

    def publish(self, rendered: dict[Region, list[Partial]], position: int) -> None:
        """Writes one frame to every socket concerned; pages with the same parts share its bytes."""
        self.position = position
        parts: dict[Group, list[tuple[Region, list[Partial]]]] = defaultdict(list)
        for region, groups in self.regions({room for shown in rendered for room in shown.rooms}).items():
            if partials := rendered.get(region):
                for group in groups:
                    parts[group].append((region, partials))
        frames: dict[tuple[int, ...], bytes] = {}
        at = time.monotonic()
        for group, found in parts.items():
            found.sort(key=_lists_first)
            key = tuple(id(partials) for _, partials in found)
            if key not in frames:
                frames[key] = frame((partial for _, partials in found for partial in partials), position)
            group.send(frames[key], position, at)

    def say(self, partial: Partial) -> None:
        """Something about the connection itself, to every page; those that are up to date hear where they stand."""
        to_live = frame([partial], self.position)
        for connection in tuple(self.open):
            if connection.group is not None:
                connection.send(to_live, self.position)
            elif connection.paused_at is not None:
                connection.send(frame([partial], connection.paused_at), connection.paused_at)

    def paused(self) -> list[Connection]:
        return [connection for connection in self.open if connection.paused_at is not None]

    def close_sockets(self, person: int, session: int | None, code: int) -> None:
        for connection in tuple(self._persons.get(person, ())):
            if session in (None, connection.session):
                connection.close(code)

    def close_all(self, code: int) -> None:
        for connection in tuple(self.open):
            connection.close(code)


def _lists_first(part: tuple[Region, list[Partial]]) -> tuple[bool, str]:
    return isinstance(part[0], Summary), part[0].element


def frame(partials: Iterable[Partial], position: int) -> bytes:
    return fragments.text_frame(fragments.html([*partials, fragments.cursor(position)]))
