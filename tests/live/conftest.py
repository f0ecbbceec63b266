from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from app.events import possible_rooms
from app.live.hub import Hub
from app.live.log import LogEntry
from app.live.relay import Relay
from app.live.waiting import serve_next, serve_waiting
from tests.loops import as_long_as


@pytest.fixture
async def relay(desk: None) -> Relay:
    """A relay of this process that delivers what `deliver` tells it to."""
    from tests.browser import app

    relay = Relay(Hub(), possible_rooms)
    await relay.load_position()
    app.state.hub = relay.hub  # the pages of this process bear its position
    return relay


@pytest.fixture
async def running(relay: Relay) -> AsyncIterator[Relay]:
    """The same, at work by itself."""
    tasks = [asyncio.create_task(work()) for work in (relay.run, serve_waiting(relay))]
    yield relay
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def deliver(relay: Relay, one_by_one: bool = False) -> None:
    """All that the log holds and the relay has not published yet. As a task: the loop's budget counts it."""
    entries = await LogEntry.after(relay.hub.position)
    for batch in [[entry] for entry in entries] if one_by_one else [entries]:
        await asyncio.create_task(relay.deliver(batch))
        await serve_all(relay)


async def serve_all(relay: Relay) -> None:
    """Whoever waits gets their turn."""
    for _ in as_long_as(lambda: relay.hub._waiting, "pages wait, though all have had their turns"):
        await asyncio.create_task(serve_next(relay))


async def count_now(relay: Relay) -> None:
    """The counts that the relay has put off, as they are sent a few times a second."""
    relay._summaries_sent = 0.0
    await asyncio.create_task(relay._refresh_summaries())
