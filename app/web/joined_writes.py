"""A response's head goes out with the first of its body: uvicorn writes them one by one, and each is a call of the
kernel: of a small response two, where one does. Half of what an action costs are such calls."""

from __future__ import annotations

import asyncio
from weakref import ref

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class JoinedWrites:
    """Takes the place of the transport in a request's cycle, which asks no more of it than this."""

    __slots__ = ("_cycle", "_has_begun", "_head", "_transport")

    def __init__(self, transport: asyncio.Transport, cycle: RequestResponseCycle) -> None:
        self._transport = transport
        self._cycle = ref(cycle)  # whose own this is: a circle would be left to the garbage collector
        self._head = b""
        self._has_begun = False

    def write(self, data: bytes) -> None:
        # Not before it has started: that would be a "100 Continue".
        if not self._has_begun and (cycle := self._cycle()) is not None and cycle.response_started:
            self._has_begun, self._head = True, data
            return
        if self._head:
            data, self._head = self._head + data, b""
        self._transport.write(data)

    def close(self) -> None:
        if self._head:  # there will be no body, as something went wrong
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()
