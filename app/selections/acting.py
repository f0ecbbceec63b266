"""What the routes of a list do whose rows can be selected: select, name what is selected, and act on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response

from app.errors import MARKED, Invalid
from app.i18n.message import say
from app.live.views import View
from app.selections.bar import SCOPES, AnyListing, chosen_by, selection_bar, ticks
from app.selections.lists import SelectableList
from app.selections.tables import MOST_SELECTED, Selection
from app.web.fields import Id
from app.web.negotiation import AnyRequest, is_htmx, wants_json
from app.web.parameters import row_id
from app.web.redirects import to
from app.web.responses import fragment_response, position

Ticked = Annotated[
    list[Id],
    msgspec.Meta(max_length=MOST_SELECTED),
    say("At most {most} rows can be selected at once.", most=MOST_SELECTED),
]


def list_at(request: AnyRequest, page: SelectableList, address: str) -> tuple[AnyListing, str]:
    """The list of that page at an address of ours, and where its selection is kept. Raises Invalid."""
    view: View | None = request.app.state.views.of(address)
    if view is None or view.page is not page:
        raise Invalid(say("There is no such list."))
    listing: Any = view.regions(request.user)[0]
    return listing, page.list_address(view.query)


async def select(
    request: Request[Any, Any, Any], page: SelectableList, address: str, scope: str, ticked: Collection[int]
) -> Response[Any]:
    if scope not in SCOPES:
        raise Invalid(MARKED, {"scope": say("Choose one of {choices}.", choices=", ".join(SCOPES))})
    listing, kept_at = list_at(request, page, address)
    rendered_at = position(request)
    session = request.auth.id
    before = await Selection.of(session, kept_at)
    chosen = await Selection.keep(session, kept_at, await chosen_by(listing, scope, ticked, before))
    if wants_json(request):
        return Response({"selected": len(chosen)})
    view: View = request.app.state.views.of(address)
    if not is_htmx(request):
        return to(str(view))
    bar = await selection_bar(listing, str(view), chosen).full()
    return fragment_response([*bar, *await ticks(listing, scope, before, chosen)], view, rendered_at, 200)


async def selected(
    request: AnyRequest, page: SelectableList, address: str, sent: Collection[int], *, as_ticks: bool
) -> tuple[AnyListing, Sequence[int]]:
    """The list, and what is selected in it. `sent`: what is ticked on the page; else what a dialog has named, beyond
    which nothing may happen that another tab has selected since. Where no script has selected anything, it is what
    was named."""
    listing, kept_at = list_at(request, page, address)
    chosen = await Selection.of(request.auth.id, kept_at)
    if sent and not as_ticks:
        return listing, [key for key in chosen if key in set(sent)] if chosen else list(sent)
    if as_ticks:
        chosen = await Selection.keep(request.auth.id, kept_at, await chosen_by(listing, "ticks", sent, chosen))
    return listing, chosen


async def to_confirm(request: AnyRequest, page: SelectableList) -> tuple[list[str], str]:
    """For a page that names what an action would change: the ids, and the list in which they are selected, if any."""
    query = request.query_params
    view = query.get("view", "")
    sent = query.getall(_id_field(page), [])
    if not view:
        return sent, view
    listing, kept_at = list_at(request, page, view)
    ticked = {key for text in sent if (key := row_id(text)) is not None}
    before = await Selection.of(request.user.session, kept_at)
    return [str(key) for key in await chosen_by(listing, "ticks", ticked, before)], view


def _id_field(page: SelectableList) -> str:
    kind: Any = page.listing
    return str(kind.id_field)
