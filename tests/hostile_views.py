"""Distinct filters against the others: many fresh accounts with many sockets each, every page another view of a desk on
which its owner acts all the time; beside them an honest admin and an honest client, whose latencies are told.

    python -m tests.hostile_views --people 100 --sockets 20 --views distinct --seconds 15
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from tests.databases import ROOT, databases, run_app
from tests.server import Server

FRESH_ACCOUNTS = """
import asyncio, json, sys
from app.main import create_app
from app.clock import now
from app.db.engine import engine
from app.people.tables import Person, Session

async def run():
    await engine().start_connection_pool()
    tokens = dict()
    for name in sys.argv[1:]:
        person = await Person.named(name)
        if person is None:
            person = Person(username=name, email="mallory@example.com", password_hash="none", role="client",
                            active=True, seen_event=0, created_at=now())
            await Person.insert(person)
        tokens[name] = await Session.start(person, address="127.0.0.1", browser="hostile", instead_of=None)
    print(json.dumps(tokens))
    await engine().close_connection_pool()

asyncio.run(run())
"""
"""Gives the cookie of each, without the cost of a password."""


def sign_in(database_url: str, names: Sequence[str]) -> dict[str, str]:
    """The cookies of these people, whose accounts are made where there are none."""
    cookies: dict[str, str] = json.loads(run_app(database_url, "-c", FRESH_ACCOUNTS, *names).stdout)
    return cookies


def names(many: int) -> list[str]:
    """Long enough for many searches that find each of them."""
    return [f"mal{n:03d}-of-the-distinct-filters" for n in range(many)]


Views = Callable[[str, int], str]
VIEWS: dict[str, Views] = {
    "equal": lambda name, n: "/?" + urlencode({"q": "mal" + "!" * n}),
    "distinct": lambda name, n: "/?" + urlencode({"q": name[: n + 1]}),
    "pages": lambda name, n: "/?" + urlencode({"after": 10**9 + n, "accounts_after": 10**9 + n}),
    "unmatched": lambda name, n: "/?" + urlencode({"q": f"zz{n}"}),
    "none": lambda name, n: "/",
}
"""By what they mean: all the same; each another one that finds the person's own rows; another page of everything; none
that finds any row; and no search at all."""


class Talk:
    """One connection: HTTP requests one after the other, or a socket after `upgrade`."""

    def __init__(self, url: str, cookie: str) -> None:
        self.url, self.cookie, self.view = url, cookie, ""
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        parts = urlsplit(self.url)
        self._reader, self._writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 20)

    async def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> bytes:
        """The body of the response."""
        body = b"" if fields is None else json.dumps(fields).encode()
        kind = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for _ in range(2):  # a kept connection may be closed at any time: as a browser does, connect again
            if self._writer is None:
                await self.connect()
            try:
                self._send(method, path, kind, body)
                status, head = await self._head()
                break
            except (ConnectionError, asyncio.IncompleteReadError):
                self._writer = None
        else:
            raise ConnectionError(f"{method} {path}: no response")
        length = int(head.get("content-length", "0"))
        content = await self._reader.readexactly(length)
        if status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {status} {content[:200]!r}")
        return content

    async def upgrade(self) -> None:
        await self.connect()
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        wishes = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
        }
        self._send("GET", "/live", {**wishes, "Origin": self.url})
        status, _ = await self._head()
        if status != 101:
            raise RuntimeError(f"/live: {status}")

    def say(self, **message: str) -> None:
        """One masked text frame; the mask is all zeros."""
        assert self._writer is not None
        text = json.dumps(message).encode()
        length = bytes((0x80 | len(text),)) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
        self._writer.write(b"\x81" + length + b"\0\0\0\0" + text)

    async def hear(self) -> bytes:
        """The next text frame; pings are replied to. Raises EOFError at the end."""
        while True:
            first, length = await self._reader.readexactly(2)
            if length >= 126:
                length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8), "big")
            text = await self._reader.readexactly(length)
            if first == 0x81:
                return text
            if first == 0x89 and self._writer is not None:
                self._writer.write(bytes((0x8A, 0x80 | len(text))) + b"\0\0\0\0" + text)
            if first == 0x88:
                raise EOFError(int.from_bytes(text[:2], "big"))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> None:
        assert self._writer is not None
        every = {
            "Host": self.url.removeprefix("http://"),
            "Cookie": f"desk={self.cookie}",
            "Accept": "application/json",
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**every, **headers}.items())]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    async def _head(self) -> tuple[int, dict[str, str]]:
        first, *rest = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(":") for line in rest if line)
        return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


async def attack(url: str, cookies: dict[str, str], sockets: int, views: Views, every: float, navigate: float) -> None:
    """Until it is cancelled: each account's sockets show their views, and it generates a code in `every` seconds.
    `navigate`: seconds after which each socket shows another view; 0: it stays."""
    async with asyncio.TaskGroup() as tasks:
        gate = asyncio.Semaphore(50)
        opened = [
            tasks.create_task(open_page(gate, url, cookie, views(name, n)))
            for name, cookie in cookies.items()
            for n in range(sockets)
        ]
        talks = await asyncio.gather(*opened)
        for talk in talks:
            tasks.create_task(drain(talk))
        print("ready", flush=True)
        for n, (name, cookie) in enumerate(cookies.items()):
            mine = talks[n * sockets : (n + 1) * sockets]
            if every:
                tasks.create_task(act(url, cookie, every, every * n / len(cookies)))
            if navigate and mine:
                tasks.create_task(wander(mine, name, views, navigate))


async def open_page(gate: asyncio.Semaphore, url: str, cookie: str, view: str) -> Talk:
    async with gate:
        talk = Talk(url, cookie)
        await talk.upgrade()
        talk.view = view
        talk.say(cursor="0", view=view)
        await talk.hear()
        return talk


async def drain(talk: Talk) -> None:
    """Reads, and passes the barriers of a page that has navigated, as htmx does."""
    with contextlib.suppress(EOFError, ConnectionError, asyncio.IncompleteReadError):
        while True:
            text = await talk.hear()
            if (barrier := BARRIER.search(text)) is not None:
                talk.say(cursor="0", view=talk.view, barrier=barrier[1].decode())


async def act(url: str, cookie: str, every: float, first: float) -> None:
    talk = Talk(url, cookie)
    await asyncio.sleep(first)
    while True:
        began = time.monotonic()
        with contextlib.suppress(RuntimeError):
            await talk.ask("POST", "/api/generate-code", WISH)
        await asyncio.sleep(max(0.0, began + every - time.monotonic()))


async def wander(talks: Sequence[Talk], name: str, views: Views, every: float) -> None:
    n = 0
    while True:
        n += 1
        for at, talk in enumerate(talks):
            talk.view = views(name, (at + n) % len(name))
            talk.say(cursor="0", view=talk.view)
        await asyncio.sleep(every)


BARRIER = re.compile(rb'name="barrier" value="(\w+)"')
WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


class Latencies(NamedTuple):
    """In milliseconds: until the response to an action came, and until the other side's page showed it."""

    answered: list[float]
    seen: list[float]

    @property
    def words(self) -> str:
        return "  ".join(
            f"{name}: p50 {statistics.median(values):6.1f}  max {max(values):7.1f} ms"
            for name, values in (("answer", self.answered), ("seen by the other", self.seen))
        )


class Reader:
    """An honest page: fetches nothing, shows what it is sent."""

    def __init__(self, talk: Talk) -> None:
        self.talk, self._seen, self._changed = talk, bytearray(), asyncio.Condition()

    async def run(self) -> None:
        while True:
            text = await self.talk.hear()
            async with self._changed:
                self._seen += text
                self._changed.notify_all()

    async def until(self, sign: bytes) -> None:
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(lambda: sign in self._seen)
            self._seen.clear()


async def honest(url: str, admin: str, client: str, seconds: float, pause: float = 0.05) -> Latencies:
    """A client who generates codes and an admin who activates them, each with one page open."""
    latencies = Latencies([], [])
    pages = []
    for cookie, view in ((admin, "/admin/codes?q=bob"), (client, "/")):
        pages.append(Reader(await open_page(asyncio.Semaphore(1), url, cookie, view)))
    tasks = [asyncio.create_task(page.run()) for page in pages]
    (admins, clients), talks = pages, (Talk(url, admin), Talk(url, client))

    async def timed(talk: Talk, method: str, path: str, fields: dict[str, Any], other: Reader, sign: str) -> Any:
        began = time.perf_counter()
        answer = json.loads(await talk.ask(method, path, fields))
        latencies.answered.append((time.perf_counter() - began) * 1e3)
        await other.until(sign.format(id=answer["id"]).encode())
        latencies.seen.append((time.perf_counter() - began) * 1e3)
        return answer["id"]

    try:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            code = await timed(talks[1], "POST", "/api/generate-code", WISH, admins, 'id="code-{id}"')
            await asyncio.sleep(pause)
            action = {"code_id": code, "action": "activate"}
            await timed(talks[0], "PUT", "/api/admin/codes", action, clients, 'id="code-{id}"')
            await asyncio.sleep(pause)
    finally:
        for task in tasks:
            task.cancel()
        for talk in (*talks, admins.talk, clients.talk):
            talk.close()
    return latencies


@contextlib.contextmanager
def attacking(
    url: str, cookies: dict[str, str], sockets: int, views: str, every: float, navigate: float
) -> Iterator[None]:
    """The attack in a process of its own, whose pages are open when this is entered."""
    order = {"url": url, "cookies": cookies, "sockets": sockets, "views": views, "every": every, "navigate": navigate}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile_views", "--attack"], cwd=ROOT, env={**os.environ},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order))
        process.stdin.close()
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the attack has not begun")
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def measure(
    server: Server, people: int = 100, sockets: int = 20, views: str = "distinct", *,
    every: float = 3.0, navigate: float = 0.0, seconds: float = 15.0,
) -> tuple[Latencies, Latencies]:  # fmt: skip
    """The latencies of two honest people without and with the attack; the server's quotas must be off."""
    cookies = sign_in(server.database_url, ["ada", "bob", *names(people)])
    ada, bob = cookies.pop("ada"), cookies.pop("bob")
    before = asyncio.run(honest(server.url, ada, bob, seconds))
    with attacking(server.url, cookies, sockets, views, every, navigate):
        during = asyncio.run(honest(server.url, ada, bob, seconds))
    return before, during


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--attack", action="store_true")
    options.add_argument("--people", type=int, default=100)
    options.add_argument("--sockets", type=int, default=20)
    options.add_argument("--views", choices=VIEWS, default="distinct")
    options.add_argument("--every", type=float, default=3.0)
    options.add_argument("--navigate", type=float, default=0.0)
    options.add_argument("--seconds", type=float, default=15.0)
    options.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options.add_argument("--root", type=Path, default=ROOT)
    args = options.parse_args()
    if args.attack:
        order = json.load(sys.stdin)
        asyncio.run(attack(order.pop("url"), **{**order, "views": VIEWS[order["views"]]}))
        return
    with (
        tempfile.TemporaryDirectory(prefix="codedesk-hostile-") as folder,
        databases(args.database, Path(folder)) as made,
    ):
        environment = {"DESK_QUOTAS": "off", "DESK_LOG_LEVEL": "WARNING", "DESK_CONNECTIONS_PER_ADDRESS": "10000"}
        with Server(made.fresh(), log=Path(folder) / "server.log", root=args.root, **environment) as server:
            before, during = measure(
                server, args.people, args.sockets, args.views,
                every=args.every, navigate=args.navigate, seconds=args.seconds,
            )  # fmt: skip
            print(f"without  {before.words}\nwith     {during.words}")


if __name__ == "__main__":
    main()
