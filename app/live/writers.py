"""Two ways to write to a socket without waiting for it: straight to the transport, or through any ASGI send."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from litestar import WebSocket

from app.live.connection import Writer

EXTENSION = "desk.ready_frame"
"""Name under which app.live.protocol offers itself in scope["extensions"]."""


class Listener(Protocol):
    """What serves a socket once its handshake is over."""

    def spend(self) -> bool:
        """Called for each frame of the peer's that we have not asked for, before it is worked on: whether it may be."""

    async def receive(self, text: str) -> None:
        """Raises nothing; called for one message after the other."""

    def end(self, code: int) -> None:
        """The socket is gone; called once, after the last message."""


class ReadyWriter(Writer, Protocol):
    def attach(self, listener: Listener) -> None:
        """From now on the server calls the listener by itself, and the application's call may return: an idle socket
        keeps no task and no stack of coroutines, which would be half of its memory."""


def ready_writer(socket: WebSocket[Any, Any, Any]) -> ReadyWriter | None:
    """The fast path; None under a server that does not offer it."""
    extensions: dict[str, Any] = socket.scope.get("extensions") or {}
    return extensions.get(EXTENSION)


class QueueWriter:
    """For every other server: frames wait here, and one task awaits the server's send for them."""

    def __init__(self, socket: WebSocket[Any, Any, Any]) -> None:
        self._socket = socket
        self._queue: asyncio.Queue[bytes | int] = asyncio.Queue()
        self._waiting = 0
        self._ending = False
        self._task = asyncio.create_task(self._pump())

    def write(self, frame: bytes) -> int:
        if self._ending:
            return -1
        self._waiting += len(frame)
        self._queue.put_nowait(frame)
        return self._waiting

    def close(self, code: int) -> None:
        self._ending = True  # or what waits for a reader who no longer reads would grow for ever
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(code)

    def stop(self) -> None:
        self._ending = True
        self._task.cancel()

    async def _pump(self) -> None:
        while not isinstance(item := await self._queue.get(), int):
            await self._socket.send_text(_text(item))
            self._waiting -= len(item)
        await self._socket.close(item)


def _text(frame: bytes) -> str:
    """The text in a frame that fragments.text_frame built."""
    head = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[head:].decode()
