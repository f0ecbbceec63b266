"""What stands above a list: its search, and the controls that narrow it, as they are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode

from app.listings.filter import FIRST_DAY, LAST_DAY, NARROWING
from app.listings.search import MOST_TYPED
from app.live.views import Page
from app.web.negotiation import AnyRequest

Options = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Sort:
    direction: str
    """As aria-sort says it; empty: by something else."""
    url: str


@dataclass(frozen=True)
class Filters:
    path: str
    status: str
    q: str
    typed: str
    """What stands in the search box: `q` before it was made canonical."""
    placeholder: Any
    choices: Mapping[str, Options]
    """Of the controls that offer a few values: value and label."""
    has_days: bool
    chosen: Mapping[str, str]
    """What narrows the list now, by parameter."""

    sort: str
    """How the list is sorted; empty: the newest first."""
    sortable: Mapping[Any, str]
    """By a column's title, the order that it offers."""
    query: Mapping[str, str]
    hideable: Mapping[str, Any] = field(default_factory=dict)
    """Columns that can be left out: their titles by the class of their cells."""

    most_typed: ClassVar[int] = MOST_TYPED
    days: ClassVar[tuple[str, str]] = (FIRST_DAY, LAST_DAY)
    """The first and the last that can be chosen."""

    @property
    def chips(self) -> list[tuple[str, Any, str]]:
        """What narrows the list: parameter, words, and the URL without it."""
        words = {name: dict(self.choices.get(name, ())).get(value, value) for name, value in self.chosen.items()}
        return [(name, text, self._url({name: ""})) for name, text in words.items()]

    @property
    def hidden(self) -> str:
        return self.query.get("hide", "")

    @property
    def classes(self) -> str:
        """Of the table, by which the stylesheet leaves out what is hidden."""
        return "".join(f" hide-{name}" for name in self.hidden.split(".") if name)

    @property
    def column_classes(self) -> dict[Any, str]:
        """Of the headings of what can be hidden, by their titles."""
        return {title: f"c-{name}" for name, title in self.hideable.items()}

    @property
    def sorts(self) -> dict[Any, Sort]:
        """By a column's title: which way it is sorted, and the URL that sorts it the other way."""
        sorts = {}
        for title, order in self.sortable.items():
            direction = {order: "ascending", f"-{order}": "descending"}.get(self.sort, "")
            following = {"": order, "ascending": f"-{order}", "descending": ""}[direction]
            sorts[title] = Sort(direction, self._url({"sort": following}))
        return sorts

    def _url(self, changed: Mapping[str, str]) -> str:
        """A change of filter begins at the first page."""
        query = {name: value for name, value in {**self.query, **changed, "after": ""}.items() if value}
        return f"{self.path}?{urlencode(query)}" if query else self.path

    @property
    def is_on(self) -> bool:
        return bool(self.status or self.q or self.chosen)


def filters(
    request: AnyRequest,
    page: Page,
    placeholder: Any,
    choices: Mapping[str, Options] | None = None,
    has_days: bool = False,
    sortable: Mapping[Any, str] | None = None,
    hideable: Mapping[str, Any] | None = None,
) -> Filters:
    query = request.app.state.views.on(page, request.query_params).query
    return Filters(
        path=page.path, status=query.get("status", ""), q=query.get("q", ""), typed=request.query_params.get("q", ""),
        placeholder=placeholder, choices=choices or {}, has_days=has_days, sortable=sortable or {}, query=query,
        chosen={name: query[name] for name in NARROWING if query.get(name)}, sort=query.get("sort", ""),
        hideable=hideable or {},
    )  # fmt: skip


def query_string(query: Mapping[str, str], without: str) -> str:
    return urlencode({name: value for name, value in query.items() if name != without})
