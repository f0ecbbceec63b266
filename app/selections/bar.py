"""What an admin has selected in a list, and the bar that says what can be done with it.

Ticks are kept with the session, for each list under a filter (tables.py). They are sent whenever one changes, all of
the page at once, so that one that did not arrive comes with the next; and with the press of an action once more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from app import rooms
from app.db.fetch import fetch, placeholders
from app.listings.filter import Filter
from app.live.fragments import Partial
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.selections.listing import SelectableListing
from app.selections.tables import MOST_SELECTED
from app.templating import render

SCOPES = ("ticks", "page", "all", "none")
"""What a press selects: what is ticked on the page, the whole page, all that matches, nothing."""
AnyListing = SelectableListing[Any]


@region
class SelectionBar(Summary):
    """How many rows are selected, what they allow, and how to select all that match."""

    kind: type[AnyListing]
    view: str
    """The page on which it stands."""
    filter: Filter
    size: int
    chosen: tuple[int, ...]

    async def html(self) -> Markup:
        counts = await self._counts()
        many = sum(counts.values())
        actions = [
            (name, action, sum(counts.get(status, 0) for status in action.start))
            for name, action in self.kind.bulk.items()
        ]
        return render(
            "selections/bar.html", self.locale, view=self.view, many=many, most=MOST_SELECTED,
            matching=await self._matching() if many else 0, actions=actions, list=self.kind.folder,
        )  # fmt: skip

    async def _counts(self) -> Mapping[str, int]:
        """Of what is selected: how many are in each state that this list shows."""
        statuses = self.kind.open_statuses(self.filter)
        if not self.chosen or not statuses:
            return {}
        rows = await fetch(
            f"SELECT status, COUNT(*) AS many FROM {self.kind.table._meta.tablename} "
            f"WHERE id IN ({placeholders(len(self.chosen))}) AND status IN ({placeholders(len(statuses))}) "
            "GROUP BY status",
            *self.chosen, *statuses,
        )  # fmt: skip
        return {row["status"]: int(row["many"]) for row in rows}

    async def _matching(self) -> int:
        return len(await selectable(self.kind.for_admins(self.filter, "", self.locale), MOST_SELECTED + 1))


def selection_bar(listing: AnyListing, view: str, chosen: tuple[int, ...]) -> SelectionBar:
    # Where nothing is selected nothing that happens changes it.
    channels = frozenset({Channel(rooms.admin(), listing.topic)}) if chosen else frozenset()
    return SelectionBar(
        element="batch", channels=channels, locale=listing.locale, kind=_plain(type(listing)), view=view,
        filter=listing.filter, size=listing.size, chosen=chosen,
    )  # fmt: skip


def _plain(kind: type[AnyListing]) -> type[AnyListing]:
    """The list in its own order: that of the ends has rows to select as well."""
    return next(
        each for each in reversed(kind.__mro__) if issubclass(each, SelectableListing) and hasattr(each, "bulk")
    )


async def selectable(listing: AnyListing, limit: int) -> list[int]:
    """All on its pages that can be selected, the newest first. By state, as each has its index: among a million that
    are final the few that are not would else be looked for one by one."""
    keys: list[int] = []
    for status in listing.open_statuses(listing.filter):
        of_status = replace(listing, filter=replace(listing.filter, status=status, after=None), after=None)
        keys += await of_status.window(limit)
    return sorted(keys, reverse=True)[:limit]


async def chosen_by(
    listing: AnyListing, scope: str, ticked: Collection[int], before: Collection[int]
) -> Collection[int]:
    """What is selected after a press. `ticked`: all that is ticked on this page; of other pages stays what was selected
    `before`."""
    if scope == "none":
        return ()
    if scope == "all":
        return await selectable(listing.from_start(), MOST_SELECTED)
    on_page = await listing.window(listing.size)
    elsewhere = [key for key in before if key not in on_page]
    if scope == "page":
        open_ones = listing.open_statuses(listing.filter)
        rows = await listing.table.by_ids(on_page)
        return [*elsewhere, *(key for key, row in rows.items() if row.status in open_ones)]
    return [*elsewhere, *ticked]


async def ticks(listing: AnyListing, scope: str, before: Collection[int], chosen: Collection[int]) -> list[Partial]:
    """The ticks of the page as they are now. Those that their reader has set are set already, and keep the focus: only
    their markup follows. Any other press puts new ones in their place, which no click has touched."""
    on_page = await listing.window(listing.size)
    changed = set(before) ^ set(chosen) if scope == "ticks" else set(on_page)
    rows = await listing.table.by_ids([key for key in on_page if key in changed])
    swap = "outerMorph" if scope == "ticks" else "outerHTML"
    open_ones = listing.open_statuses(listing.filter)
    return [
        Partial(
            f"#{listing.row_element}-{key} > .select > input",
            swap,
            render(
                "selections/tick.html", listing.locale, field=listing.id_field, key=key, name=row.name_in_lists,
                ticked=key in chosen,
            ),
        )
        for key, row in rows.items()
        if row.status in open_ones
    ]  # fmt: skip
