"""Is a request ours? Cross-origin writes are rejected by the browser's own headers, so no token stands in the markup.

The rule is that of Go's http.CrossOriginProtection: safe methods pass; Sec-Fetch-Site decides where a browser sends it;
else the Origin must be our own host; a request with neither is no browser's.
"""

from __future__ import annotations

from collections.abc import Set
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.errors import Forbidden
from app.i18n.message import say
from app.settings import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_ours(origin: str | None, host: str | None, allowed: Set[str]) -> bool:
    if origin is None or origin.lower() in allowed:
        return True
    try:
        return urlsplit(origin).netloc.lower() == (host or "").lower()
    except ValueError:
        return False


def is_cross_origin(method: str, headers: Headers, allowed: Set[str]) -> bool:
    if method in SAFE:
        return False
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin.lower() in allowed:
        return False
    if site is not None:
        return site not in ("same-origin", "none")
    return not is_ours(origin, headers.get("host"), allowed)


class SameOriginOnly(ASGIMiddleware):
    """Rejects a write that another site's page has sent: raises Forbidden. Of a socket it only notes that it is one:
    a handshake that was rejected looks like a dead network (live/socket.py)."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] == ScopeType.WEBSOCKET:
            headers = Headers.from_scope(scope)
            if not is_ours(headers.get("origin"), headers.get("host"), settings().origins):
                scope["is_cross_origin"] = True  # type: ignore[typeddict-unknown-key]
        elif is_cross_origin(scope["method"], Headers.from_scope(scope), settings().origins):
            raise Forbidden(
                say("This request came from another site and was refused. Please use the desk's own pages.")
            )
        await next_app(scope, receive, send)
