"""What somebody has just done, in sentences to themselves; of what is told to others only, in ones of their own."""

from __future__ import annotations

from collections.abc import Sequence

from app.codes.events import CodeCorrected, CodeGenerated, CodeTakenBack
from app.db.fetch import fetch
from app.events import DeskEvent
from app.i18n.message import Message, in_words_with, say, say_count
from app.live.batch import Rows
from app.live.event import Event
from app.live.log import LogEntry
from app.live.views import Reader
from app.messages.events import MessageReceived
from app.notifications.events import NotificationsSeen
from app.notifications.notes import notes, read_facts
from app.notifications.undo import can_be_undone
from app.people.events import LocaleChanged, PersonRegistered
from app.requests.events import ExtensionRequested, ExtensionWithdrawn
from app.web.done import Said

OWN: dict[type[Event], Message] = {
    CodeGenerated: say("Your code is {code}. It waits for an admin; you hear at once."),
    ExtensionRequested: say("You have asked for {days} more on {where}. An admin decides; you hear at once."),
    ExtensionWithdrawn: say("You have withdrawn your request for {days} more on {where}."),
    NotificationsSeen: say("All notifications up to here are marked as read."),
    LocaleChanged: say("Your settings are saved."),
    CodeCorrected: say("Your code {code} is for {after} now."),
    CodeTakenBack: say("You have taken back your code {code}."),
    MessageReceived: say("Your message is sent."),
    PersonRegistered: say("Welcome, {person}. This is your desk."),
}
MOST_SAID = 3
"""Of several at once these are said, and the others counted."""


async def words_of_done(first: int, last: int, person: Reader) -> Said:
    """Of the entries between these two, those of that person."""
    rows = await fetch(
        "SELECT * FROM event WHERE id BETWEEN {} AND {} AND actor = {} ORDER BY id", first, last, person.id
    )
    told = [entry for row in rows if _is_told(entry := LogEntry.from_row(row), person)]
    said, others = told[:MOST_SAID], len(told) - MOST_SAID
    known = Rows()
    facts = await read_facts(said, known)
    read = await notes(
        [entry for entry in said if type(entry.event) not in OWN], known, person.locale,
        for_admins=person.role == "admin",
    )  # fmt: skip
    texts = {note.id: note.text for note in read} | {
        entry.id: in_words_with(sentence, facts[entry.id], person.locale)
        for entry in said
        if (sentence := OWN.get(type(entry.event))) is not None
    }
    sentences: list[Message | str] = [texts[entry.id] for entry in said]
    if others > 0 and (words := _in_one(told)):
        sentences.insert(0, in_words_with(words, {"count": len(told)}, person.locale))
    if others > 0:
        sentences.append(say_count("And 1 more.", "And {count} more.", others))
    return Said(sentences, (first, last) if can_be_undone(told) else None)


def _in_one(told: Sequence[LogEntry]) -> str:
    """The sentence for all of them, if one press has done the same to each."""
    words = told[0].event.words if isinstance(told[0].event, DeskEvent) else None
    return words.done if words is not None and len({entry.kind for entry in told}) == 1 else ""


def _is_told(entry: LogEntry, person: Reader) -> bool:
    event = entry.event
    if type(event) in OWN:
        return True
    words = event.words if isinstance(event, DeskEvent) else None
    return words is not None and bool(words.admin if person.role == "admin" else words.client)
