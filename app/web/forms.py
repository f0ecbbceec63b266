"""Forms: what stands in them, how one is shown by itself, and again with its errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from litestar import Response
from litestar.status_codes import HTTP_200_OK

from app.live.views import Reader
from app.templating import render
from app.web.done import done, forget_done
from app.web.fields import Shape, fields_of, html_limits
from app.web.focus import opener_of
from app.web.html import html_response, sent_as_html
from app.web.locale import locale_of
from app.web.negotiation import AnyRequest, is_htmx
from app.web.redirects import local, referer

Limits = Mapping[str, Mapping[str, Any]]
"""By field, as HTML says it of the control: what the domain will not take (pattern, maxlength, min, max)."""
Options = Mapping[str, Sequence[tuple[str, str]]]
"""By field: the value and the label of each of its choices."""


class Values(dict[str, Any]):
    """What stands in a form's fields; a field that was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass
class Form:
    """One form as its template needs it: what stands in its fields, what they take, and what is wrong with them."""

    page: FormPage
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    message: str
    live_options: Options = field(default_factory=dict)
    """What can be chosen just now, besides what the page declares."""

    @property
    def id(self) -> str:
        return self.page.id

    @property
    def template(self) -> str:
        return self.page.template

    @property
    def first_error(self) -> str:
        """The first of its fields that holds a mistake; empty where none does."""
        return next((field.name for field in fields_of(self.page.takes) if field.name in self.errors), "")

    @property
    def is_refused(self) -> bool:
        """As a whole, and not for what stands in a field: somebody was first, and it offers what is still possible."""
        return bool(self.message) and not self.errors

    @property
    def limits(self) -> Limits:
        return self.page.limits

    @property
    def options(self) -> Options:
        return {**self.page.options, **self.live_options}


async def _no_options() -> Options:
    return {}


async def _no_context(person: Reader, values: Mapping[str, Any]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class FormPage:
    """How a form is shown by itself: in a dialog, as a page, and again with its errors."""

    id: str
    template: str
    title: str
    section: str
    takes: Shape
    """Its fields, each with its bounds."""
    back: str
    """The page to return to when the browser does not say where it came from."""
    context: Callable[[Any, Mapping[str, Any]], Awaitable[dict[str, Any]]] = _no_context
    page: str = "layouts/form_page.html"
    options: Options = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    """What stands in a field before anything has been sent."""
    fresh: Callable[[], Mapping[str, str]] = dict
    """New values for fields that nobody types: those that an error names are shown with them, so that the next press
    works."""

    live_options: Callable[[], Awaitable[Options]] = _no_options
    """Of fields whose choices stand in the database."""

    @cached_property
    def limits(self) -> Limits:
        """Of what is typed; a choice has its options instead."""
        return {name: limits for name, limits in html_limits(self.takes).items() if name not in self.options}

    async def form(self, values: Mapping[str, Any], errors: Mapping[str, str] | None = None, message: str = "") -> Form:
        return Form(self, Values({**self.defaults, **values}), errors or {}, message, await self.live_options())


async def show_form(
    request: AnyRequest, form_page: FormPage, values: Mapping[str, Any], *, status: int = HTTP_200_OK,
    errors: Mapping[str, str] | None = None, message: str = "",
) -> Response[Any]:  # fmt: skip
    """A form by itself: a dialog for htmx, a page of its own without it."""
    context = await form_context(request, form_page, values, errors or {}, message)
    if is_htmx(request) and "dialog" in request.headers.get("hx-target", ""):
        return sent_as_html(request, render("layouts/dialog.html", locale_of(request), **context), status)
    if request.user is None:
        html = render(form_page.page, locale_of(request), done=await done(request), **context)
        response = sent_as_html(request, html, status)
        forget_done(request, response)
        return response
    for region in request.app.state.views.frame(request.user):
        context.update(await region.context())
    return await html_response(
        request, form_page.page, status, view=None, cursor=0, section=form_page.section, **context
    )


async def form_context(
    request: AnyRequest, form_page: FormPage, values: Mapping[str, Any], errors: Mapping[str, str], message: str
) -> dict[str, Any]:
    """All that the form's template needs; raises NotFound when what it is about is not there."""
    back = local(str(values.get("back") or request.query_params.get("back", ""))) or referer(request) or form_page.back
    fresh = {name: value for name, value in form_page.fresh().items() if name in errors}
    return {
        "form": await form_page.form({**values, **fresh}, errors, message),
        "form_template": form_page.template,
        "title": form_page.title,
        "back": back,
        "opener": opener_of(request, values),
        **await form_page.context(request.user, values),
    }
