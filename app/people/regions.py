from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from markupsafe import Markup

from app import rooms
from app.calendar.events import DayBegan, new_day_in
from app.db.keyset import Match, newest_ids, next_newer_ids
from app.events import DeskEvent
from app.i18n.locale import Locale
from app.listings.matching import match_for
from app.listings.search import term
from app.live.batch import Rows
from app.live.listing import Listing
from app.live.log import LogEntry
from app.live.regions import region
from app.live.rooms import Channel
from app.people.tables import Person
from app.settings import settings
from app.templating import render
from app.topics import PEOPLE_UPDATED

STATUSES = ("client", "admin", "blocked")
"""Of the list: who may sign in, by their role; and who may not."""


@region
class PeopleListing(Listing[Person]):
    """Everybody there is, under a tab and a part of their names."""

    status: str
    q: str

    row_element = "person"
    csv_fields = ("id", "username", "email", "role", "active", "created_at")
    can_turn_back = True

    @property
    def _conditions(self) -> dict[str, list[Any]]:
        if not self.status:
            return {}
        return (
            {"active = {}": [False]}
            if self.status == "blocked"
            else {"role = {}": [self.status], "active = {}": [True]}
        )

    async def _matches(self) -> list[Match]:
        return [await match_for("person", term("username", self.q))] if self.q else []

    async def window(self, limit: int) -> list[int]:
        return await newest_ids(
            "person", self._conditions, limit=limit, before=self.after, matches=await self._matches()
        )

    async def window_before(self, limit: int) -> list[int]:
        assert self.after is not None
        return await next_newer_ids(
            "person", self._conditions, limit=limit, since=self.after, matches=await self._matches()
        )

    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, Person]:
        return await rows.of(Person, keys)

    async def row_html(self, loaded: Sequence[Person], rows: Rows) -> list[Markup]:
        return [render("people/row.html", self.locale, who=row) for row in loaded]

    def matches(self, row: Person) -> bool:
        is_there = {"": True, "blocked": not row.active}.get(self.status, row.active and row.role == self.status)
        return is_there and (self.after is None or row.id < self.after) and self.may_match(row)

    @property
    def is_selective(self) -> bool:
        return bool(self.q)

    def may_match(self, row: Person) -> bool:
        return term("username", self.q).fits(row.username)

    @property
    def membership_is_fixed(self) -> bool:
        return not self.status

    def touched(self, entry: LogEntry) -> dict[int, bool] | None:
        event = entry.event
        if isinstance(event, DayBegan):
            return None
        key = getattr(event, "person", None)
        return {} if key is None else {key: isinstance(event, DeskEvent) and "person" in event.creates}

    async def items(self, rows: Sequence[Person]) -> list[dict[str, Any]]:
        return [
            {
                "id": row.id, "username": row.username, "email": row.email, "role": row.role, "active": row.active,
                "created_at": row.created_at.isoformat(),
            }
            for row in rows
        ]  # fmt: skip


def people(locale: Locale, status: str, q: str, after: int | None, query: str) -> PeopleListing:
    channels = frozenset({Channel(rooms.admin(), PEOPLE_UPDATED), new_day_in(locale.zone)})
    return PeopleListing(
        element="people", channels=channels, locale=locale, size=settings().page_size, after=after,
        path="/admin/people", query=query, status=status, q=q,
    )  # fmt: skip
