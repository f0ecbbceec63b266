"""The headers that every response carries: nothing is run, framed or loaded but the desk's own, and nothing is kept.

They follow the OWASP Secure Headers Project. Left out are X-XSS-Protection, which browsers have removed, and what htmx
cannot live with (Trusted Types: it swaps HTML in).
"""

from __future__ import annotations

from litestar.types import Message, Scope

from app.settings import settings

UNUSED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock",
    "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""Abilities of a browser that the desk never asks for."""

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
OF_DOCUMENTS = (
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"x-permitted-cross-domain-policies", b"none"),
    (b"permissions-policy", ", ".join(f"{ability}=()" for ability in UNUSED).encode()),
)
"""A browser asks only documents for them; half a kilobyte is not sent with everything else, nor with what is fetched to
be put into a page."""
OF_FETCHES = {(b"sec-fetch-dest", b"empty"), (b"hx-request", b"true")}
"""Request headers, either of which says so. (Browsers send the first over TLS and to this machine only.)"""
HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
NOT_KEPT = (b"cache-control", b"no-store")


async def add_security_headers(message: Message, scope: Scope) -> None:
    """Litestar's `before_send`: also responses that no route or middleware has made carry the headers.

    What a page shows is somebody's: neither a cache nor the browser's disk keeps it, nor does the browser's memory once
    its cookie has changed, so that after a sign-out the back button leads to the sign-in.
    """
    if message["type"] != "http.response.start":
        return
    own = list(message["headers"])
    headers = [*own, *HEADERS]
    is_html = any(name == b"content-type" and value.startswith(b"text/html") for name, value in own)
    if is_html and not any((name, value) in OF_FETCHES for name, value in scope["headers"]):
        headers += OF_DOCUMENTS
    if settings().production:
        headers.append(HSTS)
    if not any(name == NOT_KEPT[0] for name, _ in own):
        headers.append(NOT_KEPT)
    message["headers"] = headers
