"""uvicorn's HTTP protocol, counted: it needs a place among the connections of its address and of the process, and loses
it when its peer does not read. To a socket it hands it on."""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import get_remote_addr

from app.settings import settings
from app.web.connections import Place, connections
from app.web.upgrades import upgrades

SLOWEST = 500
"""Bytes a second that a peer has to read of what waits for it."""
NO_ROOM = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 21\r\n\r\nToo many connections."
)


class CountedProtocol(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_seconds = settings().request_seconds
        self.place: Place | None = None
        self.is_socket = False
        self.reads_by: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        peer = get_remote_addr(transport)
        self.place = connections().enter(peer[0] if peer else "", self)
        if self.place is None:
            self.transport = transport
            transport.write(NO_ROOM)
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.reads_by is not None:
            self.reads_by.cancel()
        if self.place is not None:
            self.place.leave()
        super().connection_lost(exc)

    @property
    def is_working(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def is_waiting(self) -> bool:
        return not self.is_working

    @property
    def is_half_open(self) -> bool:
        return self.cycle is None

    def cut(self) -> None:
        assert self.place is not None, "only what has a place is cut"
        self.place.leave()
        self.transport.abort()

    def handle_websocket_upgrade(self) -> None:
        if self.is_working:  # its response would be written into the socket
            self.transport.abort()
            return
        assert self.place is not None, "nothing is read from what has no place"
        self.is_socket = True
        self.place.pass_to_socket()
        self.transport.pause_reading()  # what comes meanwhile is the socket's
        upgrades().put(self.place.network, partial(self.upgrade, self.place))

    def upgrade(self, place: Place) -> None:
        if not self.transport.is_closing():
            super().handle_websocket_upgrade()
            # It reads on when the application has accepted the socket, or has ended it.
            self.transport.get_protocol().leave = place.leave  # type: ignore[attr-defined]

    def end(self) -> None:
        """What was written goes out, and nothing is read any more."""
        self.transport.close()
        self.watch_reader()

    def timeout_keep_alive_handler(self) -> None:
        self.end()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.watch_reader()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.watch_reader()

    def watch_reader(self) -> None:
        if self.reads_by is None and (waiting := self.transport.get_write_buffer_size()):
            self.reads_by = self.loop.call_later(self.request_seconds, self.check_reader, waiting)

    def check_reader(self, before: int) -> None:
        self.reads_by = None
        waiting = self.transport.get_write_buffer_size()
        if waiting > max(0, before - SLOWEST * self.request_seconds):
            self.transport.abort()  # close() would wait for ever
        else:
            self.watch_reader()
