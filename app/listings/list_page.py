"""A page of one list, with tabs and a search box: the same for every list of the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from litestar import Response

from app.i18n.message import say
from app.labels import label
from app.licences.plans import PLANS, PLATFORMS, plan_label
from app.listings.columns import hidden_columns
from app.listings.controls import Options, filters, query_string
from app.listings.counts import Labelled, around
from app.listings.filter import Filter
from app.listings.owned import OwnedListing
from app.listings.search import searched
from app.live.regions import Region
from app.live.views import Page, Reader
from app.web.negotiation import AnyRequest
from app.web.parameters import canonical_id
from app.web.responses import page


class ListPage(Page):
    roles = frozenset({"admin"})
    parameters = {"status": str, "q": searched, "hide": hidden_columns, "after": canonical_id}
    is_list = True

    title: ClassVar[str]
    element: ClassVar[str]
    """Id of the list's element."""
    columns: ClassVar[Sequence[str]]
    placeholder: ClassVar[str] = say("Licence, client or account number")
    """What the search looks for."""
    empty: ClassVar[str]
    """What stands there before the first row."""
    template: ClassVar[str] = "shared/list_page.html"

    @property
    def label(self) -> str:
        """Of the table, for those who do not see it."""
        return self.title

    def tabs(self, status: str) -> Mapping[str, Any]:
        """Label by status; `status`: the one that is chosen."""
        raise NotImplementedError

    def labelled(self, status: str) -> list[Labelled]:
        """The same, and before them that of all rows."""
        return [("", say("All")), *self.tabs(status).items()]

    choices: ClassVar[Mapping[str, Options]] = {}
    """By which the list can be narrowed: parameter, its values and their labels."""
    has_days: ClassVar[bool] = False
    """Whether it can be narrowed to the days on which rows were created."""

    hideable: ClassVar[Mapping[str, Any]] = {}
    """Columns that can be left out: their titles by the class of their cells."""

    sortable: ClassVar[Mapping[Any, str]] = {}
    """By a column's title, the order that it offers: a value of the page's parameter `sort`."""

    async def response(self, request: AnyRequest, **context: Any) -> Response[Any]:
        above = filters(request, self, self.placeholder, self.choices, self.has_days, self.sortable, self.hideable)
        return await page(request, self, self.template, self.title, list=self, filters=above, **context)


class AdminList(ListPage):
    """Everybody's rows of one kind."""

    parameters = {
        "status": str, "q": searched, "plan": str, "platform": str, "since": str, "until": str,
        "hide": hidden_columns, "after": canonical_id,
    }  # fmt: skip
    choices = {
        "plan": [(plan, plan_label(plan)) for plan in PLANS],
        "platform": [(platform, platform.upper()) for platform in PLATFORMS],
    }
    has_days = True
    listing: ClassVar[type[OwnedListing[Any]]]
    statuses: ClassVar[Sequence[str]]

    @property
    def element(self) -> str:  # type: ignore[override]
        return self.listing.folder

    def tabs(self, status: str) -> Mapping[str, Any]:
        return {status: label(status) for status in self.statuses}

    def regions(self, reader: Reader, query: Mapping[str, str]) -> tuple[Region, ...]:
        filter = Filter.of(query, self.statuses)
        listing = self.listing.for_admins(filter, query_string(query, "after"), reader.locale)
        return listing, *around(listing, self.labelled(filter.status), query)
