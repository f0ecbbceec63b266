"""What calls a socket's listener: one message after the other, and then the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from app.live.writers import Listener


class Socket(Protocol):
    """A connection's protocol, as its queue needs it."""

    transport: asyncio.Transport

    def run_task(self, work: Coroutine[Any, Any, None]) -> None: ...
    def resume_reads(self) -> None: ...


class AttachedQueue:
    """Takes the place of uvicorn's queue: passes each message to the listener, in their order, and then the end."""

    def __init__(self, protocol: Socket, listener: Listener) -> None:
        self._protocol, self.listener = protocol, listener
        self._waiting: list[Any] = []  # a deque would take more than all the rest of this
        self._busy = False

    def put_nowait(self, event: Any) -> None:
        if event["type"] == "websocket.disconnect":  # what it still asked for is nobody's any more
            self._waiting = [other for other in self._waiting if other["type"] == event["type"]]
        self._waiting.append(event)
        if not self._busy:
            self._busy = True
            self._protocol.run_task(self._dispatch())

    async def _dispatch(self) -> None:
        try:
            while self._waiting:
                event = self._waiting.pop(0)
                if event["type"] == "websocket.disconnect":
                    self.listener.end(event["code"])
                    self._protocol.transport.close()
                    return  # and stays busy: nothing follows the end
                await self.listener.receive(event.get("text") or "")
                if self._waiting:  # several that came at once would hold the loop: on SQLite nothing in them suspends
                    await asyncio.sleep(0)
        except BaseException:
            self.listener.end(1011)
            self._protocol.transport.abort()
            raise
        self._busy = False
        self._protocol.resume_reads()
