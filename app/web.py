"""From a handler to an answer: pages, fragments, JSON or redirects, as the request asks. One code path for all."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from litestar import MediaType, Request, Response
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from app.live import fragments
from app.live.event import LogEntry, committed
from app.live.fragments import Partial
from app.live.regions import Batch, Block, Listing
from app.live.views import Page, View
from app.matrix import MATRIX
from app.people.tables import Person
from app.templating import render

AnyRequest = Request[Any, Any, Any]


class Values(dict[str, Any]):
    """What stands in a form's fields; a field that was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass
class Form:
    """One form as its template needs it: what stands in its fields, and what is wrong with it."""

    id: str
    template: str
    values: Mapping[str, Any] = field(default_factory=Values)
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


async def _no_context(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class FormPage:
    """How a form is shown by itself: in a dialog, as a page, and again when what was sent will not do."""

    id: str
    template: str
    title: str
    section: str
    back: str
    """The page to return to when the browser does not say where it came from."""
    context: Callable[[Person, Mapping[str, Any]], Awaitable[dict[str, Any]]] = _no_context
    page: str = "layouts/form_page.html"


def wants_json(request: AnyRequest) -> bool:
    return "application/json" in request.headers.get("accept", "")


def is_htmx(request: AnyRequest) -> bool:
    return request.headers.get("hx-request") == "true"


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
        elif isinstance(region, Block):
            context[region.element.replace("-", "_")] = await region.html()
    return _html(request, template, status, view=str(view), cursor=cursor, title=title, section=section, **context)


async def show_form(
    request: AnyRequest, shown: FormPage, values: Mapping[str, Any], *, status: int = HTTP_200_OK,
    errors: Mapping[str, str] | None = None, message: str = "",
) -> Response[Any]:  # fmt: skip
    """A form by itself: a dialog for htmx, a page of its own without it."""
    context = await form_context(request, shown, values, errors or {}, message)
    if is_htmx(request) and "dialog" in request.headers.get("hx-target", ""):
        return Response(render("layouts/dialog.html", **context), media_type=MediaType.HTML, status_code=status)
    if request.user is None:
        return Response(render(shown.page, **context), media_type=MediaType.HTML, status_code=status)
    for region in request.app.state.common(request.user):
        if isinstance(region, Block):
            context[region.element] = await region.html()
    return _html(request, shown.page, status, view=None, cursor=0, section=shown.section, **context)


async def form_context(
    request: AnyRequest, shown: FormPage, values: Mapping[str, Any], errors: Mapping[str, str], message: str
) -> dict[str, Any]:
    """All that the form's template needs; raises NotFound when what it is about is not there."""
    back = local(str(values.get("back", ""))) or referer(request) or shown.back
    return {
        "form": Form(shown.id, shown.template, Values(values), errors, message),
        "form_template": shown.template,
        "title": shown.title,
        "back": back,
        **await shown.context(request.user, values),
    }


def _html(request: AnyRequest, template: str, status: int, /, **context: Any) -> Response[Any]:
    whole = not is_htmx(request) or request.headers.get("hx-request-type") == "full"
    text = render(template, whole=whole, person=request.user, **{"waiting": "", **context})
    return Response(text, media_type=MediaType.HTML, status_code=status, headers={"Vary": "HX-Request, Accept"})


async def answer(
    request: AnyRequest, found: Any, status: int = HTTP_200_OK, *, form: Form | None = None
) -> Response[Any]:
    """What an action gives: the object as JSON; the fragments that it changed, the same as the push; or a redirect.

    `form` is put back fresh in the place of the one that was sent.
    """
    if wants_json(request):
        return Response(_json(found), status_code=status)
    if not is_htmx(request):
        return to(await _came_from(request))
    if (view := shown_view(request)) is None:
        return Response("", headers={"HX-Redirect": await _came_from(request)}, media_type=MediaType.HTML)
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


def to(path: str) -> Response[Any]:
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": path})


async def _came_from(request: AnyRequest) -> str:
    """The page of ours that a form was sent from: its field `back`, or the Referer."""
    if request.content_type[0] != "application/json":
        chosen = (await request.form()).get("back")
        if isinstance(chosen, str) and (path := local(chosen)):
            return path
    return referer(request) or home(request.user)


def referer(request: AnyRequest) -> str | None:
    came_from = request.headers.get("hx-current-url") or request.headers.get("referer") or ""
    try:
        parts = urlsplit(came_from)
    except ValueError:
        return None
    if parts.netloc and parts.netloc != request.headers.get("host"):
        return None
    return local(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def local(path: str) -> str | None:
    """The path if it stays on this desk, as a header can hold it: never `//elsewhere`, `/\\elsewhere` or a scheme."""
    return path if re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", path) else None


def number(value: Any) -> int:
    """An id as a browser sends it; 0, which no row has, for anything else."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def home(person: Person | None) -> str:
    return "/login" if person is None else "/admin" if person.is_admin else "/"
