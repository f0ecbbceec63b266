from __future__ import annotations

from collections.abc import Iterable

from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar

from app.clock import now
from app.db import Row, transaction
from app.db.fetch import fetch
from app.errors import Invalid
from app.i18n.message import say
from app.people.tables import Session

MOST_SELECTED = 1_000
"""Rows of one list."""
MOST_VIEWS = 5
"""Lists of one session, each under a filter, whose selections are kept; the one that was left longest ago goes."""
LONGEST_VIEW = 2_048


class Selection(Row, tablename="selection"):
    """The rows that are ticked in one list under one filter, on whichever of its pages. It ends with its session."""

    id = Serial(primary_key=True)
    session = ForeignKey(references=Session)
    view = Varchar(length=LONGEST_VIEW)
    """The list's address without the page: path and filter."""
    chosen = Text()
    """Ids, the newest first, between commas."""
    changed_at = Timestamptz()

    @classmethod
    async def of(cls, session: int, view: str) -> tuple[int, ...]:
        rows = await fetch("SELECT chosen FROM selection WHERE session = {} AND view = {}", session, view)
        return tuple(int(key) for key in rows[0]["chosen"].split(",")) if rows else ()

    @classmethod
    async def keep(cls, session: int, view: str, chosen: Iterable[int]) -> tuple[int, ...]:
        """Gives what is selected from now on. Raises Invalid for too many."""
        keys = tuple(sorted(set(chosen), reverse=True))
        if len(keys) > MOST_SELECTED:
            raise Invalid(say("At most {most} rows can be selected at once.", most=MOST_SELECTED))
        async with transaction():
            if not keys:
                await fetch("DELETE FROM selection WHERE session = {} AND view = {} RETURNING id", session, view)
                return ()
            await fetch(
                "INSERT INTO selection (session, view, chosen, changed_at) VALUES ({}, {}, {}, {}) "
                "ON CONFLICT (session, view) DO UPDATE SET chosen = excluded.chosen, changed_at = excluded.changed_at "
                "RETURNING id",
                session, view, ",".join(map(str, keys)), now(),
            )  # fmt: skip
            kept = f"SELECT id FROM selection WHERE session = {{}} ORDER BY changed_at DESC, id DESC LIMIT {MOST_VIEWS}"
            await fetch(
                f"DELETE FROM selection WHERE session = {{}} AND id NOT IN ({kept}) RETURNING id", session, session
            )
        return keys
