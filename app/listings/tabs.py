"""What stands above a list: its search, and the controls that narrow it, as they are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.listings.filter import NARROWING
from app.live.views import Page
from app.web.negotiation import AnyRequest

Options = Sequence[tuple[str, Any]]


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

    @property
    def is_on(self) -> bool:
        return bool(self.status or self.q or self.chosen)


def filters(
    request: AnyRequest,
    page: Page,
    placeholder: Any,
    choices: Mapping[str, Options] | None = None,
    has_days: bool = False,
) -> Filters:
    """A change of filter begins at the first page."""
    query = request.app.state.views.on(page, request.query_params).query
    return Filters(
        page.path, query.get("status", ""), query.get("q", ""), request.query_params.get("q", ""), placeholder,
        choices or {}, has_days, {name: query[name] for name in NARROWING if query.get(name)},
    )  # fmt: skip


def query_string(query: Mapping[str, str], without: str) -> str:
    return urlencode({name: value for name, value in query.items() if name != without})
