"""Rows of the log as a list: what inboxes and the audit trail have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from app.db.fetch import fetch_column, placeholders
from app.db.keyset import Conditions, Match, newest_ids, next_newer_ids, of_column, without_index
from app.listings.matching import match_for
from app.listings.search import IN_A_NAME, term
from app.live.batch import Rows
from app.live.listing import Listing
from app.live.log import LogEntry
from app.live.regions import region
from app.notifications.notes import Note


@region
class LogListing(Listing[LogEntry]):
    """Rows of the log, under what a subclass lets through."""

    is_kept = False  # prune takes old entries away, and that is no event

    csv_fields: ClassVar[tuple[str, ...]] = ("id", "at", "kind", "actor", "level", "text")

    actor: str = ""
    """Part of the name of who did it."""

    @property
    def kinds(self) -> Sequence[str]:
        raise NotImplementedError

    @property
    def along(self) -> str:
        """The column along whose index it is found; empty: that of the ids."""
        return ""

    async def window(self, limit: int) -> list[int]:
        if (matches := await self._matches()) is None:
            return []
        if self.are_rare and not matches:
            older: Conditions = {} if self.after is None else {"id < {}": [self.after]}
            return await of_each(dict.fromkeys(self.kinds, older), limit)
        return await newest_ids(
            "event", self.conditions(), limit=limit, before=self.after, matches=matches, along=self.along
        )

    async def window_before(self, limit: int) -> list[int]:
        assert self.after is not None
        if (matches := await self._matches()) is None:
            return []
        if self.are_rare and not matches:
            return await of_each({kind: {"id >= {}": [self.after]} for kind in self.kinds}, limit, "ASC")
        return await next_newer_ids(
            "event", self.conditions(), limit=limit, since=self.after, matches=matches, along=self.along
        )

    async def _matches(self) -> list[Match] | None:
        if self.actor and not IN_A_NAME.fullmatch(self.actor):
            return None  # nobody's name has a sign that LIKE would read as its own
        return [await match_for("event", term("actor_name", self.actor))] if self.actor else []

    @property
    def are_rare(self) -> bool:
        """Whether its kinds may be so few of the log that going back through it would not find them."""
        return False

    def conditions(self) -> dict[str, Sequence[Any]]:
        """SQL of what `window` finds, with its values."""
        kind = f"kind IN ({placeholders(len(self.kinds))})"
        # Most of the log is of several kinds, so that going back through it finds them sooner than an index for each.
        return {without_index(kind) if len(self.kinds) > 1 else kind: self.kinds}

    async def load(self, rows: Rows, keys: Collection[int]) -> dict[int, LogEntry]:
        return await rows.of(LogEntry, keys)

    @property
    def membership_is_fixed(self) -> bool:
        return True

    async def items(self, rows: Sequence[LogEntry]) -> list[dict[str, Any]]:
        return [note.as_json() for note in await self.notes(rows, Rows())]

    @abstractmethod
    async def notes(self, loaded: Sequence[LogEntry], rows: Rows) -> list[Note]: ...


async def of_each(kinds: Mapping[str, Conditions], limit: int, order: str = "DESC") -> list[int]:
    """Ids of the entries of these kinds for which the conditions of their kind hold, each kind along its index: what is
    rare, or old, is not looked for through the whole log."""
    parts: list[str] = []
    values: list[Any] = []
    for kind, conditions in kinds.items():
        found = {**of_column("kind", kind), **conditions}
        of_kind = f"SELECT id FROM event WHERE {' AND '.join(found)} ORDER BY kind {order}, id {order} LIMIT {limit:d}"
        parts.append(f"SELECT id FROM ({of_kind}) AS part{len(parts):d}")
        values += [value for given in found.values() for value in given]
    return await fetch_column(f"{' UNION ALL '.join(parts)} ORDER BY id {order} LIMIT {limit:d}", *values)
