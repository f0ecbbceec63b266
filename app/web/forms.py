"""Forms: what stands in them, how one is shown by itself, and again when what was sent will not do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import MediaType, Response
from litestar.status_codes import HTTP_200_OK

from app.live.regions import Summary
from app.live.views import Reader
from app.templating import render
from app.web.html import html_response
from app.web.negotiation import AnyRequest, is_htmx
from app.web.redirects import local, referer


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


async def _no_context(person: Reader, values: Mapping[str, Any]) -> dict[str, Any]:
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
    context: Callable[[Any, Mapping[str, Any]], Awaitable[dict[str, Any]]] = _no_context
    page: str = "layouts/form_page.html"
    fresh: Callable[[], Mapping[str, str]] = dict
    """New values for fields that nobody types: those that a refusal names are shown with them, so that the next press
    works."""


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
        if isinstance(region, Summary):
            context[region.element] = await region.html()
    return html_response(request, shown.page, status, view=None, cursor=0, section=shown.section, **context)


async def form_context(
    request: AnyRequest, shown: FormPage, values: Mapping[str, Any], errors: Mapping[str, str], message: str
) -> dict[str, Any]:
    """All that the form's template needs; raises NotFound when what it is about is not there."""
    back = local(str(values.get("back", ""))) or referer(request) or shown.back
    fresh = {name: value for name, value in shown.fresh().items() if name in errors}
    return {
        "form": Form(shown.id, shown.template, Values({**values, **fresh}), errors, message),
        "form_template": shown.template,
        "title": shown.title,
        "back": back,
        **await shown.context(request.user, values),
    }
