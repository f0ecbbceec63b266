"""A live page: fetched by HTTP, kept up to date by a socket of its own, as htmx keeps it in a browser."""

from __future__ import annotations

import difflib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.live.dom import Document, Pushed, parsed
from tests.server import Server

LIMIT = 10.0
"""Seconds that a test waits for something that should come at once."""


@dataclass(frozen=True)
class Frame:
    partials: list[Pushed]
    position: int

    @classmethod
    def of(cls, text: str) -> Self:
        partials = parsed(text)
        last = partials[-1]
        assert last.target == "#cursor", f"a frame must end with the cursor, not with {last.target}"
        assert [p.target for p in partials].count("#cursor") == 1
        return cls(partials, int(last.elements[0].get("value")))

    @property
    def says_something(self) -> bool:
        """More than that the connection lives, which every page hears now and then."""
        return not set(self.targets) <= {"#connection", "#cursor"}

    @property
    def names(self) -> set[str]:
        return {partial.name for partial in self.partials if partial.name is not None}

    @property
    def targets(self) -> list[str]:
        return [partial.target for partial in self.partials]


def socket_to(server: Server, browser: httpx.Client, **changes: Any) -> ClientConnection:
    """A socket with the browser's cookie and our own Origin."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    options: dict[str, Any] = {
        "origin": server.url, "additional_headers": {"Cookie": cookie} if cookie else {}, "compression": None,
        "max_size": None, "max_queue": None, "proxy": None, "close_timeout": 2, "open_timeout": LIMIT, "legacy": True,
    }  # fmt: skip
    return connect(f"ws://127.0.0.1:{server.port}/live", **options | changes)


class LivePage:
    def __init__(self, server: Server, browser: httpx.Client, path: str) -> None:
        self.server = server
        self.browser = browser
        self.path = path
        self.reader = ""
        """Whose page it is, where a test needs to know."""
        self.frames: list[Frame] = []
        """All that have come since `forget`."""
        self.document = Document(self._fetched())
        self.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.drop()

    def __repr__(self) -> str:
        return f"<{self.path}>"

    def connect(self) -> None:
        self.socket = socket_to(self.server, self.browser)
        self.sync()

    def drop(self) -> None:
        """The connection is lost; what has come until now has been shown."""
        self.socket.close()

    def sync(self) -> None:
        self.socket.send(json.dumps(self.fields()))

    def fields(self) -> dict[str, str]:
        """What the form #sync holds."""
        return self.document.fields("sync")

    @property
    def cursor(self) -> int:
        return int(self.document.value("cursor"))

    def go(self, path: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Follows a link of the page: #page is swapped, the socket stays. `meanwhile`: before the page syncs."""
        self.path = path
        self.document.show(self._fetched(htmx=True))
        meanwhile()
        self.sync()

    def send(self, path: str, form: dict[str, Any], meanwhile: Callable[[], object] = lambda: None) -> httpx.Response:
        """Submits a form of the page: the answer is applied, after `meanwhile`, and the page syncs."""
        headers = {"HX-Request": "true", "HX-Current-URL": f"{self.server.url}{self.path}"}
        response = self.browser.post(path, data=form, headers=headers)
        meanwhile()
        for partial in parsed(response.text):
            self.document.apply(partial)
        if "HX-Trigger" in response.headers:
            self.sync()
        return response

    def receive(self, timeout: float) -> Frame | None:
        """The next frame, applied; None when none comes in time. ConnectionClosed when none ever will."""
        try:
            text = self.socket.recv(timeout)
        except TimeoutError:
            return None
        assert isinstance(text, str)
        frame = Frame.of(text)
        for partial in frame.partials:
            self.document.apply(partial)
        if self.document.must_sync:
            self.document.must_sync = False
            self.sync()
        self.frames.append(frame)
        return frame

    def take_in(self) -> None:
        """Whatever has come already."""
        while self.receive(0) is not None:
            pass

    def until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < deadline, f"{self}: {what} did not come; frames: {self.frames}"
            self.receive(0.05)

    def until_position(self, position: int) -> None:
        self.until(lambda: any(frame.position >= position for frame in self.frames), f"event {position}")

    def until_closed(self) -> int:
        """The code with which the server closes the socket."""
        with pytest.raises(ConnectionClosed) as closed:
            self.until(lambda: False, "the end of the socket")
        received = closed.value.rcvd
        assert received is not None, "the connection was cut without a close frame"
        return received.code

    def forget(self) -> None:
        self.frames.clear()

    def fresh(self) -> list[str]:
        return Document(self._fetched()).shown()

    def assert_up_to_date(self) -> None:
        """The oracle: what stands here is what a fresh load shows. Counts may come a moment later than rows."""
        deadline = time.monotonic() + LIMIT
        while (fresh := self.fresh()) != self.document.shown() and time.monotonic() < deadline:
            self.receive(0.05)
        assert_same(self.document.shown(), fresh, f"{self} after {[frame.targets for frame in self.frames[-12:]]}")

    def _fetched(self, htmx: bool = False) -> str:
        response = self.browser.get(self.path, headers={"HX-Request": "true"} if htmx else {})
        assert response.status_code == 200, f"{self.path}: {response.status_code} {response.text[:300]}"
        return response.text


def assert_same(live: list[str], fresh: list[str], where: str) -> None:
    if live != fresh:
        pytest.fail("\n".join([where, *difflib.unified_diff(live, fresh, "live", "fresh", n=1, lineterm="")]))


def settle(pages: list[LivePage], marker: int) -> None:
    """Waits until every page has shown the broadcast `marker`, and then the counts that it made stale: after that
    nothing is under way to any of them."""
    for page in pages:
        page.until(lambda page=page: _has_settled(page, marker), f"broadcast {marker} with its counts")


def _has_settled(page: LivePage, marker: int) -> bool:
    return any(frame.position >= marker and "#unread" in frame.targets for frame in page.frames)
