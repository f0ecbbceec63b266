"""What an event is: something that happened, declared by the domains, published on channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Protocol

import msgspec

from app.live.rooms import Channel


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that happened, in the past tense; ids only. Its class name is its kind in the log."""

    client: int | None = None
    """The person whom it concerns; None: the admins' alone, or everyone's."""

    is_bundled: ClassVar[bool] = False
    """Whether many of one client within a short time share an entry to be read by (LogEntry.bundle)."""

    def channels(self) -> frozenset[Channel]:
        """Where it is published; nowhere, unless its class says so."""
        return frozenset()

    def subject_ids(self) -> Mapping[str, int]:
        """What it tells of, by columns of the log (log.SUBJECTS): there it can be looked up."""
        return {}


class Revoked(Event, frozen=True, kw_only=True):
    """The sockets of a person must close, on whichever process holds them: all of them, or one session's."""

    person: int
    session: int | None = None


class Renewed(Event, frozen=True, kw_only=True):
    """All that a person's pages show has changed, on whichever process they are: they load anew (reading.py)."""

    person: int


class UnknownEvent(Event, frozen=True, kw_only=True):
    """An entry that this version cannot read: a newer process of a rolling deploy has written it."""

    kind: str


class Actor(Protocol):
    @property
    def id(self) -> int | None: ...
    @property
    def username(self) -> str: ...


class System:
    """The desk itself, as the actor of what its scheduler does."""

    id = None
    username = "system"


SYSTEM = System()


def kinds() -> dict[str, type[Event]]:
    """Every event class that is recorded, by its kind; complete once the application is imported.

    A class that others are derived from is a base, and never recorded.
    """

    def leaves(parent: type[Event]) -> Iterable[type[Event]]:
        for child in parent.__subclasses__():
            if child.__subclasses__():
                yield from leaves(child)
            elif child is not UnknownEvent:
                yield child

    return {kind.__name__: kind for kind in leaves(Event)}


def decoder(kind: str) -> msgspec.json.Decoder[Event] | None:
    """None for a kind that this version does not know."""
    if kind not in _decoders and (known := kinds().get(kind)) is not None:
        _decoders[kind] = msgspec.json.Decoder(known)
    return _decoders.get(kind)


_decoders: dict[str, msgspec.json.Decoder[Event]] = {}
