"""From the cookie to the person: the session middleware, for requests and sockets alike."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult

from app.db.errors import UNAVAILABLE
from app.people.tables import TOKEN_LENGTH, Session
from app.settings import settings
from app.web.addresses import client_address
from app.web.cookies import cookie
from app.web.forwarded import OneAddress
from app.web.locale import locale_for

one_address = OneAddress()


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to https (RFC 6265bis, 4.1.3.2), which development does not have."""
    return "__Host-desk" if settings().production else "desk"


def device_cookie_name() -> str:
    return f"{cookie_name()}-device"


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """None also for what is no token of ours, which is looked up nowhere."""
    token = cookie(connection, cookie_name())
    return token if token is not None and len(token) == TOKEN_LENGTH else None


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """`request.user` is the Person and `request.auth` their Session, both None for a stranger."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        token = token_of(connection)
        is_socket = connection.scope["type"] == ScopeType.WEBSOCKET
        try:
            async with connection.app.state.limiter.of(token) if is_socket else nullcontext():
                signed_in = await Session.find(token) if token else None
        except UNAVAILABLE:
            if not is_socket:
                raise
            # An error here would close the socket with a code after which the page does not reconnect.
            connection.scope["database_unavailable"] = True  # type: ignore[typeddict-unknown-key]
            signed_in = None
        session, person = signed_in or (None, None)
        if session is not None and person is not None:
            person.session = session.id
            person.locale = locale_for(connection, person.language, person.zone)
            if settings().production:
                one_address.see(person.id, client_address(connection))
        return AuthenticationResult(user=person, auth=session)
