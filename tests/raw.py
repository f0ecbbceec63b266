"""A peer that speaks bytes, not HTTP: it can stop in the middle, send without end, and not read."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from typing import Self

from tests.server import Server

LIMIT = 20.0
"""Seconds that the server may leave a peer waiting."""
AT_A_TIME = 64 * 1024


class Peer:
    """`address`: the one that it comes from, any of 127.0.0.0/8 (Linux)."""

    def __init__(self, server: Server, address: str = "127.0.0.1", *, buffer: int | None = None) -> None:
        self.port = server.port
        self.raw = socket.socket()
        if buffer is not None:
            self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.raw.settimeout(LIMIT)
        self.raw.bind((address, 0))
        self.raw.connect(("127.0.0.1", server.port))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.raw.close()

    def sends(self, data: bytes) -> bool:
        """Whether the server has taken it."""
        try:
            self.raw.sendall(data)
        except (ConnectionError, TimeoutError):
            return False
        return True

    def pours(self, data: bytes, most: int) -> int:
        """Sends it again and again; gives the bytes that were taken before the server ended the connection."""
        portion = data * max(1, AT_A_TIME // len(data))
        taken = 0
        while taken < most:
            try:
                taken += self.raw.send(portion[: most - taken])
            except (ConnectionError, TimeoutError):
                break
        return taken

    def hears(self, many: int = 65_536) -> bytes:
        """What has come next; nothing at the end. Raises TimeoutError when neither comes."""
        try:
            return self.raw.recv(many)
        except ConnectionError:
            return b""

    def hears_all(self) -> bytes:
        """Until the server ends the connection."""
        heard = b""
        while part := self.hears():
            heard += part
        return heard

    def gets(self, path: str = "/healthz") -> int:
        """The status of a whole request's response; 0 when there is none."""
        if not self.sends(head("GET", path)):
            return 0
        response = b""
        while not _is_whole(response):
            if not (part := self.hears()):
                return 0
            response += part
        return status_of(response)


def head(method: str, path: str, headers: Mapping[str, str] | None = None, *, ends: bool = True) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: desk.test"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n" + (b"\r\n" if ends else b"")


def _is_whole(response: bytes) -> bool:
    start, found, body = response.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", start.lower())
    return bool(found) and length is not None and len(body) >= int(length[1])


def status_of(response: bytes) -> int:
    return int(response.split(b" ", 2)[1]) if response.startswith(b"HTTP/1.1 ") else 0
