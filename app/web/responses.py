"""From a handler to an answer: pages, fragments, JSON or redirects, as the request asks. One code path for all."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Response
from litestar.status_codes import HTTP_200_OK

from app.live import fragments
from app.live.event import LogEntry, committed
from app.live.fragments import Partial
from app.live.regions import Batch, Listing, Summary
from app.live.views import Page, View
from app.matrix import MATRIX
from app.templating import render
from app.web.forms import Form
from app.web.html import html_response
from app.web.negotiation import AnyRequest, is_htmx, wants_json
from app.web.redirects import came_from, to


async def page(
    request: AnyRequest, kind: Page, template: str, title: str, section: str, status: int = HTTP_200_OK, **context: Any
) -> Response[Any]:
    """A live page: whole, its region only (for htmx), or as JSON."""
    view: View = request.app.state.views.on(kind, request.query_params)
    # Before any row is read: what happens from here on is replayed, perhaps once too often, never once too few.
    cursor = await LogEntry.last_id()
    regions = view.regions(request.user)
    if wants_json(request):
        found = {region.element: data for region in regions if (data := await region.json()) is not None}
        listed = [data for data in found.values() if isinstance(data, dict) and "items" in data]
        return Response(listed[0] if len(listed) == 1 and kind.is_list else found, status_code=status)
    for region in regions:
        if isinstance(region, Listing):
            listing_body, pager = await region.html()
            context[region.element] = {"body": listing_body, "pager": pager}
        elif isinstance(region, Summary):
            context[region.element.replace("-", "_")] = await region.html()
    return html_response(
        request, template, status, view=str(view), cursor=cursor, title=title, section=section, **context
    )


async def answer(
    request: AnyRequest, found: Any, status: int = HTTP_200_OK, *, form: Form | None = None
) -> Response[Any]:
    """What an action gives: the object as JSON; the fragments that it changed, the same as the push; or a redirect.

    `form` is put back fresh in the place of the one that was sent.
    """
    if wants_json(request):
        return Response(_json(found), status_code=status)
    if not is_htmx(request):
        return to(await came_from(request))
    if (view := shown_view(request)) is None:
        return Response("", headers={"HX-Redirect": await came_from(request)}, media_type=MediaType.HTML)
    position = await LogEntry.last_id()
    batch = Batch(committed(), MATRIX)
    partials = [
        partial
        for region in view.regions(request.user)
        if (entries := batch.heard_by(region))
        for partial in await region.follow(batch, entries)
    ]
    if form is not None:
        partials.append(Partial(f"#{form.id}", "outerHTML", render(form.template, form=form)))
    partials.append(Partial("#dialog", "innerHTML"))
    return fragment_answer(partials, position, status)


def _json(found: Any) -> Any:
    if isinstance(found, list):
        return [row.as_json() for row in found]
    return found if isinstance(found, dict) else found.as_json()


def shown_view(request: AnyRequest) -> View | None:
    """The live page that htmx says it stands on."""
    view: View | None = request.app.state.views.of(request.headers.get("hx-current-url", ""))
    return view if view is not None and request.user and request.user.role in view.page.roles else None


def fragment_answer(partials: list[Partial], position: int, status: int) -> Response[Any]:
    # Made at `position`: should the socket have brought something newer before this arrives, the page says so in its
    # next hello, which `resync` makes it send, and gets that again.
    return Response(
        fragments.html([*partials, fragments.rendered_at(position)]),
        media_type=MediaType.HTML,
        status_code=status,
        headers={"HX-Trigger": '{"resync": {"target": "#sync"}}'},
    )
