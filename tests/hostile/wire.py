"""HTTP and WebSocket as bytes: little work for the attacker, and nothing that a proper client would refuse to send."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from tests.hostile.attack import Target, address

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
HANDSHAKE = (
    "GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{cookie}\r\n"
)
TEXT, CLOSE, PING = 0x1, 0x8, 0x9

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def dial(target: Target, source: str, receive_buffer: int | None = None) -> Streams:
    """A connection from one of our addresses. With a receive buffer, whatever is not read waits at the server."""
    plain = socket.socket()
    try:
        plain.setblocking(False)
        if receive_buffer is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plain.bind((source, 0))
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", target.port))
        return await asyncio.open_connection(sock=plain, limit=receive_buffer or 2**22)
    except BaseException:
        plain.close()
        raise


def hang_up(streams: Streams | None) -> None:
    if streams is not None:
        streams[1].transport.abort()


class Line:
    """A connection that is kept for one request after another, and opened again when the server has ended it."""

    def __init__(self, target: Target, source: str | None = None, token: str = "", accept: str = "*/*") -> None:
        self._target = target
        self._source = source or address()
        self._head = f"Host: 127.0.0.1:{target.port}\r\nAccept: {accept}\r\n"
        self._head += f"Cookie: desk={token}\r\n" if token else ""
        self._streams: Streams | None = None
        self._asked = ""
        self.body = b""
        """Of the last answer."""

    async def get(self, path: str) -> int:
        return await self.ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())

    async def post(self, path: str, form: Mapping[str, Any]) -> int:
        return await self.send("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded")

    async def send(self, method: str, path: str, body: bytes, kind: str) -> int:
        head = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return await self.ask(head.encode() + body)

    async def ask(self, request: bytes) -> int:
        """The answer's status, or 0 when the connection was cut before it."""
        try:
            if self._streams is None:
                self._streams = await dial(self._target, self._source)
            reader, writer = self._streams
            self._asked = request.partition(b" HTTP/")[0][:60].decode()
            writer.write(request)
            return await self._answer(reader)
        except (OSError, EOFError, asyncio.LimitOverrunError):
            self._target.answers["cut"] += 1
            self.close()
            return 0
        except asyncio.CancelledError:
            self.close()
            raise

    async def _answer(self, reader: asyncio.StreamReader) -> int:
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = int(head[9:12]), LENGTH.search(head)
        if length is not None:
            self.body = await reader.readexactly(int(length[1]))
        else:
            self.body = b""
        if length is None or b"connection: close" in head.lower():
            self.close()
        self._target.answers[str(status)] += 1
        self._look_at(status, head)
        return status

    def _look_at(self, status: int, head: bytes) -> None:
        """What must not be, whatever was asked for."""
        if status >= 500 and status != 503:
            self._wrong(f"{self._asked!r} was answered with {status}")
        if status == 429 and not (b"retry-after" in head.lower() and self.body):
            self._wrong(f"{self._asked!r} was answered with 429, without Retry-After or without words")

    def _wrong(self, words: str) -> None:
        if words not in self._target.wrong:
            self._target.wrong.append(words)

    def json(self) -> Any:
        return json.loads(self.body)

    def close(self) -> None:
        hang_up(self._streams)
        self._streams = None


class Socket:
    """A page's socket. `reads=False`: what the server writes is left where it is."""

    def __init__(self, target: Target, streams: Streams) -> None:
        self._target = target
        self.reader, self.writer = streams

    @classmethod
    async def open(cls, target: Target, source: str, token: str = "", *, reads: bool = True) -> Socket | None:
        """None when the handshake was refused, or cut."""
        streams: Streams | None = None
        try:
            streams = await dial(target, source, None if reads else 4096)
            cookie = f"Cookie: desk={token}\r\n" if token else ""
            streams[1].write(HANDSHAKE.format(port=target.port, cookie=cookie).encode())
            head = await streams[0].readuntil(b"\r\n\r\n")
        except BaseException as error:
            hang_up(streams)
            if not isinstance(error, OSError | EOFError | asyncio.LimitOverrunError):
                raise
            target.answers["refused"] += 1
            return None
        target.answers["101" if head[9:12] == b"101" else head[9:12].decode()] += 1
        if head[9:12] != b"101":
            hang_up(streams)
            return None
        return cls(target, streams)

    async def sync(self, view: str, cursor: str = "0") -> None:
        await self.write(frame(TEXT, json.dumps({"cursor": cursor, "view": view}).encode()))

    async def write(self, data: bytes) -> None:
        """Waits while the network takes no more; OSError once the server has ended it."""
        self.writer.write(data)
        await self.writer.drain()

    async def until_closed(self) -> None:
        """Reads and forgets, until the server ends it; notes its close code, which is in the last frame."""
        last = b""
        with suppress(OSError):
            while data := await self.reader.read(65536):
                last = (last + data)[-4:]
        code = struct.unpack("!H", last[-2:])[0] if last[:1] == bytes([0x80 | CLOSE]) else 1006
        self._target.answers[f"closed {code}"] += 1

    def close(self) -> None:
        self.writer.transport.abort()


def frame(kind: int, payload: bytes) -> bytes:
    """A client's frame under a mask of zeros: valid, and no work."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BH", 0xFE, len(payload))
    return bytes([0x80 | kind]) + length + b"\0\0\0\0" + payload
