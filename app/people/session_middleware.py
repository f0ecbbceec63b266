"""From the cookie to the person: the session middleware, for requests and sockets alike."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult

from app.db.errors import UNAVAILABLE
from app.people.tables import Session
from app.settings import settings
from app.web.locale import reading


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to https (RFC 6265bis, 4.1.3.2), which development does not have."""
    return "__Host-desk" if settings().production else "desk"


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    return connection.cookies.get(cookie_name())


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """`request.user` is the Person and `request.auth` their Session, both None for a stranger."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        token = token_of(connection)
        is_socket = connection.scope["type"] == ScopeType.WEBSOCKET
        try:
            async with connection.app.state.limiter if is_socket else nullcontext():
                signed_in = await Session.find(token) if token else None
        except UNAVAILABLE:
            if not is_socket:
                raise
            # An error here would close the socket with a code after which the page does not reconnect.
            connection.scope["database_unavailable"] = True  # type: ignore[typeddict-unknown-key]
            signed_in = None
        session, person = signed_in or (None, None)
        if person is not None:
            person.locale = reading(connection, person.language, person.zone)
        return AuthenticationResult(user=person, auth=session)
