"""A keep-alive HTTP/1.1 connection: one request at a time, as a browser's connection has."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from bench.load.loop import Loop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"
_COOKIE = re.compile(rb"\r\nset-cookie: *([^=;\r]+)=([^;\r]*)", re.IGNORECASE)


class HttpResponse(NamedTuple):
    status: int
    head: bytes
    body: bytes

    def cookies(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in _COOKIE.findall(self.head)}


class Http:
    def __init__(self, loop: Loop, port: int, headers: dict[str, str]) -> None:
        self.received = 0
        """Bytes of all responses so far, heads included."""
        self.busy = False
        self._loop = loop
        self._head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": f"127.0.0.1:{port}", **headers}.items())
        self._buffer, self._request, self._port = b"", b"", port
        self._sock: socket.socket | None = None

    def send(
        self, method: str, path: str, fields: dict[str, str] | None, then: Callable[[HttpResponse], object]
    ) -> None:
        """Sends the request, form-encoded; `then` is called with its response."""
        body = urlencode(fields).encode() if fields else b""
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if fields else ""
        self._then, self.busy = then, True
        self._request = f"{method} {path} HTTP/1.1\r\n{self._head}{form}\r\n".encode() + body
        self._connected().sendall(self._request)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> HttpResponse:
        responses: list[HttpResponse] = []
        self.send(method, path, fields, responses.append)
        self._loop.until(lambda: bool(responses), what=f"{method} {path}")
        return responses[0]

    def close(self) -> None:
        if self._sock is not None:
            self._loop.forget(self._sock.fileno())
            self._sock.close()
            self._sock = None

    def _connected(self) -> socket.socket:
        if self._sock is None:
            self._sock = socket.create_connection(("127.0.0.1", self._port))
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sock.setblocking(False)
            self._loop.watch(self._sock.fileno(), self._readable)
        return self._sock

    def _readable(self) -> None:
        try:
            data = self._connected().recv(262_144)
        except ConnectionResetError:
            data = b""
        if not data:  # a kept connection may be closed at any time: as a browser does, connect again
            self.close()
            if self.busy and self._buffer:
                raise ConnectionError("the server closed a connection within a response")
            if self.busy:
                self._connected().sendall(self._request)
            return
        self.received += len(data)
        self._buffer = self._buffer + data if self._buffer else data
        if (response := self._parse()) is not None:
            self._buffer, self.busy = b"", False
            self._then(response)

    def _parse(self) -> HttpResponse | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, rest = self._buffer[: end + 2], self._buffer[end + 4 :]
        status = int(head[9:12])
        if length := _LENGTH.search(head):
            return HttpResponse(status, head, rest) if len(rest) >= int(length[1]) else None
        if _CHUNKED.search(head):
            is_whole = rest == _LAST_CHUNK or rest.endswith(b"\r\n" + _LAST_CHUNK)  # a line of a chunk may end with 0
            return HttpResponse(status, head, _joined(rest)) if is_whole else None
        return HttpResponse(status, head, b"")


def _joined(chunks: bytes) -> bytes:
    body = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        length = int(size, 16)
        body, chunks = body + chunks[:length], chunks[length + 2 :]
        if not length:
            break
    return body
