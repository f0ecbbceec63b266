"""Lists whose rows can be selected, and what can be done with many of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic

from markupsafe import Markup

from app.listings.filter import Filter
from app.listings.owned import OwnedListing
from app.listings.saying_days import Owned
from app.live.batch import Rows
from app.live.regions import region

UNTICKED = Markup('form="batch"')
TICKED = UNTICKED + Markup(" checked")


@dataclass(frozen=True)
class BulkAction:
    start: tuple[str, ...]
    """The states of rows to which it can happen."""
    asks: bool
    """Whether a dialog names first what it would change."""


@region
class SelectableListing(OwnedListing[Owned], Generic[Owned]):
    chosen: frozenset[int] = frozenset()
    """Rows that its reader has selected."""

    id_field: ClassVar[str]
    """Of forms: what holds the ids of rows that are ticked."""
    bulk: ClassVar[Mapping[str, BulkAction]]
    """By the action's name, in the order in which it is offered."""

    async def row_html(self, loaded: Sequence[Owned], rows: Rows) -> list[Markup]:
        html = await super().row_html(loaded, rows)
        # What is selected is no part of a row, which is rendered once for all who see it.
        return [
            text.replace(UNTICKED, TICKED) if row.id in self.chosen else text
            for row, text in zip(loaded, html, strict=True)
        ]

    @classmethod
    def open_statuses(cls, filter: Filter) -> Sequence[str]:
        """States in which a row of the list can be selected: something can still happen to it."""
        starts = dict.fromkeys(status for action in cls.bulk.values() for status in action.start)
        return [status for status in starts if filter.status in ("", status)]
