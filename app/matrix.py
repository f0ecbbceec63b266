"""The communication matrix, as it follows from the events' own declarations: `python -m app matrix` prints it."""

from __future__ import annotations

from collections.abc import Sequence

from app.events import DeskEvent
from app.live.event import kinds
from app.topics import wire_name

HEADER = ("event", "admin room", "that client's room", "everyone", "admins read", "the client reads")

NOTE = """A name with * is left out when the event changed nothing of that kind. What stands in parentheses is none of
the six names of the contract: it moves the page's own bookkeeping, and no name goes over the wire."""


def events() -> list[type[DeskEvent]]:
    """All that the desk records, by name. The application must have been imported."""
    return sorted((kind for kind in kinds().values() if issubclass(kind, DeskEvent)), key=lambda kind: kind.__name__)


def markdown() -> str:
    lines = [_line(HEADER), _line(["---"] * len(HEADER)), *(_line(_cells(event)) for event in events())]
    return "\n".join(["# The communication matrix", "", NOTE, "", *lines]) + "\n"


def _cells(event: type[DeskEvent]) -> list[str]:
    audience, words = event.audience, event.words
    optional = {topic for topic, _ in audience.only_with}
    rooms = [
        ", ".join(f"{_name(topic)}{'*' if topic in optional else ''}" for topic in topics)
        for topics in (audience.admin, audience.client, audience.everyone)
    ]
    return [event.__name__, *rooms, words.admin if words else "", words.client if words else ""]


def _name(topic: str) -> str:
    return wire_name(topic) or f"({topic})"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
