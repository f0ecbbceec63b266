from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, Response, get

from app.errors import Invalid
from app.i18n.message import say
from app.listings.matching import names_looked_up_once
from app.listings.search import MOST_TYPED, searched
from app.live.regions import Region
from app.live.views import NavLink, Page, Reader
from app.search.regions import found
from app.web.guards import signed_in
from app.web.responses import page


def anything(typed: str) -> str:
    """As lists search, or a whole e-mail address."""
    return typed.strip() if "@" in typed else searched(typed)


class Search(Page):
    path = "/search"
    link = NavLink("search", say("Search"), 95)
    in_navigation = False
    roles = frozenset({"admin", "client"})
    parameters = {"q": anything}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        q = query.get("q", "")
        if len(q) > MOST_TYPED:
            raise Invalid(
                say("A search has at most {most} characters.", most=MOST_TYPED), {"q": say("Use fewer characters.")}
            )
        return found(reader, q)


SEARCH = Search()


class SearchPages(Controller):
    guards = [signed_in]
    include_in_schema = False

    @get("/search")
    async def search(self, request: Request[Any, Any, Any]) -> Response[Any]:
        typed = request.query_params.get("q", "")[:MOST_TYPED]
        with names_looked_up_once():
            return await page(request, SEARCH, "search/page.html", SEARCH.link.label, sought=typed)
