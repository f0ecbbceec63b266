"""What people read about an event: the sentence of its class, with the facts of what it concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from app.db.fetch import fetch, placeholders
from app.events import DeskEvent, is_broadcast, subjects
from app.i18n.locale import Locale
from app.i18n.message import in_words, in_words_with, say
from app.labels import kind_label
from app.live.batch import Rows
from app.live.event import Event, UnknownEvent, kinds
from app.live.log import LogEntry
from app.topics import ADMIN_NOTIFICATION, CLIENT_NOTIFICATION


@cache
def audit_kinds() -> tuple[str, ...]:
    """The kinds that the audit trail shows."""
    return tuple(event.__name__ for event in _events() if event.words is not None)


@cache
def audit_groups() -> Mapping[str, tuple[str, ...]]:
    """The same by their domains."""
    groups: dict[str, tuple[str, ...]] = {}
    for event in _events():
        if event.words is not None:
            domain = event.__module__.removeprefix("app.").partition(".")[0]
            groups[domain] = (*groups.get(domain, ()), event.__name__)
    return groups


@cache
def admin_kinds() -> tuple[str, ...]:
    return tuple(event.__name__ for event in _events() if ADMIN_NOTIFICATION in event.audience.admin)


@cache
def client_kinds() -> tuple[str, ...]:
    return tuple(event.__name__ for event in _events() if CLIENT_NOTIFICATION in event.audience.client)


@cache
def record_kinds() -> tuple[str, ...]:
    """The kinds that a client finds in the record of what is theirs."""
    return tuple(event.__name__ for event in _events() if event.words and (event.words.client or event.words.record))


@cache
def broadcast_kinds() -> tuple[str, ...]:
    return tuple(event.__name__ for event in _events() if is_broadcast(event) and event.words is not None)


def _events() -> list[type[DeskEvent]]:
    return [kind for kind in kinds().values() if issubclass(kind, DeskEvent)]


MOST_BUNDLED = 1_000
"""Entries of one line are counted up to here, so that the count never costs more than that."""


async def bundled(entries: Sequence[LogEntry]) -> dict[int, int]:
    """For how many entries each of these stands, itself included; only those that stand for several."""
    if not (heads := [entry.id for entry in entries if entry.event.is_bundled]):
        return {}
    counted = f"SELECT 1 FROM event WHERE bundle = head.id LIMIT {MOST_BUNDLED}"
    rows = await fetch(
        f"SELECT head.id, (SELECT COUNT(*) FROM ({counted}) AS counted) AS others FROM event AS head "
        f"WHERE head.id IN ({placeholders(len(heads))})",
        *heads,
    )
    return {row["id"]: row["others"] + 1 for row in rows if row["others"]}


@dataclass(frozen=True)
class Note:
    """One event, as one side reads it."""

    id: int
    at: datetime
    kind: str
    actor_name: str
    level: str
    text: str
    unread: bool = False
    count: int = 1
    """Events that are read in this one line."""
    url: str = ""
    """Of the page of what it is about; empty where there is none for whoever reads it."""
    said: str = ""
    """Of what somebody has written: all of it."""
    about: str = ""
    """What that is about, behind its writer's name."""

    @property
    def is_for_admins_only(self) -> bool:
        return self.kind == "NoteWritten"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "actor": self.actor_name,
            "level": self.level,
            "text": self.text,
            "unread": self.unread,
            "count": self.count,
        }


async def notes(
    entries: Sequence[LogEntry],
    rows: Rows,
    locale: Locale,
    *,
    for_admins: bool,
    seen: int | None = None,
    audit: bool = False,
    counts: Mapping[int, int] | None = None,
) -> list[Note]:
    """The entries in the words of a reader. `seen`: the reader's last seen event, where what is unread is marked.
    `counts`: of entries with which others are read, how many they stand for."""
    facts = await read_facts(entries, rows)
    counts = counts or {}
    for key, count in counts.items():
        facts[key]["count"] = count if count <= MOST_BUNDLED else say("more than {most}", most=MOST_BUNDLED)
    read = [_note(entry, facts[entry.id], locale, for_admins=for_admins, seen=seen, audit=audit) for entry in entries]
    return [replace(note, count=counts[note.id]) if note.id in counts else note for note in read]


def _note(
    entry: LogEntry, facts: Mapping[str, Any], locale: Locale, *, for_admins: bool, seen: int | None, audit: bool
) -> Note:
    unread = seen is not None and entry.id > seen
    event = entry.event
    words = event.words if isinstance(event, DeskEvent) else None
    if words is None:
        assert isinstance(event, UnknownEvent), f"{entry.kind} has no words"
        text = say("{kind} (this version of the desk cannot show more)", kind=kind_label(entry.kind)).in_words(locale)
        return Note(entry.id, entry.at, entry.kind, entry.actor_name, "info", text, unread)
    to_admins = words.many if "count" in facts else words.admin
    sentence = to_admins if for_admins else words.client or words.record
    text = in_words_with(sentence, facts, locale)
    level = level_of(entry, for_admins=for_admins)
    if is_broadcast(type(event)):  # type: ignore[arg-type]
        text = say("Broadcast: {message}", message=text).in_words(locale) if audit else text
        return Note(entry.id, entry.at, entry.kind, entry.actor_name, level, text, unread)
    return Note(
        entry.id, entry.at, entry.kind, entry.actor_name, level, text, unread,
        url=url_of(event, for_admins=for_admins), said=getattr(event, "message", ""),
        about=in_words(facts.get("about", ""), locale),
    )  # fmt: skip


def url_of(event: Event, *, for_admins: bool) -> str:
    """Of the page of the first row that it names and that has one."""
    for field in event.__struct_fields__:
        if (table := subjects().get(field)) is not None and (key := getattr(event, field)) is not None:
            return (table.page if for_admins else table.own_page).format(key)
    return ""


def level_of(entry: LogEntry, *, for_admins: bool) -> str:
    """How serious it is to a reader: `info`, `success`, `warning` or `error`."""
    event = entry.event
    words = event.words if isinstance(event, DeskEvent) else None
    if words is None:
        return "info"
    if is_broadcast(type(event)):  # type: ignore[arg-type]
        return str(getattr(event, "level", words.level))
    if for_admins:
        return words.level
    return words.client_level if words.client else "info"


async def read_facts(entries: Sequence[LogEntry], rows: Rows) -> dict[int, dict[str, Any]]:
    """What the sentences need to know, by event id; every table is asked once. An event's first field knows best: the
    words about a code are not its account's."""
    told_of = {field: await rows.of(table, _ids(entries, field)) for field, table in subjects().items()}
    facts = {}
    for entry in entries:
        known: dict[str, Any] = {"by": entry.actor_name}
        says_about = isinstance(entry.event, DeskEvent) and entry.event.says_about
        for field in reversed(entry.event.__struct_fields__):
            if (subject := told_of.get(field, {}).get(getattr(entry.event, field) or 0)) is not None:
                known |= {**subject.facts(), "about": subject.about()} if says_about else subject.facts()
        facts[entry.id] = known | (entry.event.facts() if isinstance(entry.event, DeskEvent) else {})
    return facts


def _ids(entries: Sequence[LogEntry], field: str) -> Collection[int]:
    return {key for entry in entries if (key := getattr(entry.event, field, None)) is not None}
