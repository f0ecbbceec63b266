"""HEAD, on a real server: what GET says of a page, and not a byte of it."""

from __future__ import annotations

import re

import pytest

from tests.raw import Peer, head
from tests.server import Server

VARYING = ("date", "content-length")
"""The time, and how long a page is that is compressed."""
PATHS = (
    "/admin", "/admin/codes", "/admin/codes?q=x", "/admin/accounts/new", "/notifications", "/me", "/", "/extend/1",
    "/login", "/healthz", "/metrics", "/live/ended", "/static/app.css", "/static/nothing", "/no/such/page",
)  # fmt: skip


@pytest.mark.parametrize("name", ["ada", None])
def test_head_says_what_get_says(server: Server, name: str | None) -> None:
    client = server.client(name)
    for path in PATHS:
        for headers in ({"Accept": "text/html", "Sec-Fetch-Site": "none"}, {"Accept": "application/json"}):
            get, asked = (client.request(method, path, headers=headers) for method in ("GET", "HEAD"))
            assert asked.status_code == get.status_code, path
            assert asked.content == b""
            kept = [[pair for pair in response.headers.items() if pair[0] not in VARYING] for response in (get, asked)]
            assert kept[0] == kept[1], path
            if "content-encoding" not in get.headers and path != "/metrics":
                assert asked.headers.get("content-length") == get.headers.get("content-length"), path


def test_nothing_follows_the_headers_and_the_connection_goes_on(server: Server) -> None:
    with Peer(server) as peer:
        for _ in range(3):
            assert peer.sends(head("HEAD", "/login"))
            heard = b""
            while b"\r\n\r\n" not in heard:
                heard += (part := peer.hears())
                assert part, heard
            assert heard.startswith(b"HTTP/1.1 200 ")
            assert heard.endswith(b"\r\n\r\n")
            assert int(re.search(rb"content-length: (\d+)", heard)[1]) > 1_000  # type: ignore[index]
        assert peer.gets("/login") == 200
