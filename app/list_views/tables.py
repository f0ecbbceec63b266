from __future__ import annotations

from typing import Self

from piccolo.columns import ForeignKey, Serial, Timestamptz, Varchar

from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch, for_update
from app.errors import MARKED, Conflict, Invalid, NotFound
from app.i18n.message import say
from app.list_views.events import ViewPinned, ViewUnpinned
from app.live.log import record
from app.people.tables import Person

MOST_PINNED = 20
"""Of one person."""
MOST_NAME = 40
LONGEST_URL = 2_048
NAME = say("Enter a name of 1 to {most} characters.", most=MOST_NAME)


class PinnedView(Row, tablename="pinned_view"):
    """A name for a list under its filter, in the navigation of one person."""

    id = Serial(primary_key=True)
    person = ForeignKey(references=Person)
    name = Varchar(length=MOST_NAME)
    url = Varchar(length=LONGEST_URL)
    created_at = Timestamptz()

    def as_json(self) -> dict[str, object]:
        return {"id": self.id, "name": self.name, "url": self.url}

    @classmethod
    async def of(cls, person: int) -> list[Self]:
        """In the order in which they were pinned."""
        rows = await fetch("SELECT * FROM pinned_view WHERE person = {} ORDER BY id", person)
        return [cls.from_row(row) for row in rows]

    @classmethod
    async def pin(cls, person: Person, name: str, url: str) -> Self:
        """Under a name that they have used before it is this view from now on. Raises Invalid for a name that is none,
        Conflict for one too many."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= MOST_NAME:
            raise Invalid(MARKED, {"name": NAME})
        async with transaction():
            # Of several at once each sees what the one before has pinned.
            await fetch(f"SELECT id FROM person WHERE id = {{}}{for_update()}", person.id)
            rows = await fetch(
                "INSERT INTO pinned_view (person, name, url, created_at) VALUES ({}, {}, {}, {}) "
                "ON CONFLICT (person, name) DO UPDATE SET url = excluded.url RETURNING *",
                person.id, name, url, now(),
            )  # fmt: skip
            pinned = cls._written(rows[0])
            if len(await cls.of(person.id)) > MOST_PINNED:
                raise Conflict(say("At most {most} views can be pinned. Unpin one first.", most=MOST_PINNED))
            record(ViewPinned(client=person.id), by=person)
        return pinned

    @classmethod
    async def unpin(cls, person: Person, view_id: int) -> Self:
        """Raises NotFound for what is not theirs, or unpinned already."""
        async with transaction():
            rows = await fetch("DELETE FROM pinned_view WHERE id = {} AND person = {} RETURNING *", view_id, person.id)
            if not rows:
                raise NotFound(say("There is no such view: it is unpinned."))
            record(ViewUnpinned(client=person.id), by=person)
        return cls._written(rows[0])
