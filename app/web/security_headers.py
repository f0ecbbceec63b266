"""The headers that every response carries: nothing is run, framed or loaded but the desk's own."""

from __future__ import annotations

from litestar.types import Message, Scope

from app.settings import settings

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
PRIVATE = (b"cache-control", b"private, no-cache")


async def add_security_headers(message: Message, _: Scope) -> None:
    """Litestar's `before_send`: also responses that no route or middleware has made carry the headers.

    Keeps pages out of shared caches and of the browser's disk, too: what they show is somebody's.
    """
    if message["type"] != "http.response.start":
        return
    own = list(message["headers"])
    headers = [*own, *HEADERS]
    if settings().production:
        headers.append(HSTS)
    if not any(name == PRIVATE[0] for name, _ in own):
        headers.append(PRIVATE)
    message["headers"] = headers
