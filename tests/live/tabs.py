"""A browser's tab in this process: its page comes from the real application, its socket is a list of frames."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

from litestar.datastructures import State

from app.live.connection import Connection
from app.live.relay import Relay
from app.live.socket import synchronize
from app.people.tables import Person
from tests.browser import Browser, app
from tests.live.dom import Document
from tests.live.pages import LIMIT, Frame, assert_same
from tests.loops import as_long_as


class Tab:
    """Also the hub's Writer for this socket."""

    def __init__(self, relay: Relay, reader: Person, browser: Browser, path: str) -> None:
        self.relay, self.reader, self.browser, self.path = relay, reader, browser, path
        self.under_way: list[bytes] = []
        self.frames: list[Frame] = []
        self.document: Document
        self.closed: int | None = None
        self.connection = Connection(person=reader.id, session=0, writer=self)
        relay.hub.connect(self.connection)

    @classmethod
    async def open(cls, relay: Relay, reader: Person, path: str) -> Self:
        tab = cls(relay, reader, await Browser.of(reader), path)
        tab.document = Document(await tab.fetched())
        await tab.sync()
        tab.take_in()
        tab.frames.clear()
        return tab

    def write(self, frame: bytes) -> int:
        self.under_way.append(frame)
        return 0

    def close(self, code: int) -> None:
        self.closed = code

    def stop(self) -> None:
        """Nothing works for this socket."""

    async def fetched(self, **headers: str) -> str:
        response = await self.browser.get(self.path, headers=headers)
        assert response.status_code == 200
        return response.text

    async def show(self, path: str) -> None:
        """The region of another page, which syncs only when the test says so."""
        self.path = path
        self.document.show(await self.fetched(**{"HX-Request": "true"}))

    async def sync(self, **instead: str) -> None:
        message = json.dumps(self.document.fields("sync") | instead)
        state = State({**app.state.dict(), "relay": self.relay})
        await synchronize(message, self.connection, self.reader, state)

    async def reconnect(self, cursor: int | None = None) -> None:
        """A new socket for the page that stands here, from its cursor or another."""
        self.relay.hub.disconnect(self.connection)
        self.under_way.clear()
        self.connection = Connection(person=self.reader.id, session=0, writer=self)
        self.relay.hub.connect(self.connection)
        await self.sync(**{} if cursor is None else {"cursor": str(cursor), "rendered": ""})

    async def settle(self) -> None:
        """Takes in what was sent, and syncs as often as it is asked to."""
        self.take_in()
        for _ in as_long_as(lambda: self.document.must_sync, f"{self.path} is asked to sync"):
            self.document.must_sync = False
            await self.sync()
            self.take_in()

    def take_in(self) -> list[Frame]:
        """Applies what was sent; gives the frames."""
        frames = [Frame.of(text_of(frame)) for frame in self.under_way]
        self.under_way.clear()
        for frame in frames:
            for partial in frame.partials:
                self.document.apply(partial)
        self.frames += frames
        return frames

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        async with asyncio.timeout(LIMIT):
            while not condition():
                await asyncio.sleep(0.002)
                self.take_in()
        assert condition(), what

    async def assert_up_to_date(self) -> None:
        assert_same(self.document.shown(), Document(await self.fetched()).shown(), self.path)

    async def assert_same_rows(self, region: str) -> None:
        """For a relay that was stopped before it came to the counts."""
        assert self.document.rows(region) == Document(await self.fetched()).rows(region)


def text_of(frame: bytes) -> str:
    head = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[head:].decode()
