"""From a handler to a response: pages, fragments, JSON or redirects, as the request asks. One code path for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Response
from litestar.status_codes import HTTP_200_OK

from app.db import Row, Transaction
from app.live import fragments, kept
from app.live.batch import Batch
from app.live.fragments import Partial
from app.live.hub import Hub
from app.live.listing import Listing
from app.live.log import LogEntry, recorded
from app.live.pager import back_name
from app.live.views import Page, View, Views
from app.templating import render
from app.web.done import note_done
from app.web.focus import after_dialog
from app.web.forms import Form
from app.web.html import html_response
from app.web.locale import locale_of
from app.web.negotiation import AnyRequest, is_htmx, wants_json
from app.web.redirects import return_path, to


async def page(
    request: AnyRequest, kind: Page, template: str, title: str, status: int = HTTP_200_OK, **context: Any
) -> Response[Any]:
    """A live page: in full, its region only (for htmx), or as JSON."""
    path = {name: str(value) for name, value in request.path_params.items()}
    view: View = request.app.state.views.on(kind, {**request.query_params, **path})
    turned_back = await _turned_back(request, view)
    if turned_back is not None and not (is_htmx(request) or wants_json(request)):
        return to(str(turned_back))
    view = turned_back or view
    # Before any row is read: what happens from here on is replayed, perhaps once too often, never once too few.
    cursor = position(request)
    await view.ready(request.user)
    regions = view.regions(request.user)
    if wants_json(request):
        data = {region.element: json for region in regions if (json := await region.json()) is not None}
        lists = [json for json in data.values() if isinstance(json, dict) and "items" in json]
        return Response(lists[0] if len(lists) == 1 and kind.is_list else data, status_code=status)
    context |= await kept.contexts(regions)
    if kind.is_list:
        context["rows"] = context[regions[0].element]
    response = await html_response(
        request, template, status, view=view, cursor=cursor, title=title, section=kind.link.section, **context
    )
    if turned_back is not None:
        response.headers["HX-Push-Url"] = str(turned_back)
    elif is_typed(request):
        # Without what is empty, and as it is meant; with no step of Back for each letter.
        before = shown_view(request)
        is_same = before is not None and before.page is kind
        response.headers["HX-Replace-Url" if is_same else "HX-Push-Url"] = str(view)
    return response


def is_typed(request: AnyRequest) -> bool:
    """Whether a search field asks, while somebody types into it."""
    return request.headers.get("hx-source", "") in ("form#search", "form#find")


async def _turned_back(request: AnyRequest, view: View) -> View | None:
    """The page before the one that begins after a row, as the list stands now; None where it is not asked for. Where it
    begins is found out when somebody goes there, as rows come and go on it meanwhile."""
    views: Views = request.app.state.views
    for name in view.page.parameters:
        if (place := request.query_params.get(back_name(name))) is None:
            continue
        for region in views.on(view.page, view.query | {name: place}).regions(request.user):
            if isinstance(region, Listing) and region.after_name == name and region.can_turn_back and region.place:
                return views.on(view.page, view.query | {name: await region.place_before()})
    return None


def position(request: AnyRequest) -> int:
    """Where the log stands at least: whatever is rendered after this knows that much. Makes no query."""
    hub: Hub = request.app.state.hub
    return hub.position


async def respond(
    request: AnyRequest,
    result: Row | list[Any] | dict[str, Any],
    status: int = HTTP_200_OK,
    *,
    written_in: Transaction | None = None,
    form: Form | None = None,
    also: Sequence[Partial] = (),
    spent: str = "",
) -> Response[Any]:
    """What an action gives: the object as JSON; the fragments that it changed, the same as the push; or a redirect.

    `written_in`: of a result that is no row. `form` is put back fresh in the place of the one that was sent. `spent`:
    see `after_dialog`.
    """
    entries = note_recorded(request, *(result if isinstance(result, list) else [result]), written_in)
    if wants_json(request):
        return Response(_json(result), status_code=status)
    if not is_htmx(request):
        return note_done(to(return_path(request)), entries)
    if (view := shown_view(request)) is None:
        return Response("", headers={"HX-Redirect": return_path(request)}, media_type=MediaType.HTML)
    rendered_at = max(position(request), entries[-1].id if entries else 0)
    batch = Batch(entries, is_own=True)
    await view.ready(request.user)
    partials = [
        partial
        for region in view.regions(request.user)
        if (patched := batch.entries_for(region))
        for partial in (await type(region).patch_many({region: patched}, batch))[region]
    ]
    if form is not None:
        html = render(form.template, locale_of(request), form=form)
        partials.append(Partial(f"#{form.id}", "outerHTML", html, page_wide=True))
    partials += [*also, *after_dialog(request, view, spent)]
    return fragment_response(partials, view, rendered_at, status)


def note_recorded(request: AnyRequest, *results: Any) -> tuple[LogEntry, ...]:
    """What an action has committed: from here on, whatever fails, its change was saved (error_handlers.py)."""
    entries = recorded(*(result for result in results if isinstance(result, Row | Transaction)))
    request.scope["recorded"] = entries  # type: ignore[typeddict-unknown-key]
    return entries


def _json(result: Any) -> Any:
    if isinstance(result, list):
        return [row.as_json() for row in result]
    return result if isinstance(result, dict) else result.as_json()


def shown_view(request: AnyRequest) -> View | None:
    """The live page that htmx says it stands on."""
    view: View | None = request.app.state.views.of(request.headers.get("hx-current-url", ""))
    return view if view is not None and request.user and request.user.role in view.page.roles else None


def fragment_response(partials: list[Partial], view: View, rendered_at: int, status: int) -> Response[Any]:
    # Should the socket have brought something newer than `rendered_at` before this arrives, the page says so in its
    # next sync, which `resync` makes it send, and gets that again.
    return Response(
        fragments.html([*partials, fragments.rendered_at(rendered_at)], view.scope),
        media_type=MediaType.HTML,
        status_code=status,
        headers={"HX-Trigger": '{"resync": {"target": "#sync"}}'},
    )
