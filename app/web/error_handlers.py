"""From an error to its response: the same words as JSON, as fragments, or as a page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Response
from litestar.exceptions import HTTPException, InternalServerException
from litestar.types import Receive, Scope, Send

from app.db.errors import UNAVAILABLE, InDoubt
from app.errors import DeskError, NotSignedIn, SetUpFirst, TooMany, Unavailable
from app.i18n.locale import ENGLISH
from app.i18n.message import Message, in_words, say
from app.live import fragments
from app.live.fragments import Partial
from app.templating import render
from app.web.forms import FormPage, form_context, show_form
from app.web.html import sent_as_html
from app.web.locale import locale_of
from app.web.negotiation import AnyRequest, is_htmx, wants_json
from app.web.redirects import home, local, referer, to
from app.web.responses import fragment_response, position, shown_view

logger = logging.getLogger(__name__)

MESSAGES = {
    400: say("The request could not be understood."),
    404: say("There is nothing here, or it is not yours."),
    405: say("This address does not take that kind of request."),
    413: say("The request is too large."),
}
"""For errors of the framework, before a handler of ours is reached."""
PRESSED = ("#press", "#press-in-dialog")
"""Where a press says what came of it (layouts/page.html)."""


def handle_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """Litestar's handler for every exception. It must not await, but what it returns may."""
    return ErrorResponse(request, error)


class ErrorResponse(Response[Any]):
    """Made when it is sent, because a form with errors is shown with rows from the database."""

    def __init__(self, request: AnyRequest, error: Exception) -> None:
        self.error = as_desk_error(request, error)
        super().__init__(None, status_code=self.error.status)
        self._request = request
        self._headers = error.headers if isinstance(error, HTTPException) and error.headers else {}

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            response = await _response(self._request, self.error)
            if isinstance(self.error, TooMany | Unavailable) and self.error.retry_after is not None:
                response.headers["Retry-After"] = str(self.error.retry_after)
            response.headers.update(self._headers)
            await response.to_asgi_response(app=None, request=self._request)(scope, receive, send)

        return respond


def as_desk_error(request: AnyRequest, error: Exception) -> DeskError:
    """The domain's own errors as they are; the framework's and the database's in our words."""
    if isinstance(error, DeskError):
        return error
    if isinstance(error, UNAVAILABLE):
        logger.error("database away: %s: %s", type(error).__name__, error)
        return Unavailable(
            say("The desk cannot reach its database right now. {outcome}", outcome=_outcome(request, error))
        )
    if isinstance(error, HTTPException) and error.status_code < 500:
        desk_error = DeskError(MESSAGES.get(error.status_code, error.detail))
        desk_error.status = 422 if error.status_code == 400 else error.status_code
        desk_error.code = {404: "not_found", 405: "method_not_allowed", 422: "invalid"}.get(
            desk_error.status, "refused"
        )
        return desk_error
    if _is_cut_off(error):
        return DeskError("The request did not come to its end.")  # which nobody reads, and is no fault of ours
    logger.error("request failed", exc_info=error)
    return DeskError(say("Something went wrong on our side. {outcome}", outcome=_outcome(request, error)))


def _is_cut_off(error: Exception) -> bool:
    """Whether the connection ended before the body did (Litestar's Request.stream)."""
    return isinstance(error, InternalServerException) and error.detail == "client disconnected prematurely"


def _outcome(request: AnyRequest, error: Exception) -> Message:
    """A failure may come after the commit, while the response is made: then it must not ask for the same once more."""
    if isinstance(error, InDoubt):
        return say(
            "It was lost while your change was being saved: please look whether it is there before you try again."
        )
    if request.scope.get("recorded"):
        return say("Your change was saved; please reload the page to see it.")
    return say("Nothing was changed; please try again soon.")


async def _response(request: AnyRequest, error: DeskError) -> Response[Any]:
    if wants_json(request):
        locale = locale_of(request)
        fields = {name: in_words(text, locale) for name, text in error.fields.items()}
        json = {"code": error.code, "message": in_words(error.message, locale), "fields": fields}
        return Response({"error": json}, status_code=error.status)
    if "route_handler" in request.scope and request.route_handler.opt.get("speaks") == "lines":
        return Response(f"{error.in_one_line(ENGLISH)}\n", media_type=MediaType.TEXT, status_code=error.status)
    if is_htmx(request):
        return await _fragments(request, error)
    if isinstance(error, NotSignedIn) and request.method in ("GET", "HEAD"):
        asked_for = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return to(_login_url(asked_for))
    if isinstance(error, SetUpFirst) and request.method in ("GET", "HEAD"):
        return to(home(request.user))
    if (sent := _sent_form(request, error)) is not None:
        form_page, values = sent
        try:
            return await show_form(
                request, form_page, values, status=error.status, errors=error.fields, message=error.message
            )
        except DeskError:  # what the form was about is gone: then only the words are left
            logger.info("form %s cannot be shown again", form_page.id)
    return _page(request, error)


async def _fragments(request: AnyRequest, error: DeskError) -> Response[Any]:
    """Errors at their fields with what was typed kept, or a toast; after a conflict also the lists as they are now."""
    if isinstance(error, NotSignedIn) and not error.fields:
        headers = {"HX-Redirect": _login_url(referer(request) or "/")}
        return Response(
            in_words(error.message, locale_of(request)),
            headers=headers,
            media_type=MediaType.HTML,
            status_code=error.status,
        )
    partials: list[Partial] = []
    if (sent := _sent_form(request, error)) is not None and _is_on_page(request, sent[0]):
        form_page, values = sent
        try:
            context = await form_context(request, form_page, values, error.fields, error.message)
            # What htmx has sent is shown where htmx sends it from again (layouts/dialog.html).
            html = render(form_page.template, locale_of(request), in_dialog=True, **context)
            partials.append(Partial(f"#{form_page.id}", "outerMorph", html, page_wide=True))
        except DeskError:
            logger.info("form %s cannot be shown again", form_page.id)
    if not partials or not error.fields:
        text = error.in_one_line(locale_of(request))
        if not partials:
            words = render("shared/refused.html", locale_of(request), text=text)
            partials += [Partial(place, "innerHTML", words, page_wide=True) for place in PRESSED]
        toast = {"id": "refusal", "level": "error", "text": text}
        partials += [
            Partial("#toast-refusal", "delete", page_wide=True),
            Partial(
                "#toasts",
                "afterbegin",
                render("shared/toast.html", locale_of(request), toast=toast, undo=None, is_own=False),
                page_wide=True,
            ),
        ]
    view = shown_view(request) if error.status == 409 else None
    if view is None:
        return Response(fragments.html(partials, ""), media_type=MediaType.HTML, status_code=error.status)
    rendered_at = position(request)
    await view.ready(request.user)
    for region in view.regions(request.user):
        if not region.coalesced:
            partials += await region.full()
    return fragment_response(partials, view, rendered_at, error.status)


def _sent_form(request: AnyRequest, error: DeskError) -> tuple[FormPage, Mapping[str, Any]] | None:
    """The form that was sent, if its fields or its top can say what is wrong."""
    form_page: FormPage | None = request.route_handler.opt.get("form") if "route_handler" in request.scope else None
    if form_page is None or error.status not in (401, 409, 422, 429):
        return None
    if isinstance(error, NotSignedIn) and not error.fields:  # only the sign-in itself has something to correct
        return None
    # What `read` has read: a body that could not be read must not be waited for a second time.
    values: Mapping[str, Any] | None = getattr(request.state, "sent", None)
    return None if values is None else (form_page, values)


def _is_on_page(request: AnyRequest, form: FormPage) -> bool:
    """Whether the element that was sent is the form itself: a row's button and those of a selection send the same
    request from elsewhere, and a fragment without a place on the page is dropped without a word."""
    return request.headers.get("hx-source") == f"form#{form.id}"


def _login_url(page: str) -> str:
    """Where to sign in, to come to that page afterwards."""
    return f"/login?next={quote(page)}" if local(page) else "/login"


def _page(request: AnyRequest, error: DeskError) -> Response[Any]:
    user = request.scope.get("user")
    back = referer(request) if error.status in (409, 422) else None
    text = render(
        "shared/error.html", locale_of(request), title=say("Sorry"), status=error.status, message=error.message,
        back=back or home(user), done=(),
    )  # fmt: skip
    return sent_as_html(request, text, error.status)
