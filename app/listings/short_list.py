"""A short list in a card: a few rows, always sent in full, that come and go as those of a long list do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from app.live.fragments import Partial, Partials, only, replace
from app.live.regions import Summary, region
from app.templating import render


class Shown(NamedTuple):
    rows: Mapping[str, Markup]
    """By id, in their order."""
    total: int | None = None
    """Of all rows there are; None where that is not said."""
    most: int | None = None
    """Beyond which they are not counted."""


@region
class ShortList(Summary):
    """Were it replaced as a whole, its rows would move under the pointer, and one that goes would take the focus along.

    A row stays in its place: what stands elsewhere later has another id.
    """

    template: ClassVar[str]
    upsert: ClassVar[str] = "upsert sort:asc"
    """How a row finds its place among the others."""

    @abstractmethod
    async def shown(self) -> Shown: ...

    async def html(self) -> Markup:
        shown = await self.shown()
        return render(
            self.template, self.locale, element=self.element, keys=list(shown.rows),
            rows=Markup("\n").join(shown.rows.values()), total=shown.total, most=shown.most,
        )  # fmt: skip

    async def full(self) -> Partials:
        shown = await self.shown()
        partials: list[Partial] = []
        if shown.total is not None:
            count = render(
                "shared/short_count.html", self.locale, element=self.element, total=shown.total, most=shown.most
            )
            partials.append(replace(f"{self.element}-count", count))
        rows = only(f"{self.element}-rows", shown.rows, self.upsert, self.locale)
        return (*partials, *rows, *self.around(shown))

    def around(self, shown: Shown) -> Partials:
        """What else the rows change."""
        return ()
