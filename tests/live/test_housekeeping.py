"""What a server does for itself while it runs: it watches its loop, and keeps the garbage collector from holding it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.live import garbage, loop_lag, metrics
from app.live.garbage import settle_garbage
from app.live.hub import Connection, Hub
from app.live.loop_lag import watch_loop
from tests.live.crowd import Sink
from tests.live.pages import LIMIT
from tests.reliability.waiting import within
from tests.server import Server


@asynccontextmanager
async def at_work(work: Coroutine[Any, Any, None]) -> Any:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(LIMIT):
        while not condition():  # noqa: ASYNC110 - the collector signals nothing
            await asyncio.sleep(0.001)


def sample(text: str, name: str) -> float:
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def test_metrics_tell_how_long_the_loop_was_held(server: Server) -> None:
    def count() -> float:
        return sample(httpx.get(f"{server.url}/metrics").text, "desk_loop_lag_seconds_count")

    before = within(LIMIT, count, "a first look at the loop")
    within(LIMIT, lambda: count() > before, "another look")
    buckets = [
        line for line in httpx.get(f"{server.url}/metrics").text.splitlines() if "loop_lag_seconds_bucket" in line
    ]
    assert any('le="0.025"' in line for line in buckets), "the bound that the desk promises can be read"
    assert httpx.get(f"{server.url}/healthz").json()["tasks"]["loop-lag"] == "running"


async def test_a_loop_that_is_held_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    lags: list[float] = []
    monkeypatch.setattr(metrics.LOOP_LAG, "observe", lags.append)
    monkeypatch.setattr(loop_lag, "SAMPLE_EVERY", 0.001)
    loop = asyncio.get_running_loop()
    async with at_work(watch_loop()):
        await until(lambda: lags)
        held_until = loop.time() + 0.05
        while loop.time() < held_until:
            pass
        looks = len(lags)
        await until(lambda: len(lags) > looks)
    assert max(lags) >= 0.045
    assert min(lags) >= 0


@pytest.fixture
def unfrozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(garbage, "SETTLES_IN", 0.001)
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
async def test_what_has_settled_is_taken_out_of_the_collectors_sight() -> None:
    before = gc.get_freeze_count()
    async with at_work(settle_garbage(Hub())):
        await until(lambda: gc.get_freeze_count() > before)
        first = gc.get_freeze_count()
        pages = [[number] for number in range(10_000)]
        await until(lambda: gc.get_freeze_count() >= first + len(pages))


class Page:
    """Something in a circle, as what a closed socket leaves behind."""

    alive = 0

    def __init__(self) -> None:
        self.own = self
        Page.alive += 1

    def __del__(self) -> None:
        Page.alive -= 1


@pytest.mark.usefixtures("unfrozen")
async def test_what_many_closed_sockets_leave_behind_is_collected_though_it_was_frozen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(garbage, "FEWEST_GONE", 5)
    hub = Hub()
    connections = [Connection(person=number, session=0, writer=Sink()) for number in range(6)]
    for connection in connections:
        hub.connect(connection)
    async with at_work(settle_garbage(hub)):
        pages = [Page() for _ in range(10)]
        first = gc.get_freeze_count()
        await until(lambda: gc.get_freeze_count() > first)
        del pages
        gc.collect()
        assert Page.alive == 10, "frozen, so not looked through"
        for connection in connections:
            hub.disconnect(connection)
        await until(lambda: Page.alive == 0)
