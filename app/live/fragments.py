"""The wire: partials that htmx swaps by id, and the frame that carries them.

A partial is state, not a diff: it can be repeated, merged with a later one or replayed, and the page comes out
the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.templating import render


@dataclass(frozen=True, slots=True)
class Partial:
    target: str
    """A CSS selector; where nothing matches, htmx leaves the page as it is."""
    swap: str
    html: str = ""
    name: str | None = None
    """One of the six event names on the wire, or None for the page's own bookkeeping."""

    def __str__(self) -> str:
        name = f' data-event="{self.name}"' if self.name else ""
        return f'<hx-partial hx-target="{escape(self.target)}" hx-swap="{self.swap}"{name}>{self.html}</hx-partial>'


def replace(element: str, html: str, name: str | None = None) -> Partial:
    """The element if it is on the page; focus, caret, ticks and open details in it stay."""
    return Partial(f"#{element}", "outerMorph", html, name)


def fill(element: str, html: str, name: str | None = None) -> Partial:
    """The content of a region that is always on the page."""
    return Partial(f"#{element}", "innerMorph", html, name)


def remove(element: str, name: str | None = None) -> Partial:
    return Partial(f"#{element}", "delete", "", name)


def cursor(position: int) -> Partial:
    """Ends every frame: what the page now knows. Sent back by it on the next connection (the Last-Event-ID)."""
    return Partial("#cursor", "outerMorph", render("shared/cursor.html", cursor=position))


def rendered_at(position: int) -> Partial:
    """Goes with what came by HTTP: it was rendered when the log stood here, whatever the socket has brought since."""
    return Partial("#rendered", "outerMorph", render("shared/rendered.html", cursor=position))


def rendered_done(position: str) -> Partial:
    """Takes the mark back, unless a later answer has set it anew."""
    return Partial(f'#rendered[value="{int(position)}"]', "outerMorph", render("shared/rendered.html", cursor=""))


def swapped_done(position: str) -> Partial:
    return Partial(f'#swapped[value="{int(position)}"]', "delete")


def connection_live() -> Partial:
    return Partial("#connection", "innerHTML", render("shared/connection_live.html"))


def pause_control(*, paused: bool, many: int = 0) -> Partial:
    """The button by which a page is held still, and how many updates wait for one that is."""
    return Partial("#pause", "innerHTML", render("shared/pause.html", paused=paused, many=many))


def waiting(many: int) -> Partial:
    return Partial("#waiting-updates", "innerHTML", render("shared/waiting_updates.html", many=many))


def html(partials: Iterable[Partial]) -> Markup:
    return Markup("".join(map(str, partials)))  # noqa: S704 - every partial has escaped its own parts


def text_frame(text: str) -> bytes:
    """One unmasked, unfragmented RFC 6455 text frame (5.2): built once, written to every socket as it is."""
    body = text.encode()
    length = len(body)
    if length < 126:
        return bytes((0x81, length)) + body
    if length < 65_536:
        return b"\x81\x7e" + struct.pack("!H", length) + body
    return b"\x81\x7f" + struct.pack("!Q", length) + body
