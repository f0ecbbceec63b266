from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Request, Response, get

from app.errors import Invalid
from app.i18n.message import say
from app.list_views.tables import MOST_NAME, NAME, PinnedView
from app.listings.columns import hidden_columns
from app.listings.list_page import ListPage
from app.live.views import View
from app.people.tables import Person
from app.web.fields import Id, Path
from app.web.forms import FormPage, show_form
from app.web.guards import admins
from app.web.negotiation import AnyRequest, wants_json
from app.web.redirects import to

NO_LIST = say("There is no such list.")


class Pin(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_NAME), NAME]
    view: Path


class Unpin(msgspec.Struct):
    view_id: Id


class Columns(msgspec.Struct):
    view: Path


async def pinned_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"pinned_views": await PinnedView.of(person.id)}


PIN = FormPage(
    "pin", "list_views/views_form.html", say("Pin this view"), "", Pin, "/admin", pinned_context,
)  # fmt: skip
COLUMNS = FormPage("columns", "list_views/columns_form.html", say("Columns"), "", Columns, "/admin")


def list_at(request: AnyRequest, address: str) -> tuple[ListPage, View]:
    """The list at an address of ours, from its first page on. Raises Invalid, also for a filter that makes no sense."""
    view: View | None = request.app.state.views.of(address)
    if view is None or not isinstance(view.page, ListPage) or request.user.role not in view.page.roles:
        raise Invalid(NO_LIST, {"view": NO_LIST})
    first = {name: value for name, value in view.query.items() if name != "after"}
    view.page.regions(request.user, first)
    return view.page, request.app.state.views.on(view.page, first)


class ListViewPages(Controller):
    path = "/admin"
    guards = [admins]
    include_in_schema = False

    @get("/views")
    async def views(self, request: Request[Any, Any, Any]) -> Response[Any]:
        if wants_json(request):
            return Response({"items": [pinned.as_json() for pinned in await PinnedView.of(request.user.id)]})
        return await show_form(request, PIN, {"view": request.query_params.get("view", "")})

    @get("/columns")
    async def columns(self, request: Request[Any, Any, Any]) -> Response[Any]:
        page, view = list_at(request, request.query_params.get("view", ""))
        hidden = view.query.get("hide", "").split(".")
        about = {"list_title": page.title, "hideable": page.hideable, "hidden": hidden}
        return await show_form(request, COLUMNS, {"view": str(view), **about})

    @get("/columns/choose")
    async def choose(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Leads to the same list without what is not among `show`."""
        page, view = list_at(request, request.query_params.get("view", ""))
        shown = request.query_params.getall("show", [])
        hide = hidden_columns(".".join(name for name in page.hideable if name not in shown))
        query = {**view.query, "hide": hide} if hide else {k: v for k, v in view.query.items() if k != "hide"}
        return to(f"{page.path}?{urlencode(query)}" if query else page.path)
