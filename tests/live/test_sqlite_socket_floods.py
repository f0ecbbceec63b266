"""Who sends without end through sockets is ended, and nobody else feels it: on a real server, by peers that speak
bytes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from itertools import islice

import httpx
import pytest

from app.live.budget import MOST, Budgets
from tests.databases import Databases
from tests.live.pages import LivePage, settle
from tests.live.people import People
from tests.raw import Peer, head, status_of
from tests.server import Server

MB = 1024 * 1024
PING, PONG = b"\x89\x80\x00\x00\x00\x00", b"\x8a\x80\x00\x00\x00\x00"
FRAGMENT, NEXT_FRAGMENT = b"\x01\x80\x00\x00\x00\x00", b"\x00\x80\x00\x00\x00\x00"
KERNEL = 8 * MB
"""Bytes that the system may take for a server that reads no more."""


@pytest.fixture(scope="module")
def server(database: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(database.fresh(), log=tmp_path_factory.mktemp("floods") / "server.log") as running:
        yield running


@pytest.fixture(scope="module")
def people(server: Server) -> People:
    return People(server)


def newcomer(server: Server, name: str) -> httpx.Client:
    """A person of their own, as what they have spent stays spent for a while."""
    browser = server.client()
    form = {"username": name, "email": f"{name}@example.com", "password": "ninety-nine-balloons"}
    assert browser.post("/register", data=form).status_code == 303
    return browser


def handshake(server: Server, browser: httpx.Client | None, origin: str | None = None) -> bytes:
    headers = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": origin or "http://desk.test",
    }  # fmt: skip
    if browser is not None:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return head("GET", "/live", headers)


class Socket(Peer):
    """`sooner`: what it sends without waiting for the handshake's response, `later`: behind it."""

    def __init__(
        self,
        server: Server,
        browser: httpx.Client | None,
        later: bytes = b"",
        *,
        sooner: bytes = b"",
        origin: str | None = None,
    ) -> None:
        super().__init__(server)
        self.sends(handshake(server, browser, origin) + sooner)
        response = b""
        while b"\r\n\r\n" not in response:
            response += (part := self.hears())
            assert part, response
        assert status_of(response) == 101
        self.heard = response.partition(b"\r\n\r\n")[2]
        self.sends(later)

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Opcode and payload, until the end; raises TimeoutError when neither comes."""
        while True:
            if (frame := _first(self.heard)) is not None:
                self.heard = self.heard[frame[2] :]
                yield frame[:2]
            elif part := self.hears():
                self.heard += part
            else:
                return

    def is_greeted(self) -> bool:
        return any(b"hx-partial" in payload for opcode, payload in self.frames() if opcode == 1)

    def close_code(self) -> int | None:
        """With which it ends; None when it is cut."""
        codes = [int.from_bytes(payload[:2], "big") for opcode, payload in self.frames() if opcode == 8]
        return codes[0] if codes else None


def _first(stream: bytes) -> tuple[int, bytes, int] | None:
    """Its opcode, its payload and where it ends; None while it is not whole."""
    if len(stream) < 2:
        return None
    start = {126: 4, 127: 10}.get(stream[1], 2)
    length = stream[1] if start == 2 else int.from_bytes(stream[2:start], "big")
    return (stream[0] & 15, stream[start : start + length], start + length) if len(stream) >= start + length else None


def text(message: str) -> bytes:
    body = message.encode()
    assert len(body) < 126
    return bytes((0x81, 0x80 | len(body), 0, 0, 0, 0)) + body


def parsed_cursor(page: str) -> str:
    cursor = re.search(r'name="cursor" value="(\d+)"', page)
    assert cursor is not None
    return cursor[1]


SYNC = text(json.dumps({"cursor": "0", "view": "/"}))


def seconds_of_work(server: Server) -> float:
    """Of the processor, spent by the server so far (Linux)."""
    with open(f"/proc/{server.pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.mark.parametrize("origin", [None, "https://evil.example"], ids=["a stranger's", "another site's"])
def test_pings_that_nobody_asked_for_are_not_even_read(server: Server, people: People, origin: str | None) -> None:
    browser = people.browser["ada"] if origin else None
    before = seconds_of_work(server)
    with Socket(server, browser, origin=origin) as eve:
        assert eve.pours(PING, 11 * MB) < KERNEL
        assert [opcode for opcode, _ in eve.frames()] in ([8], []), "no ping is responded to"
    assert people.browser["ada"].get("/healthz").status_code == 200
    assert seconds_of_work(server) - before < 2, "11 MB of pings are ten seconds of work"


def test_what_comes_with_the_handshake_is_not_read_either(server: Server) -> None:
    with Socket(server, None, sooner=PING * 10_000) as eve:
        assert eve.close_code() == 4401


def test_a_stranger_s_socket_ends_with_its_close_frame(server: Server) -> None:
    """Which it need not respond to; before, it was waited for ten seconds."""
    with Socket(server, None) as eve:
        began = time.monotonic()
        assert eve.close_code() == 4401
        assert time.monotonic() - began < 8, "it was waited for"


@pytest.mark.parametrize(
    ("name", "frame"),
    [("pinger", PING), ("ponger", PONG), ("talker", SYNC), ("babbler", text("")), ("stutterer", NEXT_FRAGMENT)],
)
def test_who_sends_without_end_is_closed_with_1013(server: Server, name: str, frame: bytes) -> None:
    start = SYNC + (FRAGMENT if frame == NEXT_FRAGMENT else b"")
    with Socket(server, newcomer(server, name), start) as mallory:
        assert mallory.pours(frame, 11 * MB) < KERNEL
        # The system may drop what it has not delivered yet, as we close while more is coming.
        assert mallory.close_code() in ((1011, None) if name == "babbler" else (1013, None))


def test_a_message_of_many_fragments_is_bounded(server: Server) -> None:
    browser = newcomer(server, "hoarder")
    fragment = b"\x00\xfe" + (50_000).to_bytes(2, "big") + b"\x00" * 4 + b"x" * 50_000
    with Socket(server, browser, SYNC + FRAGMENT) as mallory:
        mallory.sends(fragment * 2)
        assert mallory.close_code() == 1009


def test_all_sockets_of_a_person_share_one_budget(server: Server, people: People) -> None:
    """Pings count in it, and so does each connection; whoever has spent it is let in again once it has come back."""
    browser = newcomer(server, "mallory")
    with Socket(server, browser, SYNC) as one, Socket(server, browser, SYNC) as other:
        assert one.is_greeted()
        assert other.is_greeted()
        one.sends(PING * (MOST // 2))
        pongs = (opcode for opcode, _ in one.frames() if opcode == 10)
        assert len(list(islice(pongs, MOST // 2))) == MOST // 2
        other.sends(PING * (MOST // 2 + 100))
        assert other.close_code() == 1013
        one.sends(PING)
        assert one.close_code() == 1013, "the other one has spent what was hers"
    with Socket(server, browser, SYNC) as again:
        assert again.close_code() == 1013
    with LivePage(server, people.browser["bob"], "/") as bobs:
        settle([bobs], people.broadcasts())


def test_twenty_tabs_that_come_back_again_and_again_never_meet_it(server: Server) -> None:
    browser = newcomer(server, "victor")
    cursor = parsed_cursor(browser.get("/").text)
    sync = text(json.dumps({"cursor": cursor, "view": "/"}))
    for _ in range(5):
        tabs = [Socket(server, browser, sync) for _ in range(20)]
        assert all(tab.is_greeted() for tab in tabs)
        for tab in tabs:
            tab.raw.close()


def test_a_budget_comes_back_by_itself_and_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    budgets = Budgets()
    assert [budgets.spend(1) for _ in range(MOST + 1)] == [True] * MOST + [False]
    assert budgets.spend(2), "everybody has one of their own"
    now = 29.0
    assert not budgets.spend(1), "a little of it is not enough for who has sent too much"
    now = 31.0
    assert budgets.spend(1)
    now = 200.0
    budgets.spend(3)
    assert set(budgets._spent) == {3}
