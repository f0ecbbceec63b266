"""What a page shows: its canonical URL, and the regions that make it."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.db.row import LARGEST_ID
from app.i18n.locale import Locale
from app.live.regions import Region

LONGEST_URL = 2_048
"""Characters of a URL that names a page of ours: each is short, and what is longer is not read."""


class Reader(Protocol):
    """The person in front of the page."""

    @property
    def id(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def language(self) -> str | None:
        """What they have chosen; None: nothing."""

    @property
    def zone(self) -> str | None: ...

    locale: Locale
    """In which they read."""
    session: int | None
    chosen: tuple[int, ...]
    """Ids of the rows that they have selected in the list that they look at (Page.ready)."""


@dataclass(frozen=True)
class NavLink:
    """A page's link in the main navigation, which the pages below it mark as theirs too."""

    section: str
    """The name of this part of the desk; also of its icon, where there is one."""
    label: str
    place: int
    """From left to right."""
    badge: str = ""
    """The element that stands beside the label: a region of the frame."""


Canonical = Callable[[str], str]
"""From a parameter as it was typed to the one form of what it means; empty: the same as none. What makes no sense may
stay as it is, for `regions` to reject. Applied twice it gives the same."""


class Page(ABC):
    """One kind of page. Its parameters outside `parameters` are dropped from the URL."""

    path: str
    """With a parameter in braces for each part that is the id of a row: `/accounts/{account}`."""
    roles: frozenset[str]
    link: NavLink
    parameters: Mapping[str, Canonical] = {}
    """In the order in which they stand in its URL."""
    in_navigation: bool = True
    """Whether its link stands there."""
    is_list: bool = False
    """One list, its first region, which its JSON then is."""

    async def ready(self, reader: Reader, query: Mapping[str, str]) -> bool:
        """Reads what its regions need to know of their reader besides who that is; before they are made. Whether that
        has changed since it was read last."""
        return False

    @abstractmethod
    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        """Its own, without those of the frame around it. Raises errors.Invalid for a parameter that makes no sense."""

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The parameters that stand in its path."""
        return tuple(part[1:-1] for part in self._parts if part.startswith("{"))

    @cached_property
    def _parts(self) -> list[str]:
        return self.path.split("/")

    def ids_in(self, path: str) -> dict[str, str] | None:
        """What stands in a path in the place of its variables; None for the path of another page."""
        parts = path.split("/")
        if len(parts) != len(self._parts):
            return None
        ids = {own[1:-1]: part for own, part in zip(self._parts, parts, strict=True) if own.startswith("{")}
        if not all(_is_id(text) for text in ids.values()):
            return None
        return ids if self.path.format(**ids) == path else None


def _is_id(text: str) -> bool:
    is_number = 1 <= len(text) <= 10 and text.isascii() and text.isdecimal() and text[0] != "0"
    return is_number and int(text) <= LARGEST_ID


Frame = Callable[[Reader], tuple[Region, ...]]
"""The regions that stand around every page."""


@dataclass(frozen=True)
class View:
    """A page under one filter, as one URL: equal for pages that show the same, however their filters were typed."""

    page: Page
    parameters: tuple[tuple[str, str], ...]
    frame: Frame

    @property
    def query(self) -> dict[str, str]:
        return dict(self.parameters)

    def __str__(self) -> str:
        path = self.page.path.format(**self.query) if self.page.variables else self.page.path
        parameters = [(name, value) for name, value in self.parameters if name not in self.page.variables]
        return f"{path}?{urlencode(parameters)}" if parameters else path

    @cached_property
    def token(self) -> str:
        """A class of the page region that shows this view: short, and the same on every process."""
        return f"v{hashlib.blake2s(str(self).encode(), digest_size=4).hexdigest()}"

    @property
    def scope(self) -> str:
        """Before a selector: only in the page region that shows this view."""
        return f".{self.token} "

    async def ready(self, reader: Reader) -> bool:
        return await self.page.ready(reader, self.query)

    def regions(self, reader: Reader) -> tuple[Region, ...]:
        return (*self.page.regions(reader, self.query), *self.frame(reader))


class Views:
    """All live pages of the application, by path."""

    def __init__(self, pages: Iterable[Page], frame: Frame) -> None:
        self._pages = {page.path: page for page in sorted(pages, key=lambda page: page.link.place)}
        self._of_rows = [page for page in self._pages.values() if page.variables]
        self.frame = frame

    def of(self, url: str) -> View | None:
        """The view that a URL of ours names; None when there is no live page there."""
        if len(url) > LONGEST_URL or not url.isascii():  # urlsplit takes quadratic time for some hosts that are not
            return None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        # Of a name that stands there twice the first counts, as it does for requests.
        query = dict(reversed(parse_qsl(parts.query, keep_blank_values=True)))
        if (page := self._pages.get(parts.path)) is not None:
            return None if page.variables else self.on(page, query)
        for page in self._of_rows:
            if (ids := page.ids_in(parts.path)) is not None:
                return self.on(page, query | ids)
        return None

    def navigation(self, role: str) -> list[Page]:
        """The pages whose links a role gets, in their order."""
        return [page for page in self._pages.values() if page.in_navigation and role in page.roles]

    def on(self, page: Page, query: Mapping[str, str]) -> View:
        canonical = page.parameters.items()
        kept = ((name, form(query[name].strip())) for name, form in canonical if name in query)
        return View(page, tuple((name, value) for name, value in kept if value), self.frame)
