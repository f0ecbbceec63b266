"""The way through a list's pages: by the row after which each begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from markupsafe import Markup

from app.i18n.locale import Locale
from app.templating import render


class Paged:
    """What a list knows of its pages."""

    if TYPE_CHECKING:  # fields and methods of the list
        element: str
        locale: Locale
        size: int
        after: int | None
        path: str
        query: str
        after_name: str

        async def items(self, rows: Sequence[Any]) -> list[dict[str, Any]]: ...

    can_turn_back: ClassVar[bool] = False
    csv_fields: ClassVar[tuple[str, ...]]
    """What stands in a file of the list, of its rows as JSON."""

    async def file_items(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        """These rows as `csv_fields` names them."""
        return await self.items(rows)

    async def window_before(self, limit: int) -> list[int]:
        """Ids of the rows that match, oldest first, from `after` on backwards. Of lists that can turn back."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """Where it begins, as its URL says it; empty: it is the first page."""
        return "" if self.after is None else str(self.after)

    async def place_before(self) -> str:
        """The same of the page before it."""
        return "".join(map(str, (await self.window_before(self.size + 1))[self.size :]))

    async def place_after(self, window: Sequence[int]) -> str:
        """The same of the page that follows on these rows; empty: this is the last."""
        return str(self._next(window) or "")

    def from_start(self) -> Self:
        """Its first page."""
        return replace(self, after=None)  # type: ignore[type-var]

    async def following(self, window: Sequence[int]) -> Self | None:
        """The page that follows on these rows; None: this is the last."""
        after = self._next(window)
        return None if after is None else replace(self, after=after)  # type: ignore[type-var]

    def _next(self, window: Sequence[int]) -> int | None:
        return window[self.size - 1] if len(window) > self.size else None

    async def pager(self, window: Sequence[int]) -> Markup:
        """The page before is asked for by where this one begins: what stands on it is found out when somebody goes
        there."""
        start = f"{self.path}?{self.query}{'&' if self.query else ''}"
        is_first, following = not self.place, await self.place_after(window)
        back = f"{start}{back_name(self.after_name)}={self.place}"
        return render(
            "shared/pager.html",
            self.locale,
            element=self.element,
            first_url=None if is_first else start.rstrip("?&"),
            previous_url=None if is_first or not self.can_turn_back else back,
            next_url=f"{start}{self.after_name}={following}" if following else None,
        )


def back_name(after_name: str) -> str:
    """Of the parameter that asks for the page before the one that begins at a place."""
    return after_name.replace("after", "back")
