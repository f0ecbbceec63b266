"""What is refused before anything reads it."""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.errors import Invalid
from app.i18n.message import say

LONGEST_QUERY = 8 * 1024
"""Bytes: the longest of ours names 200 selected codes (/admin/codes/confirm)."""


class BoundedQuery(ASGIMiddleware):
    """Raises Invalid for a query that is longer than any of ours. (How long a body may be is Litestar's to know, and
    how long the headers, the server's.)"""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            raise Invalid(
                say("The part of the address after “?” has at most {most} characters here.", most=LONGEST_QUERY)
            )
        await next_app(scope, receive, send)
