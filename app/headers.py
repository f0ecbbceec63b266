"""The headers that every answer carries: nothing is run, framed or loaded but the desk's own."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from app.settings import settings

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=63072000; includeSubDomains"


async def secured(message: Message, _: Scope) -> None:
    """Litestar's `before_send`: also answers that no route or middleware has made carry the headers.

    Keeps pages out of shared caches and of the browser's disk, too: what they show is somebody's.
    """
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if settings().production:
        headers.setdefault("Strict-Transport-Security", HSTS)
    headers.setdefault("Cache-Control", "private, no-cache")
