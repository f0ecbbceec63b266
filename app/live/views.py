"""What a page shows: its canonical URL, and the regions that make it."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

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
        return f"{self.page.path}?{urlencode(self.parameters)}" if self.parameters else self.page.path

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
        self.frame = frame

    def of(self, url: str) -> View | None:
        """The view that a URL of ours names; None when there is no live page there."""
        if len(url) > LONGEST_URL or not url.isascii():  # urlsplit takes quadratic time for some hosts that are not
            return None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        page = self._pages.get(parts.path)
        # Of a name that stands there twice the first counts, as it does for requests.
        return self.on(page, dict(reversed(parse_qsl(parts.query, keep_blank_values=True)))) if page else None

    def navigation(self, role: str) -> list[Page]:
        """The pages whose links a role gets, in their order."""
        return [page for page in self._pages.values() if page.in_navigation and role in page.roles]

    def on(self, page: Page, query: Mapping[str, str]) -> View:
        canonical = page.parameters.items()
        kept = ((name, form(query[name].strip())) for name, form in canonical if name in query)
        return View(page, tuple((name, value) for name, value in kept if value), self.frame)
