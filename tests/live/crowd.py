"""Many different people who look at their own pages, without a browser each: what they are sent is only counted."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.datastructures import State

from app.clock import now
from app.live.connection import Connection
from app.live.relay import Relay
from app.live.replay import set_view
from app.people.tables import Person
from app.rooms import granted


class Sink:
    """The hub's Writer for one socket: keeps its frames, and says how many came over all."""

    written = 0

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def write(self, frame: bytes) -> int:
        self.frames.append(frame)
        Sink.written += 1
        return 0

    def close(self, code: int) -> None:
        raise AssertionError(f"closed with {code}")

    def stop(self) -> None:
        """Nothing works for this socket."""


async def register(many: int, role: str = "client", seen_event: int = 0) -> list[Person]:
    """Without the cost of their passwords."""
    people: list[Person] = []
    while len(people) < many:
        portion = [
            Person(
                username=f"{role}-{number}", email="crowd@example.com", password_hash="none", role=role, active=True,
                seen_event=seen_event, created_at=now(),
            )
            for number in range(len(people), min(many, len(people) + 500))
        ]  # fmt: skip
        await Person.insert(*portion)
        people += portion
    return people


def look_at(relay: Relay, state: State, reader: Person, path: str = "/") -> Sink:
    """A page of theirs that stands where the hub stands."""
    sink = Sink()
    connection = Connection(person=reader.id, session=0, writer=sink)
    relay.hub.connect(connection)
    view = state.views.of(path)
    set_view(relay, connection, view, reader, granted(reader.id, reader.role))
    relay.hub.subscribe(connection)
    return sink


def last_frames(sinks: Sequence[Sink]) -> list[bytes]:
    """The one that each has got."""
    assert [len(sink.frames) for sink in sinks] == [1] * len(sinks)
    return [sink.frames[0] for sink in sinks]
