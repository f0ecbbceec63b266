"""The socket of a page: who may connect, how a page's messages are read, and how it is brought up to date."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import WebSocket, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect

from app.errors import DeskError
from app.live import fragments, metrics
from app.live.connection import NOT_ALLOWED, NOT_SIGNED_IN, RESTART, TOO_SLOW_OR_MANY, TRY_AGAIN, Connection
from app.live.hub import Hub
from app.live.page_locale import fits
from app.live.replay import pause, replay, send_barrier, set_view
from app.live.usage import Charged, Payer
from app.live.views import Reader, Views
from app.live.writers import QueueWriter, ready_writer

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Sockets that are being authenticated or brought up to date at the same time; the others wait, and people take turns.
When thousands come back at once, requests, relay and scheduler still get a connection to the database, and no socket
waits for one so long that it is closed, reconnects, and makes the crowd larger."""


Position = Annotated[str, msgspec.Meta(max_length=15)]
"""Of the log: digits."""


class Sync(msgspec.Struct):
    """What a page sends after it connects and whenever it has shown something that came by HTTP."""

    cursor: Position
    view: str
    rendered: Position = ""
    """The log's position at which HTML that came by HTTP was rendered; empty once it has been replayed from there."""
    barrier: str = ""
    """The token of the last barrier that it has passed, if there is one."""
    paused: str = ""
    """Whether the page is paused already."""
    locale: str = ""
    """The language and the zone in which it was rendered."""
    pause: str = ""
    """`1`: pause from now on; `0`: go on."""

    @property
    def wants_pause(self) -> bool:
        return (self.pause or self.paused) == "1"


@dataclass(eq=False, slots=True)
class PageListener:
    """Takes the messages of a page, and notes the socket's end."""

    connection: Connection
    reader: Reader
    state: State
    """The application's: hub, relay, views, granted, gate, limiter, choices_of, network_of."""
    payer: Payer
    """To whom its work is charged."""
    started: float

    def spend(self) -> bool:
        hub: Hub = self.state.hub
        return hub.budgets.spend(self.connection.person)

    async def receive(self, text: str) -> None:
        connection, state = self.connection, self.state
        try:
            async with state.limiter.of(self.payer):
                end = await state.gate.pass_through(self.payer, later=True)
                try:
                    await Charged(self._synchronize(text), state.gate.usage, self.payer)
                finally:
                    end()
        except (msgspec.MsgspecError, ValueError, DeskError) as error:
            extra = {"person": connection.person}
            logger.warning("cannot use a socket's message: %s: %.200r", error, text, extra=extra)
            connection.close(TRY_AGAIN)
        except Exception:
            logger.exception("socket failed", extra={"person": connection.person})
            connection.close(TRY_AGAIN)

    async def _synchronize(self, text: str) -> None:
        connection = self.connection
        # What revokes a session later meets this socket; what revoked it while it was being accepted did not.
        if connection.view is None and (code := await self._out_of_date()) is not None:
            connection.close(code)
            return
        await synchronize(text, connection, self.reader, self.state)

    async def _out_of_date(self) -> int | None:
        """With which code it ends when its reader is not who they were when it was accepted."""
        chosen = await self.state.choices_of(self.connection.session)
        if chosen is None:
            return NOT_SIGNED_IN
        return None if chosen == (self.reader.language, self.reader.zone) else RESTART

    def end(self, code: int) -> None:
        hub: Hub = self.state.hub
        hub.disconnect(self.connection)
        self.connection.code = self.connection.code or code
        self.connection.writer.stop()
        log_end(self.started, self.connection.code, self.connection)


@websocket("/live")
async def live(socket: WebSocket[Any, Any, Any]) -> None:
    """Accepts first and then closes: a rejected handshake looks like a dead network, and browsers retry for ever."""
    started = time.monotonic()
    await socket.accept()
    ready = ready_writer(socket)
    if (code := close_code_for(socket)) is not None:
        if ready is not None:
            ready.close(code)
        else:
            await socket.close(code)
        log_end(started, code, address=socket.client.host if socket.client else None)
        return
    writer = ready or QueueWriter(socket)
    connection = Connection(person=socket.user.id, session=socket.auth.id, writer=writer, locale=socket.user.locale)
    state = socket.app.state
    listener = PageListener(connection, socket.user, state, (socket.user.id, state.network_of(socket)), started)
    socket.app.state.hub.connect(connection)
    if ready is not None:
        ready.attach(listener)
        return
    code = 1006
    try:
        while True:
            text = await socket.receive_text()
            if listener.spend():
                await listener.receive(text)
            else:
                connection.close(TOO_SLOW_OR_MANY)
    except WebSocketDisconnect as gone:
        code = gone.code
    finally:
        listener.end(code)


def log_end(started: float, code: int, connection: Connection | None = None, *, address: str | None = None) -> None:
    """`address`: of one that was not let in; else the session tells it."""
    metrics.CLOSES.labels(code=str(code)).inc()
    logger.info(
        "socket ended",
        extra={
            "address": address,
            "person": connection and connection.person,
            "code": code,
            "event_id": connection and connection.sent,
            "seconds": round(time.monotonic() - started, 3),
        },
    )


def close_code_for(socket: WebSocket[Any, Any, Any]) -> int | None:
    """Why it may not connect; None for a socket that may."""
    if socket.scope.get("is_cross_origin"):
        return NOT_ALLOWED
    if socket.scope.get("database_unavailable"):
        return TRY_AGAIN
    if (person := socket.scope.get("user")) is None:
        return NOT_SIGNED_IN
    hub: Hub = socket.app.state.hub
    return None if hub.budgets.spend(person.id) else TOO_SLOW_OR_MANY


async def synchronize(text: str, connection: Connection, reader: Reader, state: State) -> None:
    """Raises ValueError, DeskError or msgspec's errors for a message that makes no sense."""
    sync = msgspec.json.decode(text, type=Sync)
    cursor = int(sync.cursor)
    views: Views = state.views
    view = views.of(sync.view)
    if view is None or reader.role not in view.page.roles:
        connection.close(NOT_ALLOWED)
        return
    if not fits(connection, reader, sync.locale):
        connection.send([fragments.reload()], cursor)
        return
    before, was_paused = connection.view, connection.paused_at is not None
    has_new_regions = await view.ready(reader) or before is None or before != view or was_paused
    if has_new_regions:
        set_view(state.relay, connection, view, reader, state.granted(reader.id, reader.role))
    if before is not None and before != view:
        send_barrier(connection, before.scope)
        return
    if connection.barrier:
        if sync.barrier != connection.barrier:
            return  # it was sent before the page passed the barrier, which makes it sync again
        connection.barrier = ""
        hub: Hub = state.hub
        hub.budgets.give_back(connection.person)
    if sync.wants_pause:
        await pause(state.relay, connection, cursor)
    else:
        greet = before is None or was_paused
        await replay(state.relay, connection, cursor, sync.rendered, greet=greet, with_counts=has_new_regions)
