"""How many requests a session and an address may make: counted in memory, as it is asked before anything else is done
for them, and each would be one more write. What they may *change* is counted in the database (app/quotas/)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.types import Scope, Send
from markupsafe import Markup

from app.i18n.locale import Locale
from app.i18n.message import say
from app.limits import Limit, Limits, Quota
from app.templating import render
from app.web.cookies import cookie_in
from app.web.locale import asked_for

MOST_KEPT = 20_000
"""Sessions and addresses that are counted at the same time; beyond, those are forgotten that have used least."""
TOLD_EVERY = 60.0
"""Seconds between two times that it is told of one network that it asks for too much."""
WORDS = say("That was too much at once. Please wait a moment and try again; nothing was changed.")


class RequestRates:
    """The generic cell rate algorithm, as in quotas/tables.py: of each limit the moment at which it is whole again."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._full_at: dict[tuple[str, int], float] = {}
        self._told_at: dict[str, float] = {}
        """Of networks that were refused, the first first."""

    def use(self, network: str, token: str) -> float:
        """Seconds to wait; 0 for a request that may be worked on."""
        at, longest = time.monotonic(), 0.0
        for key, limits in self._subjects(network, token):
            for limit in limits:
                mine = (key, limit.seconds)
                full_at = max(self._full_at.get(mine, at), at) + limit.share
                if (wait := full_at - at - limit.seconds) > 0:
                    longest = max(longest, wait)
                else:
                    self._full_at[mine] = full_at
        if len(self._full_at) > MOST_KEPT:
            self._forget(at)
        return longest

    def news(self, network: str, token: str) -> Limit | None:
        """The limit for which it has just been refused; None if that was told within TOLD_EVERY: a flood is one line,
        and not thousands."""
        at = time.monotonic()
        if at - self._told_at.get(network, -TOLD_EVERY) < TOLD_EVERY:
            return None
        self._told_at.pop(network, None)
        self._told_at[network] = at
        if len(self._told_at) > MOST_KEPT:
            del self._told_at[next(iter(self._told_at))]
        of_both = [(key, limit) for key, limits in self._subjects(network, token) for limit in limits]
        return max(of_both, key=lambda each: self._full_at.get((each[0], each[1].seconds), at) - each[1].seconds)[1]

    def _subjects(self, network: str, token: str) -> Iterator[tuple[str, Limits]]:
        yield network, self._quota.address
        if token:
            yield token, self._quota.person

    def _forget(self, at: float) -> None:
        kept = sorted(((full_at, key) for key, full_at in self._full_at.items() if full_at > at), reverse=True)
        self._full_at = {key: full_at for full_at, key in kept[: MOST_KEPT // 2]}


async def too_many_requests(scope: Scope, wait: int, send: Send) -> None:
    """429 in words (RFC 6585, 4), made without a look at the database, its template once: it is what a flood gets; a
    handshake gets it in place of the socket."""
    locale = asked_for(_raw(scope, b"accept-language").decode("latin-1"))
    words = WORDS.in_words(locale)
    if b"application/json" in _raw(scope, b"accept"):
        error = {"code": "too_many", "message": words, "fields": {}}
        kind, body = b"application/json", msgspec.json.encode({"error": error})
    elif _raw(scope, b"hx-request"):
        kind = b"text/html; charset=utf-8"
        body = (
            '<hx-partial hx-target="#toast-refusal" hx-swap="delete"></hx-partial>'
            f'<hx-partial hx-target="#toasts" hx-swap="afterbegin">{toast(locale)}</hx-partial>'
        ).encode()
    else:
        kind, body = b"text/plain; charset=utf-8", words.encode()
    headers = [
        (b"content-type", kind), (b"content-length", b"%d" % len(body)), (b"retry-after", b"%d" % wait),
        (b"hx-reswap", b"none"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'"),
    ]  # fmt: skip
    start: Any = {"type": "http.response.start", "status": 429, "headers": headers}
    end: Any = {"type": "http.response.body", "body": body, "more_body": False}
    if scope["type"] == ScopeType.WEBSOCKET:
        start["type"], end["type"] = f"websocket.{start['type']}", f"websocket.{end['type']}"
    await send(start)
    await send(end)


@cache
def toast(locale: Locale) -> Markup:
    """Rendered once: the next refusal costs nothing."""
    said = {"id": "refusal", "level": "error", "text": WORDS}
    return render("shared/toast.html", locale, toast=said, undo=None, is_own=False)


def token_in(scope: Scope, cookie: str) -> str:
    """The session's, as the browser gives it; empty without one."""
    return cookie_in(_raw(scope, b"cookie").decode("latin-1"), cookie) or ""


def _raw(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")
