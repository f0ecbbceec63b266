"""The websocket listener: who may connect, what a page says of itself, and how it is brought up to date."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import websocket_listener

from app.errors import DeskError
from app.live import fragments
from app.live.event import LogEntry
from app.live.fragments import Partial
from app.live.hub import Connection, Hub, frame
from app.live.regions import Batch, Block
from app.live.relay import Relay
from app.live.views import View, Views
from app.live.writers import QueueWriter, ready_writer
from app.origin import is_ours

logger = logging.getLogger(__name__)

REPLAY_LIMIT = 500
"""Events missed up to which a page is brought up to date row by row; beyond, its regions are sent whole."""

TRY_AGAIN, NOT_SIGNED_IN, NOT_ALLOWED = 1011, 4401, 4403


class Hello(msgspec.Struct):
    """What a page says after it connects and whenever it has shown something that came by HTTP."""

    cursor: str
    view: str
    rendered: str = ""
    """The log's position at which HTML that came by HTTP was rendered; empty once the socket has caught up with it."""


@asynccontextmanager
async def lifespan(socket: WebSocket[Any, Any, Any]) -> AsyncIterator[None]:
    """Accepts first and then refuses: a refused handshake looks like a dead network, and browsers retry for ever."""
    await socket.accept()
    hub: Hub = socket.app.state.hub
    connection: Connection | None = None
    code = None
    if not is_ours(socket.headers.get("origin"), socket.headers.get("host"), socket.app.state.settings.origins):
        code = NOT_ALLOWED
    elif socket.scope.get("user") is None:
        code = NOT_SIGNED_IN
    try:
        if code is not None:
            await socket.close(code)
        else:
            writer = ready_writer(socket) or QueueWriter(socket)
            connection = Connection(person=socket.user.id, session=socket.auth.id, writer=writer)
            socket.scope["connection"] = connection  # type: ignore[typeddict-unknown-key]
            hub.open.add(connection)
        yield
    except WebSocketDisconnect:
        pass
    finally:
        if connection is not None:
            hub.leave(connection)
            hub.open.discard(connection)
            connection.closed = True
            connection.writer.stop()


@websocket_listener("/live", connection_lifespan=lifespan)
async def live(data: str, socket: WebSocket[Any, Any, Any]) -> None:
    connection: Connection = socket.scope["connection"]  # type: ignore[typeddict-item]
    views: Views = socket.app.state.views
    relay: Relay = socket.app.state.relay
    try:
        hello = msgspec.json.decode(data, type=Hello)
        cursor, rendered = int(hello.cursor), int(hello.rendered or hello.cursor)
        view = views.of(hello.view)
        if view is None or socket.user.role not in view.page.roles:
            connection.close(NOT_ALLOWED)
            return
        await catch_up(relay, connection, view, socket.user, cursor, rendered, hello.rendered)
    except (msgspec.MsgspecError, ValueError, DeskError) as error:
        logger.warning("socket of person %s: cannot use %.200r: %s", connection.person, data, error)
        connection.close(TRY_AGAIN)
    except Exception:
        logger.exception("socket of person %s failed", connection.person)
        connection.close(TRY_AGAIN)


async def catch_up(
    relay: Relay, connection: Connection, view: View, reader: Any, cursor: int, rendered: int, mark: str
) -> None:
    """Sends what the page has missed, before anything live; then it listens.

    Nothing is written to this socket by others until the page stands where the hub stands: a push that overtook
    the replay would move the cursor past what is still missing.
    """
    hub = relay.hub
    first = connection.view is None
    # Frames meant for the view that the page showed before may have hit the one that it shows now.
    strayed = not first and connection.view != view and connection.sent > rendered
    hub.leave(connection)
    connection.view, connection.regions = view, view.regions(reader)
    since = min(cursor, rendered)
    if since > hub.position and since > await LogEntry.last_id():
        since, strayed = hub.position, True  # a cursor from some other log: nothing that the page shows can be trusted
    greeting: list[Partial] = [fragments.connection_live()] if first else []
    if mark:
        greeting.append(fragments.rendered_done(mark))
    blocks = [p for r in connection.regions if isinstance(r, Block) for p in await r.whole()] if first else []
    while True:
        position = hub.position
        partials = await missed(relay, connection, since, position, whole=strayed)
        if greeting or blocks or partials:
            connection.send(frame([*greeting, *partials, *blocks], max(position, since)), position)
        greeting, blocks, strayed = [], [], False
        since = max(since, position)
        if hub.position == position:
            break
    hub.enter(connection)


async def missed(relay: Relay, connection: Connection, since: int, position: int, *, whole: bool) -> list[Partial]:
    entries = await LogEntry.after(since, upto=position, limit=REPLAY_LIMIT + 1) if since < position else []
    if whole or len(entries) > REPLAY_LIMIT:
        return [p for region in connection.regions for p in await region.whole()]
    if not entries:
        return []
    batch = Batch(entries, relay.matrix)
    return [p for region in connection.regions for p in await relay.follow(region, batch)]
