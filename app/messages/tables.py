"""The verb of messages. The event log is their record; a table has the keys of those that were sent lately."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from piccolo.columns import Integer, Serial, Timestamptz, Varchar

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.tables import TradingCode
from app.db import Row, Transaction, transaction
from app.db.fetch import fetch
from app.db.row import MOST_KEY
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
KEPT = timedelta(days=15)
"""A form is sent again within the session that was shown it."""


class SentMessage(Row, tablename="sent_message"):
    """That a form was sent: of one that is sent again, as its answer was lost, nothing is written."""

    id = Serial(primary_key=True)
    writer = Integer()
    request_key = Varchar(length=MOST_KEY)
    content_hash = Varchar(length=64)
    created_at = Timestamptz()

    @classmethod
    async def is_new(cls, writer: int, request_key: str, content: str) -> bool:
        """Raises Conflict for the key of something else."""
        hashed = hashlib.sha256(content.encode()).hexdigest()
        values = {
            cls.writer: writer, cls.request_key: request_key, cls.content_hash: hashed, cls.created_at: now(),
        }  # fmt: skip
        if await cls.add(values) is not None:
            return True
        sent = await cls.matching((cls.writer == writer) & (cls.request_key == request_key))
        if [each.content_hash for each in sent] != [hashed]:
            raise Conflict(
                say("What you sent before was written; this was not. Send it again."),
                {"request_key": say("This key belongs to another message: use a new one.")},
            )
        return False

    @classmethod
    async def sweep(cls) -> int:
        """The scheduler's. Gives how many it went through."""
        old = "SELECT id FROM sent_message WHERE created_at < {} LIMIT 500"
        return len(await fetch(f"DELETE FROM sent_message WHERE id IN ({old}) RETURNING id", now() - KEPT))


async def write(
    about: About, message: str, by: Person, *, for_admins: bool = False, request_key: str = ""
) -> Transaction:
    """To the client whose row it is, or by them to the admins; `for_admins`: a note that the client never sees. Gives
    the transaction: its entry is all the record that there is. Without one, the same was written before under the same
    request_key.

    Raises Invalid for a message that is empty or too long, Forbidden for a client's note, Conflict for a message to an
    admin, and for a request_key under which something else was written."""
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
        if request_key:
            content = f"{about.event_field} {about.id} {kind.__name__} {message}"
            if not await SentMessage.is_new(by.id, request_key, content):
                return written
        record(kind(client=client, message=message, **subjects), by=by)
    return written
