"""uvicorn's sans-IO WebSocket protocol, offering two things to the application: "write this ready frame", and "call
this listener for each message of the page, I return".

One frame is built once for a room and written to each transport: 4.5-5.5 µs a message, against 7.5-10 through
ASGI send.
`serve` chooses it with `ws="app.live.protocol:DeskProtocol"`; it relies on uvicorn 0.54's WebSocketsSansIOProtocol.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from app.live.writers import EXTENSION, Listener

LINGER = 2.0
"""Seconds that a peer has to read our close frame before the connection is cut."""
CLOSE_SPREAD = 2.0
"""Seconds over which a stopping server closes its sockets."""


class AttachedQueue:
    """Takes the place of uvicorn's queue: passes each message to the listener, in their order, and then the end."""

    def __init__(self, protocol: DeskProtocol, listener: Listener) -> None:
        self._protocol, self._listener = protocol, listener
        self._waiting: list[Any] = []  # a deque would take more than all the rest of this
        self._busy = False

    def put_nowait(self, event: Any) -> None:
        self._waiting.append(event)
        if not self._busy:
            self._busy = True
            self._protocol.run_task(self._dispatch())

    async def _dispatch(self) -> None:
        try:
            while self._waiting:
                event = self._waiting.pop(0)
                if event["type"] == "websocket.disconnect":
                    self._listener.end(event["code"])
                    self._protocol.transport.close()
                    return  # and stays busy: nothing follows the end
                await self._listener.receive(event.get("text") or "")
                if self._waiting:  # a hundred that came at once would hold the loop: on SQLite nothing in them suspends
                    await asyncio.sleep(0)
        except BaseException:
            self._listener.end(1011)
            self._protocol.transport.abort()
            raise
        self._busy = False
        self._protocol.resume_reads()


class DeskProtocol(WebSocketsSansIOProtocol):
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # not set when the handshake was rejected
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def write(self, frame: bytes) -> int:
        if self.close_sent or self.transport.is_closing():
            return -1
        self.transport.write(frame)
        return self.transport.get_write_buffer_size()

    def close(self, code: int) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:  # the peer's close reply must get through
            self.read_paused = False
            self.transport.resume_reading()
        # transport.close() would wait for ever for a peer that no longer reads.
        self.loop.call_later(LINGER, self.transport.abort)

    def stop(self) -> None:
        """Nothing runs for this socket but the server itself."""

    def attach(self, listener: Listener) -> None:
        pending, self.queue = self.queue, AttachedQueue(self, listener)  # type: ignore[assignment]
        while not pending.empty():
            self.queue.put_nowait(pending.get_nowait())

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
        elif self.close_timer is None:
            self.transport.close()

    def run_task(self, work: Coroutine[Any, Any, None]) -> None:
        """A task that a stopping server waits for."""
        task = self.loop.create_task(work)
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def resume_reads(self) -> None:
        if self.read_paused and not self.transport.is_closing():
            self.read_paused = False
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

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()
