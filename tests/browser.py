"""People who use the desk's HTTP side in this process: the real application on the real database, without a socket."""

from __future__ import annotations

import asyncio
import contextvars
from functools import cache
from typing import Any

import httpx

from app.asgi import desk as app
from app.people.session_middleware import cookie_name
from app.people.tables import Person, Session

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}
PLAIN = {"Accept": "text/html"}
ORIGIN = "http://desk.test"


class Browser:
    """One person's browser, or a stranger's. Every request runs in a context of its own, as under a server."""

    def __init__(self, headers: dict[str, str] | None = None, address: str = "127.0.0.1") -> None:
        self.client = httpx.AsyncClient(
            transport=_transport(address), base_url=ORIGIN, headers=headers or {}, timeout=30
        )

    @classmethod
    async def of(cls, person: Person | None, headers: dict[str, str] | None = None) -> Browser:
        """Signed in without the cost of a password; None is a stranger."""
        browser = cls(headers)
        if person is not None:
            token = await Session.start(person, address="127.0.0.1", browser="test", instead_of=None)
            browser.client.cookies.set(cookie_name(), token)
        return browser

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.request("GET", path, **more)

    async def post(self, path: str, **more: Any) -> httpx.Response:
        return await self.request("POST", path, **more)

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        asking = self.client.request(method, f"{ORIGIN}{path}", **more)  # httpx would parse a long path twice
        return await asyncio.create_task(asking, context=contextvars.Context())


async def api(person: Person | None) -> Browser:
    """The same, asking for JSON."""
    return await Browser.of(person, JSON)


@cache
def _transport(address: str) -> httpx.ASGITransport:
    return httpx.ASGITransport(app, client=(address, 40_000))
