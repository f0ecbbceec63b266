"""What an admin has selected in the list of codes, and the bar that says what can be done with it.

Ticks are kept with the session, for each list under a filter (app/selections). They are sent whenever one changes, all
of the page at once, so that one that did not arrive comes with the next; and with the press of an action once more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from app import rooms
from app.codes.regions import CodeListing
from app.codes.tables import FROM_STATUS, TRANSITIONS, TradingCode
from app.db.fetch import fetch, placeholders
from app.listings.filter import Filter
from app.live.fragments import Partial
from app.live.regions import Summary, region
from app.live.rooms import Channel
from app.selections.tables import MOST_SELECTED
from app.templating import render
from app.topics import CODES_UPDATED

OPEN = tuple(status for status, transitions in FROM_STATUS.items() if transitions)
"""States in which a code can be selected: something can still happen to it."""
SCOPES = ("ticks", "page", "all", "none")
"""What a press selects: what is ticked on the page, the whole page, all that matches, nothing."""


@region
class SelectionBar(Summary):
    """How many codes are selected, what they allow, and how to select all that match."""

    view: str
    """The page on which it stands."""
    filter: Filter
    size: int
    chosen: tuple[int, ...]

    async def html(self) -> Markup:
        counts = await self._counts()
        many = sum(counts.values())
        actions = [
            (action, transition, sum(counts.get(status, 0) for status in transition.start))
            for action, transition in TRANSITIONS.items()
        ]
        return render(
            "codes/selection.html", self.locale, view=self.view, many=many, most=MOST_SELECTED,
            matching=await self._matching() if many else 0,
            actions=actions,
        )  # fmt: skip

    async def _counts(self) -> Mapping[str, int]:
        """Of what is selected: how many are in each state that this list shows."""
        statuses = open_statuses(self.filter)
        if not self.chosen or not statuses:
            return {}
        rows = await fetch(
            f"SELECT status, COUNT(*) AS many FROM trading_code WHERE id IN ({placeholders(len(self.chosen))}) "
            f"AND status IN ({placeholders(len(statuses))}) GROUP BY status",
            *self.chosen, *statuses,
        )  # fmt: skip
        return {row["status"]: int(row["many"]) for row in rows}

    async def _matching(self) -> int:
        listing = CodeListing.for_admins(self.filter, "", self.locale)
        return len(await selectable(listing, MOST_SELECTED + 1))


def selection_bar(listing: CodeListing, view: str, chosen: tuple[int, ...]) -> SelectionBar:
    # Where nothing is selected nothing that happens changes it.
    channels = frozenset({Channel(rooms.admin(), CODES_UPDATED)}) if chosen else frozenset()
    return SelectionBar(
        element="batch", channels=channels, locale=listing.locale, view=view, filter=listing.filter, size=listing.size,
        chosen=chosen,
    )  # fmt: skip


def open_statuses(filter: Filter) -> Sequence[str]:
    """Those of its codes that can be selected."""
    return [status for status in OPEN if filter.status in ("", status)]


async def selectable(listing: CodeListing, limit: int) -> list[int]:
    """All on its pages that can be selected, the newest first. By state, as each has its index: among a million that
    are final the few that are not would else be looked for one by one."""
    keys: list[int] = []
    for status in open_statuses(listing.filter):
        of_status = replace(listing, filter=replace(listing.filter, status=status, after=None), after=None)
        keys += await of_status.window(limit)
    return sorted(keys, reverse=True)[:limit]


async def chosen_by(
    listing: CodeListing, scope: str, ticked: Collection[int], before: Collection[int]
) -> Collection[int]:
    """What is selected after a press. `ticked`: all that is ticked on this page; of other pages stays what was selected
    `before`."""
    if scope == "none":
        return ()
    if scope == "all":
        return await selectable(listing, MOST_SELECTED)
    on_page = await listing.window(listing.size)
    elsewhere = [key for key in before if key not in on_page]
    if scope == "page":
        codes = await TradingCode.by_ids(on_page)
        return [*elsewhere, *(key for key, code in codes.items() if code.transitions)]
    return [*elsewhere, *ticked]


async def ticks(listing: CodeListing, scope: str, before: Collection[int], chosen: Collection[int]) -> list[Partial]:
    """The ticks of the page as they are now. Those that their reader has set are set already, and keep the focus: only
    their markup follows. Any other press puts new ones in their place, which no click has touched."""
    on_page = await listing.window(listing.size)
    changed = set(before) ^ set(chosen) if scope == "ticks" else set(on_page)
    codes = await TradingCode.by_ids([key for key in on_page if key in changed])
    swap = "outerMorph" if scope == "ticks" else "outerHTML"
    return [
        Partial(
            f"#code-{key} > .select > input",
            swap,
            render("codes/tick.html", listing.locale, code=code, ticked=key in chosen),
        )
        for key, code in codes.items()
        if code.transitions
    ]
