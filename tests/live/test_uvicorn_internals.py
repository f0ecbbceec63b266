"""What app/live/protocol.py and app/web/protocol.py take from uvicorn without a promise: each attribute by its name, on
connections that uvicorn itself has made. When one is gone, uvicorn must not be raised past its bound in pyproject.toml
before the protocols do without it."""

from __future__ import annotations

import ast
import asyncio
import inspect
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from app.live import protocol
from app.live.protocol import DeskProtocol
from app.web.counted_protocol import CountedProtocol
from app.web.protocol import BoundedProtocol

OVERRIDDEN = {
    "connection_lost", "data_received", "handle_bytes", "handle_connect", "handle_cont", "handle_ping", "handle_pong",
    "handle_text", "keepalive_timeout", "receive", "run_asgi", "shutdown", "start_keepalive",
}  # fmt: skip
"""Methods of uvicorn's that it must go on calling by these names."""
OF_ASYNCIO = {"connection_lost", "connection_made", "data_received", "pause_writing"}
"""Those that a transport calls."""
USED = {
    "app", "close_sent", "close_timer", "conn", "handshake_complete", "handshake_initiated", "logger", "loop",
    "on_task_complete", "pending_ping_payload", "queue", "read_paused", "request", "response", "scope", "send",
    "send_500_response", "tasks", "transport",
}  # fmt: skip
OF_THE_PARSER = {"data_to_send", "send_close", "state"}
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


@pytest.mark.parametrize("name", sorted(OVERRIDDEN - OF_ASYNCIO))
def test_uvicorn_still_calls_what_is_overridden(name: str) -> None:
    server = inspect.getsource(uvicorn.Server)
    assert f".{name}" in inspect.getsource(WebSocketsSansIOProtocol) + server, (
        f"uvicorn {uvicorn.__version__} no longer calls {name!r}, which {protocol.__name__} overrides"
    )


def test_the_lists_here_are_complete() -> None:
    """All that the protocol reaches for of itself, and that is neither its own nor listed."""
    tree = ast.parse(inspect.getsource(DeskProtocol))
    own = set(vars(DeskProtocol))
    assert _reached(tree) - own == USED
    assert own & set(dir(WebSocketsSansIOProtocol)) - {"__doc__", "__module__"} == OVERRIDDEN
    assert _reached(tree, "conn") == OF_THE_PARSER


HTTP_OVERRIDDEN = {
    "_start_asgi_task", "connection_lost", "connection_made", "data_received", "handle_websocket_upgrade", "on_body",
    "on_header", "on_headers_complete", "on_message_begin", "on_message_complete", "on_response_complete",
    "pause_writing", "send_400_response", "shutdown", "timeout_keep_alive_handler",
}  # fmt: skip
HTTP_USED = {"cycle", "expect_100_continue", "headers", "loop", "pipeline", "scope", "transport", "url"}
OF_THE_CYCLE = {"body", "keep_alive", "response_complete", "response_started", "transport"}
"""Of `cycle`, which is one request and its response."""


def test_the_lists_of_the_http_protocol_are_complete() -> None:
    trees = [ast.parse(inspect.getsource(kind)) for kind in (CountedProtocol, BoundedProtocol)]
    methods = set(vars(CountedProtocol)) | set(vars(BoundedProtocol))
    fields = {
        target.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        for target in ast.walk(node)
        if isinstance(target, ast.Attribute) and isinstance(target.ctx, ast.Store)
    }
    reached = set().union(*(_reached(tree) for tree in trees))
    assert reached - methods - fields == HTTP_USED
    assert methods & set(dir(HttpToolsProtocol)) - {"__doc__", "__init__", "__module__"} == HTTP_OVERRIDDEN
    assert set().union(*(_reached(tree, "cycle") for tree in trees)) == OF_THE_CYCLE


def http_connection() -> HttpToolsProtocol:
    config = uvicorn.Config(Mock(), log_config=None)
    config.load()
    connection = HttpToolsProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    transport = Mock(spec=asyncio.Transport)
    transport.get_extra_info.return_value = None
    transport.is_closing.return_value = False
    connection.connection_made(transport)
    return connection


@pytest.mark.parametrize("name", sorted(HTTP_USED | HTTP_OVERRIDDEN))
async def test_uvicorns_http_protocol_still_has(name: str) -> None:
    connection = http_connection()
    connection.data_received(b"GET / HTTP/1.1\r\n\r\n")
    assert hasattr(connection, name)
    assert {name for name in OF_THE_CYCLE if hasattr(connection.cycle, name)} == OF_THE_CYCLE


async def test_uvicorn_still_calls_what_is_overridden_of_its_http_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser calls its callbacks on the protocol, and `cycle` the end of a response."""
    called: set[str] = set()
    for name in HTTP_OVERRIDDEN:
        really = getattr(HttpToolsProtocol, name)

        def noting(self: Any, *args: Any, name: str = name, really: Any = really) -> Any:
            called.add(name)
            return really(self, *args)

        monkeypatch.setattr(HttpToolsProtocol, name, noting)
    connection = http_connection()
    connection.data_received(b"GET / HTTP/1.1\r\nHost: desk.test\r\nContent-Length: 1\r\n\r\nx")
    connection.cycle.on_response()
    connection.data_received(b"no request\r\n\r\n")
    source = inspect.getsource(httptools_impl) + inspect.getsource(uvicorn.Server)
    assert {name for name in HTTP_OVERRIDDEN - OF_ASYNCIO if f".{name}" not in source} <= called
    assert called >= {name for name in HTTP_OVERRIDDEN if name.startswith("on_")}


def _reached(tree: ast.AST, of: str = "self") -> set[str]:
    """The attributes that a class asks for, of itself or of one of its own."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (_is_self(node.value) if of == "self" else isinstance(node.value, ast.Attribute) and node.value.attr == of)
    }


def _is_self(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id == "self"
