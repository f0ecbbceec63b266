"""The way through a list's pages: by the row after which each begins."""

from __future__ import annotations

from typing import ClassVar, Protocol

from markupsafe import Markup

from app.i18n.locale import Locale
from app.templating import render


class Paged(Protocol):
    """What a pager needs of its list."""

    can_turn_back: ClassVar[bool]

    @property
    def element(self) -> str: ...
    @property
    def locale(self) -> Locale: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def after(self) -> int | None: ...
    @property
    def after_name(self) -> str: ...
    @property
    def size(self) -> int: ...

    async def window_before(self, limit: int) -> list[int]: ...


def pager(listing: Paged, following: int | None) -> Markup:
    """`following`: the row after which the next page begins; None: this is the last. The page before it is asked for
    by where this one begins: what stands on it is found out when somebody goes there."""
    start = f"{listing.path}?{listing.query}{'&' if listing.query else ''}"
    is_first, back = listing.after is None, back_name(listing.after_name)
    return render(
        "shared/pager.html",
        listing.locale,
        element=listing.element,
        first_url=None if is_first else start.rstrip("?&"),
        previous_url=None if is_first or not listing.can_turn_back else f"{start}{back}={listing.after}",
        next_url=None if following is None else f"{start}{listing.after_name}={following}",
    )


def back_name(after_name: str) -> str:
    """Of the parameter that asks for the page before the one that begins after a row."""
    return after_name.replace("after", "back")


async def page_before(listing: Paged) -> int | None:
    """The row after which the page before this one begins; None: it is the first."""
    ids = await listing.window_before(listing.size + 1)
    return ids[listing.size] if len(ids) > listing.size else None
