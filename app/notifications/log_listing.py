"""Rows of the log as a list: what inboxes and the audit trail have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from app.db.fetch import placeholders
from app.db.keyset import newest_ids, next_newer_ids, without_index
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

    async def window(self, limit: int) -> list[int]:
        if self.actor and not IN_A_NAME.fullmatch(self.actor):
            return []  # nobody's name has a sign that LIKE would read as its own
        matches = [await match_for("event", term("actor_name", self.actor))] if self.actor else []
        return await newest_ids("event", self.conditions(), limit=limit, before=self.after, matches=matches)

    async def window_before(self, limit: int) -> list[int]:
        assert self.after is not None
        if self.actor and not IN_A_NAME.fullmatch(self.actor):
            return []
        matches = [await match_for("event", term("actor_name", self.actor))] if self.actor else []
        return await next_newer_ids("event", self.conditions(), limit=limit, since=self.after, matches=matches)

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
