"""How a search's terms are looked up: by the indexes of beginnings, of parts, and of the people's names."""

from __future__ import annotations

from app.db.engine import engine
from app.db.fetch import fetch, placeholders
from app.db.keyset import OF_ONE, Match
from app.db.parts import begins, contains, those_containing
from app.listings.search import Term
from app.live.event import SYSTEM

NAMES = ("owner_name", "actor_name")
"""Columns that hold copies of user names."""
FEW_PEOPLE = 100
"""Whose rows are gathered by their names; of more, the list is looked through from its end."""


async def match_for(table: str, term: Term, owner: int | None = None) -> Match:
    """`owner`: of whose rows alone it is asked for, which all bear one name."""
    if not term.is_part:
        return begins(term.column, term.text)
    if term.column not in NAMES:
        return contains(table, term.column, term.text)
    looked_through = contains(table, term.column, term.text)
    if owner is not None:
        own = [owner, *looked_through.otherwise_values]
        return looked_through._replace(condition=f"{OF_ONE} AND {looked_through.otherwise}", values=own)
    # Names are kept once a person, not once a row of theirs: so are their parts.
    some, values = those_containing("person", "username", term.text)
    if term.text in SYSTEM.username:
        some += f" UNION ALL SELECT '{SYSTEM.username}'"
    names = [row["username"] for row in await fetch(f"{some} LIMIT {FEW_PEOPLE + 1:d}", *values)]
    if not names:
        return looked_through._replace(condition="id < 0", values=[], otherwise="id < 0", otherwise_values=[])
    if len(names) <= FEW_PEOPLE:
        return looked_through._replace(condition=f"{term.column} IN ({placeholders(len(names))})", values=names)
    if engine().engine_type == "postgres":
        return looked_through
    return looked_through._replace(condition=f"{term.column} IN ({some})", values=values)
