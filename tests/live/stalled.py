"""A reader who stops reading, and what the server does about it."""

from __future__ import annotations

import json
import socket
import time
from typing import Self

import httpx
from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

from tests.live.pages import LIMIT, LivePage, settle
from tests.live.people import People
from tests.server import Server


def push_more_than_it_reads(server: Server, people: People) -> None:
    """Grace's socket stalls while her list comes anew again and again; it is closed with 1013, Ada gets every push
    meanwhile, and Grace's page comes back by its cursor."""
    for _ in range(50):
        people.broadcasts("<&>" * 166)
    browser = server.client("grace")
    page = LivePage(server, browser, "/notifications")
    sync_message = json.dumps(page.fields())
    page.drop()
    slow_before = metric(server, "desk_slow_readers_total")
    with (
        Stalled(server, browser, sync_message) as stalled,
        LivePage(server, people.browser["ada"], "/notifications") as quick,
    ):
        deadline = time.monotonic() + 30
        while metric(server, "desk_slow_readers_total") == slow_before:
            assert time.monotonic() < deadline, "a socket whose peer reads nothing must not stay"
            marker = people.broadcasts("<&>" * 166, who="ada")
            people.do("grace", "/api/notifications/seen", up_to=marker)
            quick.until_position(marker)
            quick.forget()
        assert stalled.close_code() == 1013
    page.connect()
    settle([page], people.broadcasts())
    page.assert_up_to_date()
    page.drop()


class Stalled:
    """A socket that sends its sync and then reads nothing, until it is asked how it ended."""

    def __init__(self, server: Server, browser: httpx.Client, sync_message: str) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        address = parse_uri(f"ws://127.0.0.1:{server.port}/live")
        self._protocol = ClientProtocol(address, origin=server.url, max_size=None)
        self._raw = socket.socket()
        self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._raw.settimeout(LIMIT)
        self._raw.connect(("127.0.0.1", server.port))
        request = self._protocol.connect()
        request.headers["Cookie"] = cookie
        self._protocol.send_request(request)
        self._send()
        while self._protocol.state is not State.OPEN:
            received = self._raw.recv(1)
            assert received, "the server cut the connection before it had answered the handshake"
            self._protocol.receive_data(received)
        self._protocol.send_text(sync_message.encode())
        self._send()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def _send(self) -> None:
        self._raw.sendall(b"".join(self._protocol.data_to_send()))

    def close_code(self) -> int | None:
        while self._protocol.close_rcvd is None and (received := self._raw.recv(65536)):
            self._protocol.receive_data(received)
        return self._protocol.close_rcvd and self._protocol.close_rcvd.code


def metric(server: Server, name: str) -> float:
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))
