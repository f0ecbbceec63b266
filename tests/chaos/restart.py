"""`python -m tests.chaos.restart`: a server with 2,000 open pages restarts.

How long until all are back and equal to a fresh load, and what it takes: memory, and connections to the database.
Exit 1 when a page is not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.chaos.world import HEALING
from tests.databases import Databases, PostgresDatabases, databases
from tests.live.dom import Document
from tests.live.pages import Frame
from tests.server import Server

TABS = 20
"""Pages of one person: as many sockets as they may have."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0
"""Seconds between two tries, as the desk tells htmx."""
LIMIT = 180.0


class Tab:
    """One open page, which comes back as htmx would bring it back."""

    def __init__(self, server: Server, token: str, html: str) -> None:
        self.document = Document(html)
        self.greeted = asyncio.Event()
        self.closes: Counter[int] = Counter()
        self.token = token
        self._server = server
        self._task = asyncio.create_task(self._live())

    async def _live(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                async with connect(f"ws://127.0.0.1:{self._server.port}/live", **self._options()) as socket:
                    wait = FIRST_WAIT
                    await self._listen(socket)
            except ConnectionClosed as closed:
                self.closes[closed.rcvd.code if closed.rcvd else 1006] += 1
            except (OSError, InvalidHandshake, EOFError):
                self.closes[0] += 1
            self.greeted.clear()
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))
            wait = min(2 * wait, LONGEST_WAIT)

    def _options(self) -> dict[str, Any]:
        return {
            "origin": self._server.url, "additional_headers": {"Cookie": f"desk={self.token}"}, "compression": None,
            "max_size": None, "ping_interval": None, "proxy": None, "open_timeout": 60, "close_timeout": 1,
        }  # fmt: skip

    async def _listen(self, socket: ClientConnection) -> None:
        cursor = self.document.value("cursor")
        await socket.send(json.dumps({"cursor": cursor, "rendered": "", "view": "/"}))
        while True:
            frame = Frame.of(str(await socket.recv()))
            for partial in frame.partials:
                self.document.apply(partial)
            self.greeted.set()

    def end(self) -> None:
        self._task.cancel()


@dataclass
class Watch:
    """Samples what the restart takes, while it takes it."""

    server: Server
    database: Databases
    url: str
    old: int
    """Process id of the server before."""
    memory: int = 0
    connections: int = 0
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while not self._over.is_set():
            self.memory = max(self.memory, self._memory())
            if isinstance(self.database, PostgresDatabases):
                name = self.url.rsplit("/", 1)[1]
                self.connections = max(
                    self.connections, len(await asyncio.to_thread(self.database.cluster.backends, name))
                )
            await asyncio.sleep(0.1)

    def _memory(self) -> int:
        try:
            return memory_of(self.server) if self.server.pid != self.old else 0
        except (AssertionError, FileNotFoundError):
            return 0  # it is between two lives

    def end(self) -> None:
        self._over.set()


def memory_of(server: Server, what: str = "VmHWM") -> int:
    """KiB; VmHWM is the peak."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith(what)), 0)


async def restart(database: Databases, server: Server, many: int, how: str) -> bool:
    people = await asyncio.to_thread(_register, server, (many + TABS - 1) // TABS)
    htmls = await _desks(server, people)
    tabs = [Tab(server, token, htmls[token]) for token in people for _ in range(TABS)][:many]
    await asyncio.wait_for(asyncio.gather(*(tab.greeted.wait() for tab in tabs)), LIMIT)
    print(f"{len(tabs)} pages of {len(people)} people are open; memory {memory_of(server, 'VmRSS') // 1024} MiB")
    watch = Watch(server, database, server.database_url, server.pid)
    watching = asyncio.create_task(watch.run())
    started = time.monotonic()
    end = server.kill if how == "kill" else server.stop
    await asyncio.to_thread(end)
    ended = time.monotonic()
    await asyncio.to_thread(server.start)
    up = time.monotonic()
    turned_away = sum([await _act(server, token) for token in people[::5]])
    await asyncio.wait_for(asyncio.gather(*(tab.greeted.wait() for tab in tabs)), LIMIT)
    back = time.monotonic()
    wrong = await _different(server, people, tabs)
    equal = time.monotonic()
    watch.end()
    await watching
    closes: Counter[int] = sum((tab.closes for tab in tabs), Counter())
    print(
        f"{how}: ended after {ended - started:.1f} s, up again after {up - started:.1f} s, "
        f"all {len(tabs)} back after {back - started:.1f} s, compared after {equal - started:.1f} s; different: {wrong}"
    )
    print(f"actions meanwhile: {len(people[::5])}; turned away with 503 before they were done: {turned_away}")
    print(f"closes (0: not accepted): {dict(sorted(closes.items()))}")
    print(f"peak memory of the new process {watch.memory // 1024} MiB, connections to the database {watch.connections}")
    for tab in tabs:
        tab.end()
    return not wrong


def _register(server: Server, many: int) -> list[str]:
    tokens = []
    for n in range(many):
        with httpx.Client(base_url=server.url, timeout=30) as stranger:
            form = {"username": f"client{n}", "email": f"c{n}@example.com", "password": "a-desk-of-two-thousand"}
            assert stranger.post("/register", data=form).status_code == 303
            tokens.append(stranger.cookies["desk"])
    return tokens


def _browser(server: Server, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, cookies={"desk": token}, timeout=60)


async def _act(server: Server, token: str) -> int:
    """Something to replay, while the pages come back. Gives how often it was turned away."""
    form = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    turned_away, deadline = 0, time.monotonic() + HEALING
    async with _browser(server, token) as browser:
        while (status := (await browser.post("/api/generate-code", data=form)).status_code) == 503:
            assert time.monotonic() < deadline, f"turned away {turned_away} times, the last one too"
            turned_away += 1
    assert status in (201, 303), status
    return turned_away


async def _desks(server: Server, tokens: list[str]) -> dict[str, str]:
    pages = {}
    for token in tokens:
        async with _browser(server, token) as browser:
            pages[token] = (await browser.get("/")).text
    return pages


async def _different(server: Server, tokens: list[str], tabs: list[Tab]) -> int:
    """Pages that do not equal a fresh load, when they have had some seconds for it."""
    deadline = time.monotonic() + 20
    left = tabs
    while left and time.monotonic() < deadline:
        fresh = {token: Document(html).shown() for token, html in (await _desks(server, tokens)).items()}
        left = [tab for tab in left if tab.document.shown() != fresh[tab.token]]
        await asyncio.sleep(0.2)
    return len(left)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and databases end with us
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.restart", description=__doc__)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--how", choices=("stop", "kill"), default="stop")
    given: Any = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the server inherits it
    with tempfile.TemporaryDirectory(prefix="codedesk-restart-") as name:
        folder = Path(name)
        with databases(given.database, folder) as database:
            settings = {"DESK_LOG_LEVEL": "WARNING", "DESK_QUOTAS": "off"}
            with Server(database.fresh(), log=folder / "server.log", **settings) as server:
                fine = asyncio.run(restart(database, server, given.sockets, given.how))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
