"""How a search's terms are looked up: by the indexes of beginnings, of parts, and of the people's names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from app.db.engine import engine
from app.db.fetch import fetch, fetch_planned, placeholders
from app.db.keyset import NEVER, OF_ONE, Match, without_index
from app.db.parts import begins, contains, equals, those_containing
from app.licences.key import LENGTH
from app.listings.search import Term
from app.live.event import SYSTEM

NAMES = ("owner_name", "actor_name")
"""Columns that hold copies of user names."""
KEYS = ("code", "licence")
RARE = 5
"""Characters of a key, or digits with which a number begins, that stand in ten rows of a million."""
NAME_OF = "SELECT username FROM person WHERE id = {}"
FEW_PEOPLE = 100
"""Whose rows are gathered by their names; of more, the list is looked through from its end."""


_looked_up: ContextVar[dict[tuple[Any, ...], list[str]] | None] = ContextVar("names by what was asked", default=None)


@contextmanager
def names_looked_up_once() -> Iterator[None]:
    """For all tables of one answer, which is of one moment."""
    before = _looked_up.set({})
    try:
        yield
    finally:
        _looked_up.reset(before)


async def _names(sql: str, *values: Any) -> list[str]:
    known, asked = _looked_up.get(), (sql, *values)
    if known is not None and asked in known:
        return known[asked]
    names = [row["username"] for row in await fetch_planned(sql, *values)]
    if known is not None:
        known[asked] = names
    return names


def _by_itself(table: str, term: Term) -> Match:
    """By an index of the column's own."""
    if not term.is_part:
        return begins(term.column, term.text)
    is_key = term.column in KEYS
    if is_key and len(term.text) == LENGTH:
        return equals(term.column, term.text)
    return contains(table, term.column, term.text, is_random=is_key)


async def match_for(table: str, term: Term, owner: int | None = None) -> Match:
    """`owner`: of whose rows alone it is asked for, which all bear one name."""
    if term.column in NAMES and owner is not None:
        is_theirs = any(term.fits(row["username"]) for row in await fetch(NAME_OF, owner))
        return Match(OF_ONE, (owner,), without_index(OF_ONE), (owner,)) if is_theirs else NEVER
    if term.column not in NAMES or not term.is_part:
        is_rare = len(term.text) >= RARE and term.column in (*KEYS, "account_number")
        return _by_itself(table, term)._replace(is_rare=is_rare)
    looked_through = contains(table, term.column, term.text)
    # Names are kept once a person, not once a row of theirs: so are their parts.
    some, values = those_containing("person", "username", term.text)
    if term.text in SYSTEM.username:
        some += f" UNION ALL SELECT '{SYSTEM.username}'"
    names = await _names(f"{some} LIMIT {FEW_PEOPLE + 1:d}", *values)
    if not names:
        return NEVER
    if len(names) <= FEW_PEOPLE:
        return looked_through._replace(condition=f"{term.column} IN ({placeholders(len(names))})", values=names, ids="")
    if engine().engine_type == "postgres":
        return looked_through
    return looked_through._replace(condition=f"{term.column} IN ({some})", values=values, ids="", is_common=True)
