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
    def after_name(self) -> str: ...
    @property
    def place(self) -> str: ...


def pager(listing: Paged, following: str) -> Markup:
    """`following`: the place at which the next page begins; empty: this is the last. The page before is asked for by
    where this one begins: what stands on it is found out when somebody goes there."""
    start = f"{listing.path}?{listing.query}{'&' if listing.query else ''}"
    is_first, back = not listing.place, back_name(listing.after_name)
    return render(
        "shared/pager.html",
        listing.locale,
        element=listing.element,
        first_url=None if is_first else start.rstrip("?&"),
        previous_url=None if is_first or not listing.can_turn_back else f"{start}{back}={listing.place}",
        next_url=f"{start}{listing.after_name}={following}" if following else None,
    )


def back_name(after_name: str) -> str:
    """Of the parameter that asks for the page before the one that begins at a place."""
    return after_name.replace("after", "back") if "after" in after_name else f"{after_name}_back"
