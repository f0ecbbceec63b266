"""What app/live/protocol.py takes from uvicorn without a promise: each attribute by its name, on a connection whose
handshake uvicorn itself has made. When one is gone, uvicorn must not be raised past its bound in pyproject.toml
before the protocol does without it."""

from __future__ import annotations

import ast
import asyncio
import inspect
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from app.live import protocol
from app.live.protocol import DeskProtocol

OVERRIDDEN = {"handle_connect", "keepalive_timeout", "run_asgi", "shutdown", "start_keepalive"}
"""Methods of uvicorn's that it must go on calling by these names."""
USED = {
    "app", "close_sent", "close_timer", "conn", "handshake_complete", "logger", "loop", "on_task_complete", "queue",
    "read_paused", "receive", "request", "response", "scope", "send", "send_500_response", "tasks", "transport",
}  # fmt: skip
OF_THE_PARSER = {"data_to_send", "send_close"}
"""Of `conn`, which is the ServerProtocol of websockets."""
HANDSHAKE = (
    b"GET /live HTTP/1.1\r\nHost: desk.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def connected(kind: type[WebSocketsSansIOProtocol]) -> WebSocketsSansIOProtocol:
    accepted = asyncio.Event()

    async def accept(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        accepted.set()

    config = uvicorn.Config(accept, ws_ping_interval=None, ws_per_message_deflate=False, log_config=None)
    config.load()
    connection = kind(config, ServerState(), {})
    transport = Mock(spec=asyncio.Transport)
    transport.get_extra_info.return_value = None
    transport.is_closing.return_value = False
    connection.connection_made(transport)
    connection.data_received(HANDSHAKE)
    await asyncio.wait_for(accepted.wait(), 5)
    return connection


@pytest.mark.parametrize("name", sorted(USED | OVERRIDDEN))
async def test_uvicorn_still_has(name: str) -> None:
    connection = await connected(WebSocketsSansIOProtocol)
    assert hasattr(connection, name), f"uvicorn {uvicorn.__version__} has no {name!r}, which {protocol.__name__} needs"


@pytest.mark.parametrize("name", sorted(OF_THE_PARSER))
async def test_the_parser_still_has(name: str) -> None:
    connection = await connected(WebSocketsSansIOProtocol)
    assert hasattr(connection.conn, name), f"the parser in `conn` has no {name!r}, which {protocol.__name__} needs"


async def test_uvicorn_still_offers_extensions_in_the_scope() -> None:
    assert isinstance((await connected(WebSocketsSansIOProtocol)).scope["extensions"], dict)


@pytest.mark.parametrize("name", sorted(OVERRIDDEN))
def test_uvicorn_still_calls_what_is_overridden(name: str) -> None:
    server = inspect.getsource(uvicorn.Server)
    assert f".{name}" in inspect.getsource(WebSocketsSansIOProtocol) + server, (
        f"uvicorn {uvicorn.__version__} no longer calls {name!r}, which {protocol.__name__} overrides"
    )


def test_the_lists_here_are_complete() -> None:
    """All that the protocol reaches for of itself, and that is neither its own nor listed."""
    own = set(vars(DeskProtocol))
    tree = ast.parse(inspect.getsource(DeskProtocol))
    reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_self(node.value)}
    assert reached - (own - OVERRIDDEN) == USED
    assert own & set(dir(WebSocketsSansIOProtocol)) - {"__doc__", "__module__"} == OVERRIDDEN
    parser = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "conn"
    }
    assert parser == OF_THE_PARSER


def _is_self(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id == "self"
