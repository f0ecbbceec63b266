"""What an event of the desk declares beside its fields: its audience, under which names, and in which words.

An event class stands once, in its domain's `events.py`; the communication matrix (matrix.py), the notifications, the
audit trail and the subscriptions of regions are all read from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from app import rooms
from app.db import Row
from app.i18n.message import say, say_count
from app.live.event import Event
from app.live.log import SUBJECTS
from app.live.rooms import Channel, Room
from app.topics import BROADCAST


@dataclass(frozen=True)
class Audience:
    """The topics on which an event is published in each room: one row of the communication matrix."""

    admin: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    """In the room of the event's `client`."""
    everyone: tuple[str, ...] = ()
    only_with: tuple[tuple[str, str], ...] = ()
    """(topic, field): the topic is left out while that field of the event is None."""


@dataclass(frozen=True)
class Words:
    """One sentence for each side; names in braces are facts about what the event concerns (notifications/notes.py)."""

    admin: str
    client: str = ""
    """Empty: the client gets no notification."""
    many: str = field(default="", kw_only=True)
    """Instead of `admin`, for `{count}` events of one client that are read as one; events that have it are bundled."""
    record: str = field(default="", kw_only=True)
    """As the client finds it in the record of what is theirs, where they are not notified of it."""
    several: str = field(default="", kw_only=True)
    """Of `{count}` that one press has done, as the other admins read it."""
    done: str = field(default="", kw_only=True)
    """The same, as whoever pressed reads it."""
    level: str = field(default="info", kw_only=True)
    """How serious it is: `info`, `success`, `warning` or `error`."""
    client_level: str = field(default="success", kw_only=True)


class DeskEvent(Event, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience()
    words: ClassVar[Words | None] = None
    """None: nobody reads of it, not even in the audit trail."""
    creates: ClassVar[tuple[str, ...]] = ()
    """Fields that hold the id of a row which was created with it."""
    subjects: ClassVar[tuple[str, ...]] = SUBJECTS
    """Of these fields those that it has hold the id of a row with a page of its own: there, too, it is published, and
    in the record of that row it is found. Of an event without words nobody reads there either."""
    says_about: ClassVar[bool] = False
    """Whether its sentences say what they are about: `{about}`, of the first of its subjects."""
    rekeys: ClassVar[tuple[str, ...]] = ()
    """Fields that hold the id of a row of which something has changed by which rows are found: lists that showed it may
    have to let it go, whatever they search for, and what is read of it elsewhere says something else."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.is_bundled = cls.words is not None and bool(cls.words.many)

    def facts(self) -> dict[str, Any]:
        """What its sentences say of the event itself: its texts, and its days."""
        own = {name: value for name in self.__struct_fields__ if isinstance(value := getattr(self, name), str)}
        if "reason" in own:
            own["because"] = say(". Reason: {reason}", reason=own["reason"]) if own["reason"] else ""
        if (days := getattr(self, "days", None)) is not None:
            own["days"] = say_count("{count} day", "{count} days", days)
        return own

    def channels(self) -> frozenset[Channel]:
        audience = type(self).audience
        left_out = tuple(topic for topic, name in audience.only_with if getattr(self, name) is None)
        channels = set(_channels(audience, self.client, left_out))
        # Of what its client reads nowhere, as a note, not even a page without it is sent: that something was written is
        # for admins only too.
        is_clients = self.words is not None and bool(self.words.client or self.words.record)
        for subject, key in self.subject_ids().items():
            channels.add(of_subject(rooms.admin(), subject, key))
            if is_clients and (whose := key if subject == "person" else self.client) is not None:
                channels.add(of_subject(rooms.client(whose), subject, key))
        return frozenset(channels)

    def subject_ids(self) -> dict[str, int]:
        if self.words is None:
            return {}
        ids = {name: key for name in self.subjects if (key := getattr(self, name, None)) is not None}
        return ids if self.client is None else {"person": self.client} | ids


def of_subject(room: Room, subject: str, key: int) -> Channel:
    """Where is published what concerns one row, for the pages that show nothing else."""
    return Channel(room, f"{subject} {key}")


@cache
def _shared_channels(audience: Audience, left_out: tuple[str, ...]) -> frozenset[Channel]:
    return _published(rooms.admin(), audience.admin, left_out) | _published(
        rooms.everyone(), audience.everyone, left_out
    )


def _channels(audience: Audience, client: int | None, left_out: tuple[str, ...]) -> frozenset[Channel]:
    shared = _shared_channels(audience, left_out)
    return shared if client is None else shared | _published(rooms.client(client), audience.client, left_out)


def _published(room: Room, topics: tuple[str, ...], left_out: tuple[str, ...]) -> frozenset[Channel]:
    return frozenset(Channel(room, topic) for topic in topics if topic not in left_out)


class Subject(Row):
    """A table whose rows events tell of."""

    event_field: ClassVar[str]
    """The field of events that holds the id of a row."""
    page: ClassVar[str] = ""
    """Of a row, for admins, with `{}` for its id; empty: it has none."""
    own_page: ClassVar[str] = ""
    """The same for its owner."""

    def facts(self) -> Mapping[str, Any]:
        """What the sentences about a row say, by the names that stand there in braces; put into words with them."""
        raise NotImplementedError

    def about(self) -> str:
        """What a message about it is about, behind its writer and its reader; empty for a person."""
        return ""


@cache
def subjects() -> dict[str, type[Subject]]:
    """By their field; complete once the application is imported."""

    def below(parent: type[Subject]) -> Iterator[type[Subject]]:
        for table in parent.__subclasses__():
            yield from (table, *below(table))

    return {table.event_field: table for table in below(Subject) if "event_field" in vars(table)}


def possible_rooms(event: Event) -> frozenset[Room]:
    """Whose pages an event may concern of which only the client is known."""
    return frozenset({rooms.everyone()} if event.client is None else {rooms.admin(), rooms.client(event.client)})


def rekeys(event: Event) -> bool:
    """Whether what is said of it elsewhere says something else from now on, so that all of it is to be said anew."""
    return isinstance(event, DeskEvent) and bool(event.rekeys)


def is_broadcast(event: type[DeskEvent]) -> bool:
    return BROADCAST in event.audience.everyone
