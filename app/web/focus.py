"""Where the focus goes when what had it is gone, with no script of ours: htmx focuses what arrives with `autofocus`.

A dialog that its reader closes gives the focus back to its opener by itself. One that an action closes is taken away
from the page: the response leads the focus to the row that it was about, or else to the top of the content.
"""

from __future__ import annotations

import re
from typing import Any

from app.live import fragments
from app.live.fragments import Partial
from app.live.views import View
from app.templating import render
from app.web.locale import locale_of
from app.web.negotiation import AnyRequest

OPENER = re.compile(r"[a-z0-9-]{1,60}")
ROW = re.compile(r"((code|account)-([0-9]{1,10}))-(act|more)")


def opener_of(request: AnyRequest, values: Any) -> str:
    """Id of the element that opened the dialog in which a form stands; empty where there is none."""
    known = values.get("opener") or request.query_params.get("opener") or _source(request)
    return known if isinstance(known, str) and OPENER.fullmatch(known) else ""


def _source(request: AnyRequest) -> str:
    """htmx says `button#code-7-more`."""
    return request.headers.get("hx-source", "").partition("#")[2][:60]


def after_dialog(request: AnyRequest, view: View) -> list[Partial]:
    """Closes the dialog from which an action was sent, and leads the focus on; nothing for one sent from the page."""
    sent = getattr(request.state, "sent", None) or {}
    opener = sent.get("opener")
    if opener is None:
        return []
    partials = [fragments.closed_dialog(locale_of(request))]
    focused = [_landing(request, view), *_more(request, str(opener))]
    return [*partials, *(html(True) for html in focused), *(html(False) for html in focused)]


def _landing(request: AnyRequest, view: View) -> Any:
    def html(focused: bool) -> Partial:
        text = render("shared/landing.html", locale_of(request), label=view.page.link.label, focused=focused)
        return Partial("#landing", "outerMorph", text)

    return html


def _more(request: AnyRequest, opener: str) -> list[Any]:
    """The button of a row that opens its actions: it is there whatever the action has made of the row."""
    if (row := ROW.fullmatch(opener)) is None:
        return []
    folder = "codes" if row[2] == "code" else "accounts"
    context = {"id": row[1], "actions_url": f"/admin/{folder}/{row[3]}/actions"}

    def html(focused: bool) -> Partial:
        text = render("shared/more_button.html", locale_of(request), focused=focused, **context)
        return Partial(f"#{row[1]}-more", "outerMorph", text)

    return [html]
