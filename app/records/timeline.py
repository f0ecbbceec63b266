"""The record of one row: what has happened to it, what was written about it, and, for admins, what they noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from app import rooms
from app.calendar.events import DayBegan, new_day_in
from app.db.fetch import placeholders
from app.db.keyset import of_column, without_index
from app.events import of_subject, rekeys
from app.listings.filter import Filter
from app.live.batch import Rows
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.live.views import Reader
from app.notifications.log_listing import LogListing
from app.notifications.notes import Note, audit_kinds, notes, record_kinds
from app.settings import settings
from app.templating import render
from app.topics import ACCOUNTS_UPDATED


@region
class Timeline(LogListing):
    """The entries of the log that tell of one row, the newest first."""

    subject: str
    """One of the log's columns, log.SUBJECTS."""
    key: int
    reader: int | None
    """The client who reads it, and finds no more than what they may know; None: an admin."""

    row_element = "moment"
    can_turn_back = True
    csv_fields = (*LogListing.csv_fields, "message")

    @property
    def kinds(self) -> Sequence[str]:
        return audit_kinds() if self.reader is None else record_kinds()

    def conditions(self) -> dict[str, Sequence[Any]]:
        # By the index of the subject alone, whose entries are of several kinds.
        known = {without_index(f"kind IN ({placeholders(len(self.kinds))})"): self.kinds}
        return {**of_column(self.subject, self.key), **known} | (
            {without_index("person = {}"): (self.reader,)} if self._is_anothers else {}
        )

    @property
    def along(self) -> str:
        return self.subject

    @property
    def _is_anothers(self) -> bool:
        """Whether it could be another client's row."""
        return self.reader is not None and self.subject != "person"

    def matches(self, row: LogEntry) -> bool:
        return self.may_match(row)

    @property
    def is_selective(self) -> bool:
        return True

    def may_match(self, row: LogEntry) -> bool:
        return (
            getattr(row, self.subject) == self.key
            and row.kind in self.kinds
            and (not self._is_anothers or row.person == self.reader)
        )

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        if isinstance(entry.event, DayBegan) or rekeys(entry.event):
            return None
        return {entry.id: True} if self.may_match(entry) else {}

    async def row_html(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Markup]:
        return [
            render("records/moment.html", self.locale, entry=note, for_admins=self.reader is None, subject=self.subject)
            for note in await self.notes(loaded, rows)
        ]

    async def items(self, rows: Sequence[LogEntry]) -> list[dict[str, Any]]:
        """`message`: all that somebody has written, of which the sentence says a part."""
        return [note.as_json() | {"message": note.said} for note in await self.notes(rows, Rows())]

    async def notes(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Note]:
        return await notes(loaded, rows, self.locale, for_admins=self.reader is None)


def timeline(reader: Reader, subject: str, key: int, path: str, query: Mapping[str, str]) -> Timeline:
    """`path`: of the page that shows it. Raises Invalid for a page that there cannot be."""
    is_admin = reader.role == "admin"
    room = rooms.admin() if is_admin else rooms.client(reader.id)
    channels = {of_subject(room, subject, key), new_day_in(reader.locale.zone)}
    if subject == "request":
        channels.add(Channel(room, ACCOUNTS_UPDATED))  # its sentences name the trading account, which may be moved
    return Timeline(
        element="timeline", channels=frozenset(channels), locale=reader.locale, size=settings().page_size,
        after=Filter.of(query, ()).after, path=path, query="", subject=subject, key=key,
        reader=None if is_admin else reader.id,
    )  # fmt: skip
