"""The socket of a page: who may connect, what a page says of itself, and how it is brought up to date."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect

from app.errors import DeskError
from app.live import metrics
from app.live.hub import NOT_ALLOWED, NOT_SIGNED_IN, TOO_SLOW_OR_MANY, TRY_AGAIN, Connection, Hub
from app.live.relay import Relay
from app.live.replay import pause, replay
from app.live.views import Views
from app.live.writers import QueueWriter, ready_writer
from app.web.cross_origin import is_ours

logger = logging.getLogger(__name__)

MOST_MESSAGES = 100
"""Messages that a page may send in a minute; it needs one for each connection, navigation and action."""


AT_ONCE = 4
"""Sockets that are being authenticated or brought up to date at the same time; the others wait for their turn. When
thousands come back at once, requests, relay and clock still find a connection to the database, and no socket waits for
one so long that it is sent away, comes again, and makes the crowd larger."""


class Hello(msgspec.Struct):
    """What a page says after it connects and whenever it has shown something that came by HTTP."""

    cursor: str
    view: str
    rendered: str = ""
    """The log's position at which HTML that came by HTTP was rendered; empty once the socket has caught up with it."""
    swapped: str = ""
    """The same, while the page is one that a link has swapped in: frames for the page before it may have hit it."""
    paused: str = ""
    """Whether the page holds still already."""
    hold: str = ""
    """`1`: hold still from now on; `0`: go on."""

    @property
    def wants_to_hold(self) -> bool:
        return (self.hold or self.paused) == "1"


@dataclass(eq=False, slots=True)
class PageListener:
    """Audience what a page says over its socket, and notes the socket's end."""

    connection: Connection
    reader: Any
    state: State
    """The application's: hub, relay, views, turns, lasts."""
    started: float

    async def hear(self, text: str) -> None:
        connection, state = self.connection, self.state
        if says_too_much(connection):
            connection.close(TOO_SLOW_OR_MANY)
            return
        try:
            async with state.turns:
                # What revokes a session later finds this socket; what revoked it while it was being accepted did not.
                if connection.view is None and not await state.lasts(connection.session):
                    connection.close(NOT_SIGNED_IN)
                    return
                await hear(text, connection, self.reader, state.views, state.relay)
        except (msgspec.MsgspecError, ValueError, DeskError) as error:
            extra = {"person": connection.person}
            logger.warning("cannot use a socket's message: %s: %.200r", error, text, extra=extra)
            connection.close(TRY_AGAIN)
        except Exception:
            logger.exception("socket failed", extra={"person": connection.person})
            connection.close(TRY_AGAIN)

    def end(self, code: int) -> None:
        hub: Hub = self.state.hub
        hub.disconnect(self.connection)
        self.connection.code = self.connection.code or code
        self.connection.writer.stop()
        note_end(self.started, self.connection.code, self.connection)


@websocket("/live")
async def live(socket: WebSocket[Any, Any, Any]) -> None:
    """Accepts first and then refuses: a refused handshake looks like a dead network, and browsers retry for ever."""
    started = time.monotonic()
    await socket.accept()
    if (code := refusal(socket)) is not None:
        await socket.close(code)
        note_end(started, code)
        return
    ready = ready_writer(socket)
    writer = ready or QueueWriter(socket)
    connection = Connection(person=socket.user.id, session=socket.auth.id, writer=writer)
    listener = PageListener(connection, socket.user, socket.app.state, started)
    socket.app.state.hub.connect(connection)
    if ready is not None:
        ready.attach(listener)
        return
    code = 1006
    try:
        while True:
            await listener.hear(await socket.receive_text())
    except WebSocketDisconnect as gone:
        code = gone.code
    finally:
        listener.end(code)


def note_end(started: float, code: int, connection: Connection | None = None) -> None:
    metrics.CLOSES.labels(code=str(code)).inc()
    logger.info(
        "socket ended",
        extra={
            "person": connection and connection.person,
            "code": code,
            "event_id": connection and connection.sent,
            "seconds": round(time.monotonic() - started, 3),
        },
    )


def refusal(socket: WebSocket[Any, Any, Any]) -> int | None:
    if not is_ours(socket.headers.get("origin"), socket.headers.get("host"), socket.app.state.settings.origins):
        return NOT_ALLOWED
    if socket.scope.get("database_unavailable"):
        return TRY_AGAIN
    return NOT_SIGNED_IN if socket.scope.get("user") is None else None


async def hear(data: str, connection: Connection, reader: Any, views: Views, relay: Relay) -> None:
    """Raises ValueError or msgspec's errors for a message that makes no sense."""
    hello = msgspec.json.decode(data, type=Hello)
    cursor = int(hello.cursor)
    view = views.of(hello.view)
    if view is None or reader.role not in view.page.roles:
        connection.close(NOT_ALLOWED)
    elif hello.wants_to_hold:
        await pause(relay, connection, view, reader, cursor)
    else:
        await replay(relay, connection, view, reader, cursor, hello.rendered, hello.swapped)


def says_too_much(connection: Connection) -> bool:
    at = time.monotonic()
    if at - connection.minute >= 60:
        connection.minute, connection.said = at, 0
    connection.said += 1
    return connection.said > MOST_MESSAGES
