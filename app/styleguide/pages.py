from __future__ import annotations

import re
from typing import Any

from litestar import Controller, MediaType, Request, Response, get

from app.errors import NotFound
from app.i18n.message import say
from app.settings import settings
from app.templating import render
from app.web.html import sent_as_html
from app.web.locale import locale_of
from app.web.negotiation import wants_json
from app.web.static_files import static_files

PSEUDO_CLASSES = (
    (re.compile(rb":hover"), b":is(:hover,.is-hover)"),
    (re.compile(rb":focus-visible"), b":is(:focus-visible,.is-focus)"),
    (re.compile(rb":focus(?![\w-])"), b":is(:focus,.is-focus)"),
    (re.compile(rb"(?<!colors):active"), b":is(:active,.is-pressed)"),
)  # fmt: skip
STATES = {
    "": say("At rest"), "is-hover": say("Pointed at"), "is-focus": say("Focused"), "is-pressed": say("Pressed"),
    "htmx-request": say("Busy"), "is-disabled": say("Disabled"),
}  # fmt: skip
"""By the class that puts a control into a state into which else only a pointer, a keyboard or a request does; what is
disabled is so by its attribute."""

SAMPLE_KEY = "7K3QF-0M9TW-B2XHD-RV84N-C6YPA"


class Styleguide(Controller):
    include_in_schema = False
    opt = {"exclude_from_auth": True}

    @get("/styleguide")
    async def styleguide(self, request: Request[Any, Any, Any]) -> Response[Any]:
        only_in_development()
        locale = locale_of(request)
        if wants_json(request):
            return Response({"states": {name: title.in_words(locale) for name, title in STATES.items()}})
        html = render(
            "styleguide/page.html", locale, title=say("Controls"), states=STATES, sample_key=SAMPLE_KEY, done=()
        )
        return sent_as_html(request, html, 200)

    @get("/styleguide/states.css")
    async def states(self) -> Response[bytes]:
        """The desk's own style sheet, with classes for its states: what the page shows is what the desk does."""
        only_in_development()
        css = static_files()["/app.css"].plain + static_files()["/styleguide.css"].plain
        for pseudo_class, name in PSEUDO_CLASSES:
            css = pseudo_class.sub(name, css)
        return Response(css, media_type=MediaType.CSS)


def only_in_development() -> None:
    if settings().production:
        raise NotFound(say("There is nothing here, or it is not yours."))
