"""Who may listen, and who hears what. A room is granted by the server from the session; a browser never names one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NewType

from app.live.event import Event

Room = NewType("Room", str)


def admin() -> Room:
    """All admins."""
    return Room("admin")


def client(person: int) -> Room:
    """One person's pages, in all their tabs. Admins have theirs too."""
    return Room(f"user-{person}")


def everyone() -> Room:
    return Room("everyone")


def granted(person: int, role: str) -> frozenset[Room]:
    own = {client(person), everyone()}
    return frozenset(own | {admin()} if role == "admin" else own)


@dataclass(frozen=True)
class Audience:
    """One row of the communication matrix: the names that an event has in each room."""

    admin: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    everyone: tuple[str, ...] = ()


class Matrix:
    """The communication matrix. `only_if` maps a name to the event field without which it is not heard."""

    def __init__(self, rows: Mapping[type[Event], Audience], only_if: Mapping[str, str]) -> None:
        self.rows = rows
        self._only_if = only_if

    def rooms(self, event: Event) -> dict[Room, frozenset[str]]:
        """The rooms that hear this event, and under which names."""
        row = self.rows[type(event)]
        heard = {admin(): self._names(row.admin, event), everyone(): self._names(row.everyone, event)}
        if event.client is not None:
            heard[client(event.client)] = self._names(row.client, event)
        return {room: names for room, names in heard.items() if names}

    def _names(self, names: Iterable[str], event: Event) -> frozenset[str]:
        def spoken(name: str) -> bool:
            field = self._only_if.get(name)
            return field is None or getattr(event, field, None) is not None

        return frozenset(filter(spoken, names))
