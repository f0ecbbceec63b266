"""uvicorn's sans-IO WebSocket protocol, offering two things to the application: "write this ready frame", and "call
this listener for each message of the page, I return".

One frame is built once for a room and written to each transport: 4.5-5.5 µs a message, against 7.5-10 through
ASGI send. What a peer sends is read only as fast as it is worked on: nothing before the application has accepted the
socket and attached a listener, nothing while a message is being worked on, nothing after our close frame.
`serve` chooses it with `ws="app.live.protocol:DeskProtocol"`; it relies on uvicorn 0.54's WebSocketsSansIOProtocol.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine
from typing import Any

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State

from app.live.attached_queue import AttachedQueue
from app.live.connection import TOO_SLOW_OR_MANY
from app.live.writers import EXTENSION, Listener

LINGER = 2.0
"""Seconds that a peer has to read our close frame, at most, before the connection is cut; half of it at least, so that
a thousand that were closed at once are not cut at once."""
CLOSE_SPREAD = 2.0
"""Seconds over which a stopping server closes its sockets."""
PART = 1024
"""Bytes that are parsed at a time: some 170 of the smallest frames, 2 ms of work."""


def nobody() -> None:
    """Nobody counts this connection."""


class DeskProtocol(WebSocketsSansIOProtocol):
    leave: Callable[[], None] = staticmethod(nobody)
    """Called when the connection is lost; app.web.protocol sets it."""
    unread = b""
    """What has come and is not parsed yet."""

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.leave()

    def data_received(self, data: bytes) -> None:
        self.unread = self.unread + data if self.unread else data
        self.parse()
        if not self.handshake_initiated:  # uvicorn hands over a whole request, so that this is none that can be used
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.end()

    def parse(self) -> None:
        """Part by part, so that what ends the socket, or pauses it, ends the parsing."""
        unread, start = self.unread, 0
        self.unread = b""
        while start < len(unread) and not (self.read_paused or self.close_sent or self.transport.is_closing()):
            super().data_received(unread[start : start + PART])
            start += PART
        if self.close_sent or self.transport.is_closing():
            self.end()
        else:
            self.unread = unread[start:]

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # not set when the handshake was rejected
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self
            self.read_paused = True
            self.transport.pause_reading()

    async def receive(self) -> ASGIReceiveEvent:
        if self.handshake_complete:
            self.resume_reads()
        return await self.queue.get()

    # Every frame that we have not asked for counts (app/live/budget.py).

    def handle_ping(self) -> None:
        if self.admits():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self.pending_ping_payload == event.data or self.admits():
            super().handle_pong(event)

    def handle_text(self, event: Frame) -> None:
        if self.admits():
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        if self.admits():
            super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        if self.admits():
            super().handle_cont(event)

    def admits(self) -> bool:
        if self.close_sent or self.transport.is_closing():
            return False
        if isinstance(self.queue, AttachedQueue) and not self.queue.listener.spend():
            self.close(TOO_SLOW_OR_MANY)
            return False
        return True

    def write(self, frame: bytes) -> int:
        if self.close_sent or self.transport.is_closing():
            return -1
        self.transport.write(frame)
        return self.transport.get_write_buffer_size()

    def close(self, code: int) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        if self.conn.state is State.OPEN:  # not if the peer has closed it in the part that is being parsed
            self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.end()

    def end(self) -> None:
        """What we have written goes out, nothing is read any more: a reply to our close frame tells us nothing."""
        self.unread = b""
        if self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = None
        self.transport.close()
        # close() would wait for ever for a peer that does not read.
        self.loop.call_later(random.uniform(LINGER / 2, LINGER), self.transport.abort)  # noqa: S311 - no secret

    def stop(self) -> None:
        """Nothing runs for this socket but the server itself."""

    def attach(self, listener: Listener) -> None:
        pending, self.queue = self.queue, AttachedQueue(self, listener)  # type: ignore[assignment]
        while not pending.empty():
            self.queue.put_nowait(pending.get_nowait())
        self.resume_reads()

    async def run_asgi(self) -> None:
        """uvicorn's own ends the connection when the application returns; an attached socket lives on."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("Exception in ASGI application")
        self.send_500_response()  # does nothing once the handshake has been responded to
        if isinstance(self.queue, AttachedQueue):
            del self.scope
        else:
            self.end()

    def run_task(self, work: Coroutine[Any, Any, None]) -> None:
        """A task that a stopping server waits for."""
        task = self.loop.create_task(work)
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def resume_reads(self) -> None:
        if not self.read_paused or self.close_sent or self.transport.is_closing():
            return
        self.read_paused = False
        self.parse()
        if not (self.read_paused or self.transport.is_closing()):  # what was left may have paused or ended it
            self.transport.resume_reading()

    def start_keepalive(self) -> None:
        super().start_keepalive()
        # The handshake is over: what is left of it would be a tenth of an idle socket's memory.
        self.request = self.response = None  # type: ignore[assignment]

    def shutdown(self) -> None:
        """The server stops: 1012, but not to all at the same moment, so that they do not all reconnect at once."""
        self.loop.call_later(random.uniform(0, CLOSE_SPREAD), self._close_for_restart)  # noqa: S311 - no secret

    def _close_for_restart(self) -> None:
        if self.handshake_complete:
            self.close(1012)
        else:
            super().shutdown()
            self.end()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()
