"""A list's tabs and search box: its filters as URLs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.i18n.message import say
from app.live.views import Page
from app.web.negotiation import AnyRequest


@dataclass(frozen=True)
class Filters:
    """A list's tabs and search box."""

    path: str
    status: str
    q: str
    typed: str
    """What stands in the search box: `q` before it was made canonical."""
    tabs: Sequence[tuple[str, str, bool]]
    """Label, URL, whether it is the present one."""
    placeholder: str


def filters(request: AnyRequest, page: Page, statuses: Mapping[str, str], placeholder: str) -> Filters:
    """`statuses`: label by value, in the order of the tabs. A change of filter begins at the first page."""
    path, query = page.path, request.app.state.views.on(page, request.query_params).query
    status, q = query.get("status", ""), query.get("q", "")
    kept = {"q": q} if q else {}
    tabs: list[tuple[str, str, bool]] = [(say("All"), _url(path, kept), not status)]
    tabs += [(label, _url(path, {"status": value, **kept}), status == value) for value, label in statuses.items()]
    return Filters(path, status, q, request.query_params.get("q", ""), tabs, placeholder)


def query_string(query: Mapping[str, str], without: str) -> str:
    return urlencode({name: value for name, value in query.items() if name != without})


def _url(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
