"""uvicorn's HTTP protocol with bounds: how long a request's head may be, how much may come besides its body, and how
long all of it may take. How many connections there may be, and how slowly a response may be read: counted_protocol.py.

httptools itself has none of them. `serve` chooses it with `http="app.web.protocol:BoundedProtocol"`; it relies on
uvicorn 0.54's HttpToolsProtocol.
"""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from app.limits import LARGEST_BODY
from app.settings import settings
from app.web.counted_protocol import CountedProtocol
from app.web.joined_writes import JoinedWrites

LONGEST_URL = 8 * 1024
"""Bytes (RFC 9110, 4.1, asks for 8,000 at least)."""
MOST_HEADERS = 100
MOST_PIPELINED = 64
"""Requests of one connection that wait for the one before."""
MOST_OF_BODY = 4 * LARGEST_BODY
"""Bytes of a body as it comes, framing of chunks and trailers included. The application counts what is in it."""


class TooMuch(ValueError):
    """Stops the parser."""


class BoundedProtocol(CountedProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header_bytes = settings().header_bytes
        self.in_request = False
        """Some of a request has come, and not all of it."""
        self.in_head = False
        """The same of its request line and headers."""
        self.taken = 0
        """Bytes of it."""
        self.begun = 0
        """Requests that began in the part of the stream that was parsed last."""
        self.status = 400
        """With which a request is rejected that the parser stops at."""
        self.keeps_alive = False
        """Whether the connection stays open once the request has come whole."""
        self.deferred: ASGI3Application | None = None
        """What the present request starts once it has come whole."""
        self.deadline: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.place is not None:
            self.set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self.clear_deadline()
        super().connection_lost(exc)
        # Requests refer to the connection, and it to them: such circles would be left to the garbage collector, which
        # does not look at what has settled (app/live/garbage.py).
        self.pipeline.clear()
        self.deferred = None
        self.cycle = None  # type: ignore[assignment]

    def handle_websocket_upgrade(self) -> None:
        self.clear_deadline()
        super().handle_websocket_upgrade()

    @property
    def is_waiting(self) -> bool:
        return self.in_request or not self.is_working

    @property
    def is_half_open(self) -> bool:
        return self.in_request or super().is_half_open

    def shutdown(self) -> None:
        self.keeps_alive = False
        super().shutdown()

    # What comes: in parts of which each stays within what a head may still take.

    def data_received(self, data: bytes) -> None:
        rest, has_begun = data, False
        while rest:
            room = self.header_bytes - self.taken if self.in_head else self.header_bytes
            part, rest = rest[:room], rest[room:]
            was_in_request, self.begun = self.in_request, 0
            super().data_received(part)
            if self.is_socket or self.transport.is_closing():
                return
            has_begun = has_begun or self.begun > 0
            # One that began behind another in the same part counts from the next on: it takes two heads at most.
            self.taken = 0 if self.begun > 1 or (self.begun and was_in_request) else self.taken + len(part)
            if self.in_head and self.taken >= self.header_bytes:
                self.reject(431)
                return
            if self.in_request and self.taken > self.header_bytes + MOST_OF_BODY:
                self.reject(413)
                return
        if (self.in_request and has_begun) or (self.is_waiting and self.deadline is None):
            self.set_deadline()
        elif not self.is_waiting:
            self.clear_deadline()

    def on_message_begin(self) -> None:
        self.in_request = self.in_head = True
        self.begun += 1
        self.taken = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.in_head:  # a trailer is no header (RFC 9110, 6.5.1)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.url) > LONGEST_URL:
            self.stop_parser(414)
        if len(self.headers) > MOST_HEADERS:
            self.stop_parser(431)
        if len(self.pipeline) >= MOST_PIPELINED:
            self.stop_parser(429)
        before = self.cycle
        super().on_headers_complete()
        self.in_head = False
        if self.cycle is not before:
            # A response that comes before the request's end says "connection: close", and nothing is read after it.
            self.keeps_alive, self.cycle.keep_alive = self.cycle.keep_alive, False
            if self.scope["method"] != "HEAD":  # to which no body is written that would take the head along
                self.cycle.transport = JoinedWrites(self.transport, self.cycle)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        self.in_request = False
        if self.is_working:
            self.cycle.keep_alive = self.keeps_alive
        super().on_message_complete()
        self.start_deferred()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Half a request starts nothing, looks up no session and holds no turn; a peer that waits to be told to go on
        (Expect: 100-continue) is told so by the application, which reads."""
        if self.in_request and cycle is self.cycle and not self.expect_100_continue:
            self.deferred = app
        else:
            super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self.deferred is not None and len(self.cycle.body) > LARGEST_BODY:
            self.start_deferred()  # the application says that it is too much

    def start_deferred(self) -> None:
        app, self.deferred = self.deferred, None
        if app is not None:
            super()._start_asgi_task(self.cycle, app)

    def stop_parser(self, status: int) -> None:
        self.status = status
        raise TooMuch

    def send_400_response(self, msg: str) -> None:
        self.reject(self.status)

    # How it ends.

    def reject(self, status: int) -> None:
        """Responds if nothing else is being responded to, and closes."""
        is_behind = self.in_head or self.pipeline or (self.is_working and self.cycle.response_started)
        is_next = not self.is_working or (self.in_request and not is_behind)
        if is_next and not self.transport.is_closing():
            self.transport.write(
                STATUS_LINE[status] + b"connection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
                b"content-length: 0\r\n\r\n"
            )
        self.end()

    def end(self) -> None:
        self.clear_deadline()
        super().end()

    def set_deadline(self) -> None:
        self.clear_deadline()
        self.deadline = self.loop.call_later(self.request_seconds, self.miss_deadline)

    def clear_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def miss_deadline(self) -> None:
        self.deadline = None
        if self.in_request:
            self.reject(408)
        else:  # as a browser's that connects before it needs to: no response to a request that it has not sent
            self.end()
