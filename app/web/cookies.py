"""The cookies that a request carries."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection


def cookie(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str | None:
    """The value as it was sent: ours hold nothing that needs quoting.

    Not by `connection.cookies`: Python unquotes them, before 3.11.10 in quadratic time (CVE-2024-7592): 16 KiB of
    backslashes held the loop for half a second, for anybody who sent them."""
    return cookie_in(connection.headers.get("cookie", ""), name)


def cookie_in(header: str, name: str) -> str | None:
    value = None
    for part in header.split(";"):
        key, is_pair, rest = part.partition("=")
        if is_pair and key.strip() == name:
            value = rest.strip()
    return value
