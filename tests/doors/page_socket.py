"""A page's socket through the whole application, in this process: what its door answers, before any server."""

from __future__ import annotations

import asyncio
import contextvars
import json
from typing import Any, Self

from app.people.session_middleware import cookie_name
from tests.browser import app
from tests.doors.people import ADDRESS
from tests.live.pages import LIMIT


class PageSocket:
    def __init__(self) -> None:
        self.frames: list[str] = []
        self.closed: int | None = None
        self._from_page: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._heard = asyncio.Event()

    @classmethod
    async def open(cls, token: str | None, view: str) -> Self:
        """Sends what a page sends first, and waits until it is greeted or closed."""
        socket = cls()
        cookie = [(b"cookie", f"{cookie_name()}={token}".encode())] if token else []
        scope = {
            "type": "websocket", "scheme": "ws", "http_version": "1.1", "asgi": {"version": "3.0"}, "path": "/live",
            "raw_path": b"/live", "root_path": "", "query_string": b"", "subprotocols": [], "state": {},
            "headers": [(b"host", b"desk.test"), (b"origin", b"http://desk.test"), *cookie], "extensions": {},
            "client": ADDRESS, "server": ("desk.test", 80),
        }  # fmt: skip
        socket._from_page.put_nowait({"type": "websocket.connect"})
        socket._from_page.put_nowait({"type": "websocket.receive", "text": json.dumps({"cursor": "0", "view": view})})
        running = app(scope, socket._from_page.get, socket._send)  # type: ignore[arg-type]
        socket._task = asyncio.create_task(running, context=contextvars.Context())  # type: ignore[arg-type]
        await socket.until_heard()
        return socket

    async def _send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self.closed = message["code"]
            self._from_page.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        elif message["type"] == "websocket.send":
            self.frames.append(message["text"] if message.get("text") is not None else message["bytes"].decode())
        if message["type"] != "websocket.accept":
            self._heard.set()

    async def until_heard(self) -> None:
        async with asyncio.timeout(LIMIT):
            await self._heard.wait()
        self._heard.clear()

    async def until_closed(self) -> int:
        async with asyncio.timeout(LIMIT):
            while self.closed is None:
                await self._heard.wait()
                self._heard.clear()
        return self.closed

    async def leave(self) -> None:
        self._from_page.put_nowait({"type": "websocket.disconnect", "code": 1001})
        async with asyncio.timeout(LIMIT):
            await self._task
