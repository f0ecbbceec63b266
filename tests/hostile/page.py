"""An honest person's open page: notes when a frame arrives, and reads what it says when nothing is measured."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.live.dom import Document, parsed

POSITION = re.compile(r'id="cursor"[^>]* value="(\d+)"')
PATIENCE = 20.0
"""Seconds in which a page must equal a fresh load once an attack is over."""
PAUSE = 0.2
"""Seconds between two tries to connect."""


@dataclass(frozen=True)
class Arrival:
    at: float
    """time.perf_counter()"""
    text: str
    position: int
    """Of the log."""


class Page:
    def __init__(self, browser: httpx.AsyncClient, path: str, source: str) -> None:
        self._browser, self.path, self._source = browser, path, source
        self.arrived: list[Arrival] = []
        """Since the last comparison."""
        self._applied = 0
        """Of them, how many stand in the document."""
        self._came = asyncio.Condition()
        self.reconnects = -1
        self.document: Document
        self._socket: ClientConnection
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.document = Document(await self._fetched())
        up = asyncio.Event()
        self._task = asyncio.create_task(self._live(up.set))
        await up.wait()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def until_shown(self, element: str, position: int, since: int) -> float:
        """When it stood there (time.perf_counter()), by a frame after the first `since`: one that holds the element, or
        that has come to this position of the log."""
        async with self._came:
            while True:
                for frame in self.arrived[since:]:
                    if frame.position >= position or f'id="{element}"' in frame.text:
                        return frame.at
                since = len(self.arrived)
                await self._came.wait()

    async def _live(self, up: Callable[[], None]) -> None:
        url = str(self._browser.base_url).replace("http", "ws", 1) + "/live"
        while True:
            with suppress(ConnectionClosed, InvalidHandshake, OSError, EOFError, TimeoutError):
                async with connect(
                    url, origin=str(self._browser.base_url).rstrip("/"), local_addr=(self._source, 0), proxy=None,  # type: ignore[arg-type]
                    compression=None, max_size=None, max_queue=None, ping_interval=None, close_timeout=1,
                    additional_headers={"Cookie": f"desk={self._browser.cookies['desk']}"},
                ) as self._socket:  # fmt: skip
                    self.reconnects += 1
                    await self._apply()
                    await self._sync()
                    up()
                    async for text in self._socket:
                        assert isinstance(text, str)
                        self.arrived.append(Arrival(time.perf_counter(), text, int(POSITION.findall(text)[-1])))
                        async with self._came:
                            self._came.notify_all()
            await asyncio.sleep(PAUSE)

    async def _sync(self) -> None:
        await self._socket.send(json.dumps(self.document.fields("sync")))

    async def _apply(self) -> None:
        """After a flood that is half a minute's work: meanwhile the sockets are read."""
        while self._applied < len(self.arrived):
            frame = self.arrived[self._applied]
            self._applied += 1
            for partial in parsed(frame.text):
                self.document.apply(partial)
            await asyncio.sleep(0)

    async def compare(self) -> str:
        """What stands here and not on a fresh load, or the other way round; empty when they are the same."""
        await self._apply()
        deadline = time.monotonic() + PATIENCE
        while True:
            await self._apply()
            if self.document.must_sync:
                self.document.must_sync = False
                await self._sync()
            fresh, lines = Document(await self._fetched()).shown(), self.document.shown()
            if fresh == lines:
                del self.arrived[: self._applied]
                self._applied = 0
                return ""
            if time.monotonic() > deadline:
                missing = [line.strip() for line in fresh if line not in lines]
                extra = [line.strip() for line in lines if line not in fresh]
                return f"{self.path}: fresh only {missing[:6]}, page only {extra[:6]}"
            await asyncio.sleep(0.1)

    async def _fetched(self) -> str:
        response = await self._browser.get(self.path)
        assert response.status_code == 200, f"{self.path}: {response.status_code} {response.text[:200]}"
        return response.text
