"""The verb of messages, which have no table: the event log is their record."""

from __future__ import annotations

from typing import Any

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.db import Transaction, transaction
from app.errors import MARKED, Conflict, Forbidden, Invalid
from app.i18n.message import say
from app.live.log import record
from app.messages.events import MessageReceived, MessageSent, NoteWritten, Written
from app.people.tables import Person
from app.requests.tables import AccountRequest

MOST_MESSAGE = 1_000
"""Characters."""
LENGTH = say("Write 1 to {most} characters.", most=MOST_MESSAGE)
About = TradingCode | CustomerAccount | AccountRequest | Person
ABOUT: dict[str, type[About]] = {
    table.event_field: table for table in (TradingCode, CustomerAccount, AccountRequest, Person)
}
"""What can be written about, by the names of the log's columns. Each has `of`, which gives a row to those who may."""


async def write(about: About, message: str, by: Person, *, for_admins: bool = False) -> Transaction:
    """To the client whose row it is, or by them to the admins; `for_admins`: a note that the client never sees. Gives
    the transaction: its entry is all the record that there is.

    Raises Invalid for a message that is empty or too long, Forbidden for a client's note, Conflict for a message to an
    admin."""
    message = message.strip()
    if not 1 <= len(message) <= MOST_MESSAGE:
        raise Invalid(MARKED, {"message": LENGTH})
    if for_admins and not by.is_admin:
        raise Forbidden(say("Only admins can write notes."))
    client: int = about.id if isinstance(about, Person) else about.owner
    if isinstance(about, Person) and by.is_admin and about.is_admin and not for_admins:
        raise Conflict(say("{name} is an admin. Write a note: all admins read it.", name=about.username))
    kind: type[Written] = NoteWritten if for_admins else MessageSent if by.is_admin else MessageReceived
    subjects: dict[str, Any] = {about.event_field: about.id}
    if isinstance(about, AccountRequest):
        subjects["account"] = about.account
    async with transaction() as written:
        record(kind(client=client, message=message, **subjects), by=by)
    return written
