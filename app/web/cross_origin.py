"""Is a request ours? It is sent to one of our names, and a write comes from our own pages. The browser's own headers
tell, so no token stands in the markup.

The rule for writes is that of Go's http.CrossOriginProtection: safe methods pass; Sec-Fetch-Site decides where a
browser sends it; else the Origin must be our own host; a request with neither is no browser's.
"""

from __future__ import annotations

from collections.abc import Set
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.errors import Forbidden, Misdirected
from app.i18n.message import say
from app.origins import is_known
from app.settings import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_ours(origin: str | None, host: str | None, allowed: Set[str], *, secure: bool) -> bool:
    """`secure`: of our own host, only what came by https: on the way of anything else somebody may have changed it."""
    if origin is None or origin.lower() in allowed:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.netloc.lower() == (host or "").lower() and (parts.scheme == "https" or not secure)


def is_cross_origin(method: str, headers: Headers, allowed: Set[str], *, secure: bool) -> bool:
    if method in SAFE:
        return False
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin.lower() in allowed:
        return False
    if site is not None:
        return site not in ("same-origin", "none")
    return not is_ours(origin, headers.get("host"), allowed, secure=secure)


class OwnHostsOnly(ASGIMiddleware):
    """Rejects what was sent to a name that is not the desk's, before anything else looks at it: raises Misdirected. Of
    a socket it only notes that. Routes with `opt={"any_host": True}` answer under every name: a load balancer and a
    scraper know an address only."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if (hosts := settings().hosts) and not scope["route_handler"].opt.get("any_host"):
            named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            # Of two, a proxy may have looked at the other one (RFC 9112, 3.2).
            if len(named) != 1 or not is_known(named[0], hosts):
                if scope["type"] == ScopeType.HTTP:
                    raise Misdirected(
                        say("The desk does not answer under this name. Please use the address you were given.")
                    )
                scope["is_cross_origin"] = True  # type: ignore[typeddict-unknown-key]
        await next_app(scope, receive, send)


class SameOriginOnly(ASGIMiddleware):
    """Rejects a write that another site's page has sent: raises Forbidden. Of a socket it only notes that it is one:
    a handshake that was rejected looks like a dead network (live/socket.py)."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        headers, allowed, secure = Headers.from_scope(scope), settings().origins, settings().production
        if scope["type"] == ScopeType.WEBSOCKET:
            if not is_ours(headers.get("origin"), headers.get("host"), allowed, secure=secure):
                scope["is_cross_origin"] = True  # type: ignore[typeddict-unknown-key]
        elif is_cross_origin(scope["method"], headers, allowed, secure=secure):
            raise Forbidden(
                say("This request came from another site and was refused. Please use the desk's own pages.")
            )
        await next_app(scope, receive, send)
