"""Where the focus goes when what had it is gone, with no script of ours: htmx focuses what arrives with `autofocus`.

A dialog that its reader closes gives the focus back to its opener by itself. One that an action closes is taken away
from the page: the response leads the focus to the row that it was about, or else to the top of the content.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from app.i18n.locale import Locale
from app.live import fragments
from app.live.fragments import Partial
from app.live.views import View
from app.templating import render
from app.web.locale import locale_of
from app.web.negotiation import AnyRequest

OPENER = re.compile(r"[a-z0-9-]{1,60}")
ROW = re.compile(r"((code|account|extension)-([0-9]{1,10}))-(act|more)")
CARD = re.compile(r"(waiting-codes)|(waiting)-[0-9]{1,10}-[a-z]+|(ending)-[0-9a-z-]+")
"""What stands in the cards of the dashboard: see `_card`."""


def opener_of(request: AnyRequest, values: Any) -> str:
    """Id of the element that opened the dialog in which a form stands; empty where there is none."""
    known = values.get("opener") or request.query_params.get("opener") or _source(request)
    return known if isinstance(known, str) and OPENER.fullmatch(known) else ""


def _source(request: AnyRequest) -> str:
    """htmx says `button#code-7-more`."""
    return request.headers.get("hx-source", "").partition("#")[2][:60]


def after_dialog(request: AnyRequest, view: View, spent: str = "") -> list[Partial]:
    """Closes the dialog from which an action was sent, and leads the focus on; nothing for one sent from the page.

    `spent`: what a row's first action has left of itself, where it is not offered any more: the row's state.
    """
    sent = getattr(request.state, "sent", None) or {}
    opener = sent.get("opener")
    if opener is None:
        return []
    places = [
        Place("landing", "shared/landing.html", {"label": view.page.link.label}),
        *_row(str(opener), spent),
        *_card(str(opener)),
    ]
    # The last that is on the page gets it; the others are not asked for it again.
    locale = locale_of(request)
    focused = [place.partial(locale, focused) for focused in (True, False) for place in places]
    return [fragments.closed_dialog(locale), *focused]


class Place(NamedTuple):
    """What can have the focus."""

    element: str
    template: str
    context: dict[str, Any]

    def partial(self, locale: Locale, focused: bool) -> Partial:
        html = render(self.template, locale, focused=focused, **self.context)
        return Partial(f"#{self.element}", "outerMorph", html)


def _row(opener: str, spent: str) -> list[Place]:
    """Of the row from which a dialog was opened: what stands where its first action was, or the button that opens all
    of them, which is there whatever the action has made of the row."""
    if (row := ROW.fullmatch(opener)) is None:
        return []
    if spent:
        return [Place(f"{row[1]}-act", "shared/spent.html", {"id": row[1], "status": spent})]
    folder = {"code": "codes", "account": "accounts"}.get(row[2])
    context = {"id": row[1], "actions_url": f"/admin/{folder}/{row[3]}/actions"}
    return [Place(f"{row[1]}-more", "shared/more_button.html", context)] if folder else []


def _card(opener: str) -> list[Place]:
    """The heading of a card: the line that was acted on leaves, and what comes next is not to be pressed by mistake."""
    if (card := CARD.fullmatch(opener)) is None:
        return []
    element = card[1] or (card[2] and "waiting-list") or card[3]
    return [Place(f"{element}-title", "shared/title.html", {"element": element, "heading": ""})]
