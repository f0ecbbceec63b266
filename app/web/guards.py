"""Guards settle only the role; what is whose is settled by the query.

All are async: Litestar runs the others in a worker thread, which costs more than the rest of a request's routing.
"""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.errors import Forbidden, NotFound, NotSignedIn, SetUpFirst
from app.i18n.message import say

AnyConnection = ASGIConnection[Any, Any, Any, Any]


async def signed_in(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    await somebody(connection, handler)
    if connection.user.role not in ("admin", "client"):
        raise SetUpFirst


async def somebody(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Also an admin who is yet to set up a second factor."""
    if connection.user is None:
        raise NotSignedIn


async def admins(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    await signed_in(connection, handler)
    if not connection.user.is_admin:
        raise Forbidden(say("Only admins can do this. Sign in as an admin, or go back to your desk."))


async def clients(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    await signed_in(connection, handler)
    if connection.user.is_admin:
        raise Forbidden(say("Only clients can do this: an admin has no codes and accounts of their own."))


async def from_this_host(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Loopback, and not on behalf of somebody else by a proxy."""
    peer = connection.client.host if connection.client else ""
    if peer not in ("127.0.0.1", "::1") or "x-forwarded-for" in connection.headers:
        raise NotFound(say("There is nothing here."))
