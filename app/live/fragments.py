"""The wire: partials that htmx swaps by id, addressed to the view, and the frame that carries them.

A partial is state, not a diff: it can be repeated, merged with a later one or replayed, and the page comes out
the same. All but the page-wide ones are addressed to one view by its scope, a selector of the page region that shows
it: a frame that arrives late, when the page shows another view already, hits nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from functools import cache

from markupsafe import Markup, escape

from app.i18n.locale import ENGLISH, Locale
from app.templating import render

ROWS = ":is(.list tbody, .list-frame > ol)"
_IN_USE = f":has({ROWS}:is(:hover, :active, :focus-within)), #live:has(> #dialog:modal) main"
IN_USE, NOT_IN_USE = f"main:is({_IN_USE})", f"main:not({_IN_USE})"
"""The content of a page whose lists hold still, as the stylesheet does (`--held` in app.css), or do not."""


class Partial:
    """One `<hx-partial>`; `target` is a CSS selector, and where it matches nothing htmx leaves the page as it is.

    `name` is one of the six event names on the wire, None for the page's own bookkeeping. `page_wide`: it stands
    outside of the page region (toasts, the connection), whatever view that shows.
    """

    __slots__ = ("_rest", "html", "name", "page_wide", "swap", "target")

    def __init__(
        self, target: str, swap: str, html: str = "", name: str | None = None, *, page_wide: bool = False
    ) -> None:
        self.target, self.swap, self.html, self.name, self.page_wide = target, swap, html, name, page_wide
        self._rest: str | None = None

    def text(self, scope: str) -> str:
        """As it is sent to pages of one view; all but the scope is put together once for all of them."""
        if self._rest is None:
            event = f' data-event="{self.name}"' if self.name else ""
            self._rest = f'{escape(self.target)}" hx-swap="{self.swap}"{event}>{self.html}</hx-partial>'
        return f'<hx-partial hx-target="{"" if self.page_wide else scope}{self._rest}'


Partials = tuple[Partial, ...]
"""Of one region. Pages that get the same tuple of every region share the bytes of their frame."""


def replace(element: str, html: str, name: str | None = None) -> Partial:
    """The element if it is on the page; focus, caret, ticks and open details in it stay."""
    return Partial(f"#{element}", "outerMorph", html, name)


def fill(element: str, html: str, name: str | None = None) -> Partial:
    """The content of a region that is always on the page."""
    return Partial(f"#{element}", "innerMorph", html, name)


def leave(element: str, locale: Locale, name: str | None = None) -> Partial:
    """A row of a list goes: it is marked, and its mark removes it by itself as soon as nobody uses a list of the page
    (app.css), so that nothing moves under a pointer and the focus is not taken along."""
    return all_leave(f"#{element}", locale, name)


def all_leave(rows: str, locale: Locale, name: str | None = None) -> Partial:
    """The same of all rows that a selector finds."""
    return Partial(f"{rows}:not(:has(.gone)) > :first-child", "afterbegin", _mark(locale.language), name)


def nth_leaves(rows: str, place: int, locale: Locale) -> Partial:
    """The same of whichever row is at a place of a list, those not counted that leave already."""
    leaving = f"{rows} > :nth-child({place} of :not(:has(.gone))) > :first-child"
    return Partial(leaving, "afterbegin", _mark(locale.language))


@cache
def _mark(language: str) -> Markup:
    return render("shared/gone.html", Locale(language))


def missing(row: str) -> str:
    """A selector, after that of a list, for one that does not have this row. One that is leaving counts as missing, or
    else its mark, which may be on its way, would take away what comes back; not while it is held, where it stays."""
    return f":is(:not(:has(#{row})), {NOT_IN_USE} *:has(#{row} > * > .gone))"


def stay(row: str, html: str, name: str | None = None) -> Partial:
    """A row that is leaving, and is held, stays after all, where it is."""
    return Partial(f"{IN_USE} #{row}:has(> * > .gone)", "outerMorph", html, name)


def only(
    element: str, rows: Mapping[str, str], upsert: str, locale: Locale, name: str | None = None
) -> tuple[Partial, ...]:
    """All the rows of a list, by id, whatever it shows now: each is told to be as it is now, or to come, and all others
    to leave. As many bytes again as `fill`, and nothing moves in a list that is used."""
    others = f":not({', '.join(f'#{key}' for key in rows)})" if rows else "*"
    partials = [all_leave(f"#{element} > {others}", locale, name)]
    for key, html in rows.items():
        partials += [replace(key, html, name), Partial(f"#{element}{missing(key)}", upsert, html, name)]
    return tuple(partials)


def focus_landing(when: str) -> Partials:
    """Leads the focus to the top of the content, where `when`, a selector of what stands around that, finds something:
    the page itself knows what has the focus."""
    swap = f"{when} #landing", "outerMorph"
    on, off = (render("shared/landing.html", ENGLISH, label="", focused=focused) for focused in (True, False))
    return Partial(*swap, on), Partial(*swap, off)


def cursor(position: int) -> Partial:
    """Ends every frame: what the page now knows. Sent back by it on the next connection (the Last-Event-ID)."""
    return Partial("#cursor", "outerMorph", f'<input type="hidden" id="cursor" name="cursor" value="{position}">')


def closed_dialog(locale: Locale) -> Partial:
    return Partial("#dialog", "outerHTML", render("shared/dialog.html", locale), page_wide=True)


def rendered_at(position: int) -> Partial:
    """Goes with what came by HTTP: it was rendered when the log stood here, whatever the socket has brought since."""
    return Partial("#rendered", "outerMorph", render("shared/rendered.html", ENGLISH, cursor=position))


def rendered_done(position: str) -> Partial:
    """Takes the mark back, unless a later response has set it anew."""
    return Partial(
        f'#rendered[value="{int(position)}"]', "outerMorph", render("shared/rendered.html", ENGLISH, cursor="")
    )


def barrier(token: str) -> Partial:
    """Makes the page sync once more: by then it has shown all that was sent to it before this."""
    return Partial("#barrier", "innerHTML", render("shared/barrier.html", ENGLISH, token=token), page_wide=True)


def connection_live(locale: Locale) -> Partial:
    return Partial("#connection", "innerHTML", render("shared/connection_live.html", locale), page_wide=True)


def connection_unavailable(locale: Locale) -> Partial:
    return Partial("#connection", "innerHTML", render("shared/connection_unavailable.html", locale), page_wide=True)


def connection_slow(locale: Locale) -> Partial:
    """Of a page that waits for its turn (waiting.py)."""
    return Partial("#connection", "innerHTML", render("shared/connection_slow.html", locale), page_wide=True)


def too_many_tabs(locale: Locale) -> Partial:
    return Partial("#ended", "innerHTML", render("shared/ended_too_many.html", locale), page_wide=True)


def not_ended() -> Partial:
    """Takes back why an earlier connection ended (ended.py)."""
    return Partial("#ended", "innerHTML", page_wide=True)


def pause_control(locale: Locale, *, paused: bool, many: int = 0) -> Partial:
    """The button that pauses a page, and how many updates wait for one that is paused."""
    html = render("shared/pause.html", locale, paused=paused, many=many)
    return Partial("#pause", "innerMorph", html, page_wide=True)


def waiting(locale: Locale, many: int) -> Partial:
    html = render("shared/waiting_updates.html", locale, many=many)
    return Partial("#waiting-updates", "innerHTML", html, page_wide=True)


def refetch(delay: int = 0) -> Partial:
    """Makes a page fetch itself after `delay` ms: the way out when a fragment of it cannot be rendered."""
    return Partial("#refetch", "innerHTML", render("shared/refetch.html", ENGLISH, delay=delay))


def reload() -> Partial:
    """Makes a page load itself anew in full, with all that stands around its region."""
    return Partial("#reload", "innerHTML", render("shared/reload.html", ENGLISH), page_wide=True)


def html(partials: Iterable[Partial], scope: str) -> Markup:
    return Markup("".join([partial.text(scope) for partial in partials]))  # noqa: S704 - each has escaped its own parts


def frame(partials: Iterable[Partial], scope: str, position: int) -> bytes:
    """One frame for the pages of a view, which then know the log up to `position`."""
    return text_frame(html([*partials, cursor(position)], scope))


def text_frame(text: str) -> bytes:
    """One unmasked, unfragmented RFC 6455 text frame (5.2): built once, written to every socket as it is."""
    body = text.encode()
    length = len(body)
    if length < 126:
        return bytes((0x81, length)) + body
    if length < 65_536:
        return b"\x81\x7e" + struct.pack("!H", length) + body
    return b"\x81\x7f" + struct.pack("!Q", length) + body
