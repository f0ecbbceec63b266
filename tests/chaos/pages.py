"""Pages that live through it, behind a balancer that may put them on either server when they reconnect.

A page's document is touched by its own thread alone.
"""

from __future__ import annotations

import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection

from tests.chaos.journal import record_response
from tests.chaos.world import World
from tests.live.dom import Document, Pushed, parsed
from tests.live.pages import LivePage, socket_to

RECONNECTS = {1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014}
"""As layouts/page.html tells htmx."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0
"""Seconds between two tries to connect; htmx takes 0.5 and 5."""
GONE = (ConnectionClosed, InvalidHandshake, OSError, EOFError)


class Watched(Document):
    """Counts what was put on the page, and how often."""

    def __init__(self, html: str) -> None:
        super().__init__(html)
        self.toasts: Counter[str] = Counter()

    def apply(self, pushed: Pushed) -> None:
        if (
            pushed.target.startswith("#toasts")
            and pushed.swap == "beforeend"
            and self._target(pushed.target) is not None
        ):
            self.toasts.update(element.get("id") for element in pushed.elements)
        super().apply(pushed)

    def doubles(self) -> list[str]:
        ids = Counter(element for e in self.root.walk() if (element := e.get("id")) is not None)
        toasts = ((name, many) for name, many in self.toasts.items() if name not in ("toast-burst", "toast-refusal"))
        return [f"#{name} stands {many} times" for name, many in ids.items() if many > 1] + [
            f"{name} was shown {many} times" for name, many in toasts if many > 1
        ]


@dataclass
class Comparison:
    """A comparison with a fresh load, and its result."""

    started: float = field(default_factory=time.monotonic)
    next_try: float = 0.0
    wrong: str = ""
    doubles: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


class ChaosPage(LivePage, threading.Thread):
    document: Watched

    def __init__(self, world: World, who: str, path: str, number: int) -> None:
        threading.Thread.__init__(self, name=f"page {number} of {who} on {path}", daemon=True)
        self.world, self.who, self.path = world, who, path
        self.dice = world.dice(self.name)
        self.browsers = {server: world.browser(server, who) for server in world.servers}
        self.frames = []
        self.stalled_until = 0.0
        self.abandons = threading.Event()
        self.wrong: list[str] = []
        self.closes: Counter[int] = Counter()
        self.replays = 0
        self.left: list[ClientConnection] = []
        """Sockets that it has walked away from without a word."""
        self.up = threading.Event()
        self._ended = threading.Event()
        self._comparison: Comparison | None = None

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def _choose_server(self) -> None:
        self.server = self.dice.choice(self.world.servers)
        self.browser = self.browsers[self.server]

    def connect(self) -> None:
        # A short queue, no keepalive of its own: what it does not read stays in the network, as with a stalled browser.
        self.socket = socket_to(
            self.server, self.browser, max_queue=4, ping_interval=None, close_timeout=0.2, open_timeout=5
        )
        self.sync()

    def run(self) -> None:
        self._reload()
        while not self._ended.is_set():
            try:
                self._live()
            except GONE:
                self._reconnect()
            except (httpx.TransportError, TimeoutError):
                continue
            except AssertionError as error:
                self.wrong.append(str(error)[:600])
                self._reload()

    def _live(self) -> None:
        while not self._ended.is_set():
            if time.monotonic() < self.stalled_until and not self.world.quiet.is_set():
                self._ended.wait(0.1)
                continue
            self.forget()
            self.receive(0.05)
            if self.abandons.is_set():
                self._walk_away()
            if self._comparison is not None:
                self._compare(self._comparison)
            if not self.world.quiet.is_set() and not self.world.over.is_set():
                if self.dice.random() < 0.004:
                    self._wander()
                if self.dice.random() < 0.01:
                    self._submit()

    def _wander(self) -> None:
        before, after = self.path, self.dice.choice(paths_of(self.world, self.who))
        try:
            self.go(after)
        except (httpx.TransportError, AssertionError):
            self.path = before  # a link that fails leaves the page where it is

    def _submit(self) -> None:
        """A form of the page itself: the response's fragments and the push come in either order."""
        if self.who in self.world.admins:
            rows = self.document.rows("codes")
            if not rows:
                return
            what = self.dice.choice(("activate", "cancel"))
            path, form = "/api/admin/codes", {"code_id": self.dice.choice(rows).rsplit("-")[-1], "action": what}
        else:
            number = str(self.dice.randrange(10**11, 10**12))
            what, path = "generate", "/api/generate-code"
            form = {"platform": "mt5", "account_number": number, "plan": "30", "request_key": f"form-{number}"}
        attempt = self.world.journal.tried(what, self.who, form | {"by": "form"})
        headers = {"HX-Request": "true", "HX-Current-URL": f"{self.server.url}{self.path}"}
        try:
            response = self.browser.post(path, data=form, headers=headers)
        except httpx.TransportError as error:
            attempt.words = repr(error)
            return
        record_response(attempt, response)
        if response.status_code < 500 and not response.headers.get("HX-Redirect"):
            for partial in parsed(response.text):
                self.document.apply(partial)
        if "HX-Trigger" in response.headers:
            self.sync()

    def _reconnect(self) -> None:
        code = int(self.socket.close_code or 1006)
        self.closes[code] += 1
        wait = FIRST_WAIT
        while not self._ended.is_set():
            self._ended.wait(wait * self.dice.uniform(0.7, 1.3))
            wait = min(wait * 2, LONGEST_WAIT)
            try:
                self._choose_server()
                if code not in RECONNECTS:
                    self.wrong.append(f"closed with {code}, after which a page does not reconnect")
                    self.document = Watched(self._fetched())
                    code = 1006
                self.connect()
                self.replays += 1
                return
            except (*GONE, httpx.TransportError, TimeoutError, AssertionError):
                continue

    def _reload(self) -> None:
        if self.up.is_set():
            self.left.append(self.socket)
        while not self._ended.is_set():
            with suppress(*GONE, httpx.TransportError, TimeoutError, AssertionError):
                self._choose_server()
                self.document = Watched(self._fetched())
                self.connect()
                self.up.set()
                return
            self._ended.wait(FIRST_WAIT)

    def cut(self) -> None:
        """The connection is reset under the page."""
        with suppress(OSError):
            self.socket.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            self.socket.socket.shutdown(SHUT_RDWR)

    def _walk_away(self) -> None:
        """The network dies without a word: the server goes on writing into a socket that nobody reads."""
        self.abandons.clear()
        self.left.append(self.socket)
        self.connect()
        self.replays += 1

    def compare(self) -> Comparison:
        """Asks the page to compare itself with a fresh load."""
        self._comparison = Comparison()
        return self._comparison

    def _compare(self, comparison: Comparison) -> None:
        if time.monotonic() < comparison.next_try:
            return
        browser = self.browsers[self.dice.choice(self.world.servers)]
        response = browser.get(self.path)
        fresh = Document(response.text).shown() if response.status_code == 200 else [f"{response.status_code}"]
        lines = self.document.shown()
        if fresh != lines and time.monotonic() < comparison.started + self.world.patience:
            comparison.next_try = time.monotonic() + self.world.look_again
            return
        if fresh != lines:
            missing = [line.strip() for line in fresh if line not in lines]
            extra = [line.strip() for line in lines if line not in fresh]
            comparison.wrong = f"{self} at {self.cursor}: fresh only {missing[:8]}, page only {extra[:8]}"
        comparison.doubles = [f"{self}: {wrong}" for wrong in (*self.document.doubles(), *self.wrong)]
        self.wrong.clear()
        self._comparison = None
        comparison.done.set()

    def end(self) -> None:
        self._ended.set()
        self.join(15)
        for socket in (self.socket, *self.left):
            with suppress(Exception):
                socket.socket.close()


def paths_of(world: World, who: str) -> tuple[str, ...]:
    admins = (
        "/admin", "/admin/codes", "/admin/codes?status=pending", "/admin/codes?status=activated", "/admin/accounts",
        "/admin/accounts?status=valid", "/admin/extensions", "/admin/extensions?status=pending", "/admin/activity",
        "/admin/broadcast", "/notifications", "/admin/products", "/admin/people", "/admin/people/3",
        "/admin/people/4", "/search?q=b", "/notifications?status=messages",
    )  # fmt: skip
    return admins if who in world.admins else (
        "/", "/?status=pending", "/?status=activated", "/notifications", "/me", "/notifications?status=unread",
    )  # fmt: skip


def everybodys(world: World) -> list[ChaosPage]:
    """Every page of the desk at least once, and two pages for each client."""
    places = [(world.admins[n % 2], path) for n, path in enumerate(paths_of(world, world.admins[0]))]
    places += [(who, path) for who in world.clients for path in ("/", "/notifications")]
    return [ChaosPage(world, who, path, n) for n, (who, path) in enumerate(places)]


def totals(pages: list[ChaosPage]) -> dict[str, Any]:
    closes: Counter[int] = sum((page.closes for page in pages), Counter())
    return {"replays": sum(page.replays for page in pages), "closes": dict(sorted(closes.items()))}
