"""A websocket client that does nothing but receive quickly: RFC 6455, text, ping and close."""

from __future__ import annotations

import base64
import os
import socket
import struct
from collections.abc import Callable

from bench.load.loop import Loop

_ARRIVED = memoryview(bytearray(262_144))
"""One for all sockets: a buffer of its own for each read would cost more than the read."""


class Closed(ConnectionError):
    """The server closed a page's socket; the message tells with which code."""


class WebSocket:
    def __init__(self, loop: Loop, port: int, on_text: Callable[[bytes], None]) -> None:
        self.received = 0
        """Bytes since the handshake."""
        self._loop, self._on_text, self._buffer = loop, on_text, b""
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def shake_hands(self, path: str, headers: dict[str, str]) -> None:
        port = self._sock.getpeername()[1]
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Origin: http://127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._sock.sendall("\r\n".join([*lines, "", ""]).encode())
        handshake = b""
        while b"\r\n\r\n" not in handshake:
            data = self._sock.recv(4096)
            if not data:
                raise Closed("during the handshake")
            handshake += data
        head, _, self._buffer = handshake.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Closed(head.split(b"\r\n")[0].decode())

    def listen(self) -> None:
        """From now on what comes goes to `on_text`."""
        self._sock.setblocking(False)
        self._loop.watch(self._sock.fileno(), self._readable)
        if self._buffer:
            self._take()

    def send(self, text: str) -> None:
        self._send(0x1, text.encode())

    def close(self) -> None:
        self._loop.forget(self._sock.fileno())
        self._sock.close()

    def _send(self, opcode: int, body: bytes) -> None:
        size = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack("!H", len(body))
        self._sock.sendall(bytes([0x80 | opcode]) + size + b"\0\0\0\0" + body)  # a mask of zeros is a mask

    def _readable(self) -> None:
        size = self._sock.recv_into(_ARRIVED)
        if not size:
            raise Closed("without a close frame")
        self.received += size
        self._buffer += _ARRIVED[:size]
        self._take()

    def _take(self) -> None:
        data, at = self._buffer, 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if len(data) < start + size:
                break
            self._frame(data[at], data[start : start + size])
            at = start + size
        self._buffer = data[at:]

    def _frame(self, first: int, body: bytes) -> None:
        if first == 0x81:
            self._on_text(body)
        elif first == 0x89:
            self._send(0xA, body)
        elif first == 0x88:
            raise Closed(f"with {int.from_bytes(body[:2], 'big')} {body[2:].decode(errors='replace')}")
        elif first != 0x8A:
            raise Closed(f"an unexpected frame began with {first:#x}")
