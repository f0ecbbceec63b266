"""Which socket shows which regions, and the handing out of frames: one render a region, one frame for equal pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from app.live import fragments
from app.live.fragments import Partial
from app.live.regions import Block, Region
from app.live.rooms import Room
from app.live.views import View

MOST_WAITING = 1024 * 1024
"""Bytes that may wait for one socket; a reader slower than that is closed and catches up by its cursor."""


class Writer(Protocol):
    """One socket, as the hub needs it. Neither call waits for the peer."""

    def write(self, frame: bytes) -> int:
        """Gives the bytes that still wait for this peer, or -1 when it is gone."""
        ...

    def close(self, code: int) -> None: ...

    def stop(self) -> None:
        """The socket is gone: whatever still works for it ends."""
        ...


@dataclass(eq=False)
class Connection:
    """An open socket of a person, and the view that its page shows; None before it has said so."""

    person: int
    session: int
    writer: Writer
    view: View | None = None
    regions: tuple[Region, ...] = ()
    sent: int = 0
    """The position of the last frame that carried more than a cursor."""
    closed: bool = field(default=False)

    def send(self, frame: bytes, position: int) -> None:
        waiting = self.writer.write(frame)
        self.sent = position
        if waiting > MOST_WAITING:
            self.close(1013)

    def close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            self.writer.close(code)


class Hub:
    def __init__(self) -> None:
        self.position = 0
        """The log's id up to which everything has been handed out."""
        self.open: set[Connection] = set()
        self._showing: dict[Room, dict[Region, set[Connection]]] = defaultdict(dict)

    def enter(self, connection: Connection) -> None:
        """The connection's page is up to date with `position`; from now on it gets what comes."""
        for region in connection.regions:
            for room in region.rooms:
                self._showing[room].setdefault(region, set()).add(connection)

    def leave(self, connection: Connection) -> None:
        for region in connection.regions:
            for room in region.rooms:
                listeners = self._showing[room].get(region, set())
                listeners.discard(connection)
                if not listeners:
                    self._showing[room].pop(region, None)
                if not self._showing[room]:
                    del self._showing[room]

    def regions(self, rooms: Collection[Room]) -> dict[Region, set[Connection]]:
        """The regions that somebody on this process shows in these rooms, with their sockets."""
        found: dict[Region, set[Connection]] = {}
        for room in rooms:
            found.update(self._showing.get(room, {}))
        return found

    def hand_out(self, rendered: dict[Region, list[Partial]], position: int) -> None:
        """Writes one frame to every socket concerned; sockets with the same parts share its bytes."""
        self.position = position
        parts: dict[Connection, list[Region]] = defaultdict(list)
        for region, listeners in self.regions({room for shown in rendered for room in shown.rooms}).items():
            if rendered.get(region):
                for connection in listeners:
                    parts[connection].append(region)
        frames: dict[frozenset[Region], bytes] = {}
        for connection, regions in parts.items():
            key = frozenset(regions)
            if key not in frames:
                ordered = sorted(key, key=_lists_first)
                frames[key] = frame((partial for region in ordered for partial in rendered[region]), position)
            connection.send(frames[key], position)

    def close_sockets(self, person: int, session: int | None, code: int) -> None:
        for connection in tuple(self.open):
            if connection.person == person and session in (None, connection.session):
                connection.close(code)

    def close_all(self, code: int) -> None:
        for connection in tuple(self.open):
            connection.close(code)


def _lists_first(region: Region) -> tuple[bool, str]:
    return isinstance(region, Block), region.element


def frame(partials: Iterable[Partial], position: int) -> bytes:
    return fragments.text_frame(fragments.html([*partials, fragments.cursor(position)]))
