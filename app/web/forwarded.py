"""Behind a proxy: who asks, and by which scheme, as the proxies say that DESK_TRUSTED_PROXIES names. Nobody else is
believed, loopback neither: what counts by address would count by what a stranger has written."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.web.addresses import believed, is_trusted

logger = logging.getLogger(__name__)

SCHEMES = {"http": ("http", "ws"), "ws": ("http", "ws"), "https": ("https", "wss"), "wss": ("https", "wss")}
"""What a proxy may say, with what it means for a request and for a socket."""
MANY = 10
"""Different people who all come from one address, before that is worth a line."""


class Forwarded(ASGIMiddleware):
    """The first of all: whatever comes after it asks for `scope["client"]`, and gets the address that is believed."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = [ipaddress.ip_network(each) for each in trusted]
        self._has_warned = False

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        said = {b"x-forwarded-for": "", b"x-forwarded-proto": ""}
        for name, value in scope["headers"]:
            if name in said:
                said[name] = f"{said[name]},{value.decode('latin-1')}" if said[name] else value.decode("latin-1")
        if (client := scope["client"]) is not None and any(said.values()):
            if is_trusted(client[0], self._trusted):
                self._believe(scope, client, said[b"x-forwarded-for"], said[b"x-forwarded-proto"])
            elif said[b"x-forwarded-for"]:
                self._warn(client[0])
        await next_app(scope, receive, send)

    def _believe(self, scope: Scope, client: tuple[str, int], forwarded_for: str, scheme: str) -> None:
        if (address := believed(client[0], forwarded_for, self._trusted)) != client[0]:
            scope["client"] = (address, 0)
        if (known := SCHEMES.get(scheme.rpartition(",")[2].strip().lower())) is not None:
            scope["scheme"] = known[scope["type"] == ScopeType.WEBSOCKET]

    def _warn(self, peer: str) -> None:
        """Once in a process: anybody can send such a header."""
        if not self._has_warned:
            self._has_warned = True
            logger.warning(
                "X-Forwarded-For from %s is not believed; if that is a proxy of yours, name it in "
                "DESK_TRUSTED_PROXIES, or everybody behind it counts as one address",
                peer,
                extra={"address": peer},
            )


class OneAddress:
    """Watches whether everybody who is signed in comes from one address: then most probably a proxy stands in front
    that nobody has told the desk of, and what limits an address limits all of them together."""

    def __init__(self) -> None:
        self._address: str | None = None
        self._people: set[int] = set()
        self._is_settled = False

    def see(self, person: int, address: str) -> None:
        if self._is_settled:
            return
        self._address = self._address or address
        self._people.add(person)
        if address != self._address:
            self._is_settled = True
        elif len(self._people) >= MANY:
            self._is_settled = True
            logger.warning(
                "all of the first %d people came from %s; if that is a proxy, name it in DESK_TRUSTED_PROXIES and let "
                "it send X-Forwarded-For, or everybody counts as one address",
                MANY,
                address,
                extra={"address": address},
            )
