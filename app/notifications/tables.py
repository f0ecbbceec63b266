"""The verbs of notifications, which have no table: the event log is their record."""

from __future__ import annotations

from app.db import Transaction, transaction
from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.live.event import Actor
from app.live.log import LogEntry, record
from app.notifications.events import BroadcastSent, NotificationsSeen
from app.people.tables import Person

LEVELS = ("info", "success", "warning", "error")
MOST_MESSAGE = 500
"""Characters of a broadcast."""


async def broadcast(message: str, level: str, by: Actor) -> Transaction:
    """Notifies everyone. Raises Invalid. Gives the transaction: its entry is all the record that there is."""
    fields = {}
    if not 1 <= len(message.strip()) <= MOST_MESSAGE:
        fields["message"] = say("Write 1 to {most} characters.", most=MOST_MESSAGE)
    if level not in LEVELS:
        fields["level"] = say("Choose one of {choices}.", choices=", ".join(LEVELS))
    if fields:
        raise Invalid(MARKED, fields)
    async with transaction() as sent:
        record(BroadcastSent(message=message.strip(), level=level), by=by)
    return sent


async def see(person: Person, up_to: int) -> Person:
    """Marks all notifications up to an event as seen, never fewer than before; gives the person as they are then.

    Raises Invalid for an event that has not happened yet.
    """
    if not 0 <= up_to <= await LogEntry.last_id():
        raise Invalid(MARKED, {"up_to": say("There is no such event yet.")})
    async with transaction():
        behind = (Person.id == person.id) & (Person.seen_event < up_to)
        seen = await Person.compare_and_set(behind, {Person.seen_event: up_to})
        if seen is None:
            return person
        record(NotificationsSeen(client=person.id, up_to=up_to), by=person)
    return seen
