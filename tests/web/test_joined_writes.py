"""A response is one write: its head goes out with the first of its body."""

from __future__ import annotations

import asyncio
import gc
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from app.web.protocol import BoundedProtocol

HEADERS = [(b"content-length", b"2")]


async def written(request: bytes, *messages: dict[str, Any]) -> list[bytes]:
    """What the protocol has written when the application has said this to that request. The transport is the one thing
    here that is not real, as writes are what is counted."""
    answered = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(message)
        answered.set()

    config = uvicorn.Config(app, log_config=None)
    config.load()
    connection = BoundedProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    transport = Mock(spec=asyncio.Transport)
    transport.get_extra_info.return_value = None
    transport.is_closing.return_value = False
    connection.connection_made(transport)
    connection.data_received(request)
    await asyncio.wait_for(answered.wait(), 5)
    await asyncio.sleep(0)
    connection.connection_lost(None)
    return [call.args[0] for call in transport.write.call_args_list]


def start(status: int = 200, headers: Any = HEADERS) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(text: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text, "more_body": more}


async def test_a_response_is_one_write() -> None:
    [one] = await written(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", start(), body(b"ok"))
    assert one.startswith(b"HTTP/1.1 200 OK\r\n")
    assert one.endswith(b"\r\n\r\nok")


async def test_what_comes_later_is_written_when_it_comes() -> None:
    first, second = await written(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", start(), body(b"o", more=True), body(b"k"))
    assert first.endswith(b"\r\n\r\no")
    assert second == b"k"


@pytest.mark.parametrize(
    ("method", "status", "headers"), [("GET", 204, []), ("HEAD", 200, HEADERS), ("GET", 304, []), ("GET", 303, [])]
)
async def test_a_head_without_a_body_is_not_held_back(method: str, status: int, headers: Any) -> None:
    request = f"{method} / HTTP/1.1\r\nhost: x\r\n\r\n".encode()
    sent = b"".join(await written(request, start(status, headers), body(b"")))
    assert sent.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\n\r\n" in sent


async def test_continue_comes_before_the_response() -> None:
    request = b"POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 0\r\n\r\n"
    first, second = await written(request, start(), body(b"ok"))
    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert second.endswith(b"ok")


async def test_a_head_whose_body_never_comes_is_written_before_the_end() -> None:
    """As the application fails after it: uvicorn closes the connection then."""
    sent = await written(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", start())
    assert sent[0].startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_connection_that_is_gone_leaves_nothing_to_the_garbage_collector() -> None:
    """Requests that it had sent ahead, and one that is still being worked on, either."""
    going_on = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await going_on.wait()
        await send(start())
        await send(body(b"ok"))

    config = uvicorn.Config(app, log_config=None)
    config.load()
    gc.collect()
    gc.disable()
    try:
        state = ServerState()
        connection = BoundedProtocol(config, state, {}, asyncio.get_running_loop())
        transport = Mock(spec=asyncio.Transport)
        transport.get_extra_info.return_value = None
        transport.is_closing.return_value = False
        transport.get_write_buffer_size.return_value = 0
        connection.connection_made(transport)
        connection.data_received(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 20)
        assert len(cycles()) == 20
        transport.is_closing.return_value = True
        connection.connection_lost(None)
        assert len(cycles()) == 1
        going_on.set()
        await asyncio.gather(*state.tasks)
        await asyncio.sleep(0)
        assert cycles() == []
    finally:
        gc.enable()


def cycles() -> list[object]:
    return [each for each in gc.get_objects() if isinstance(each, RequestResponseCycle)]
