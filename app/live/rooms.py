"""Rooms and channels: where events are published. The server grants a room by the session, never a browser."""

from __future__ import annotations

from typing import NamedTuple, NewType

Room = NewType("Room", str)
"""Somebody's pages, on all processes: the desk constructs them (app/rooms.py), and grants them to its readers."""


class Channel(NamedTuple):
    """A topic in a room: what events are published on, and what regions subscribe to."""

    room: Room
    topic: str
