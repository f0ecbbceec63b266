"""What a server does for itself while it runs: it watches its loop, and keeps the garbage collector from holding it."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from jinja2 import Environment

from app.i18n.locale import LANGUAGES
from app.live import garbage, loop_lag, metrics
from app.live.connection import Connection
from app.live.garbage import settle_garbage
from app.live.hub import Hub
from app.live.loop_lag import LongestHold, watch_loop
from app.templating import _environment, _template
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


def test_metrics_tell_the_longest_hold_of_the_last_minute_and_since_the_start(server: Server) -> None:
    def told() -> tuple[float, float]:
        text = httpx.get(f"{server.url}/metrics").text
        return sample(text, "desk_loop_longest_hold_seconds"), sample(
            text, "desk_loop_longest_hold_since_start_seconds"
        )

    within(LIMIT, lambda: min(told()) > 0, "a first hold")
    recent, ever = told()
    assert recent <= ever


def burn(seconds: float) -> None:
    """Of the processor's time, however long that takes."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def lines_of(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, long: float, hold: Callable[[], None]
) -> list[Any]:
    """What the watch writes when the loop is held; whatever else holds it, as a loaded machine does, is told too."""
    monkeypatch.setattr(loop_lag, "LONG", long)
    caplog.set_level("WARNING", "app.live.loop_lag")
    async with at_work(watch_loop()):
        await asyncio.sleep(2 * loop_lag.SAMPLE_EVERY)
        caplog.clear()
        hold()
        await asyncio.sleep(2 * loop_lag.SAMPLE_EVERY)
    return [record for record in caplog.records if record.name == "app.live.loop_lag"]


async def test_a_hold_beyond_the_budget_is_one_line_that_names_what_ran(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    [line] = await lines_of(caplog, monkeypatch, 3600, lambda: burn(loop_lag.BUDGET + 10 * loop_lag.LOOK_EVERY))
    assert loop_lag.BUDGET < line.worked <= line.held
    assert "test_housekeeping.burn:" in line.getMessage()


async def test_a_loop_that_waits_for_the_processor_is_no_fault_unless_it_takes_long(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await lines_of(caplog, monkeypatch, 3600, lambda: time.sleep(0.1)) == []
    lines = await lines_of(caplog, monkeypatch, 0.05, lambda: time.sleep(0.1))
    assert any("test_housekeeping." in line.getMessage() for line in lines)
    assert all(line.worked <= loop_lag.BUDGET for line in lines)


async def test_the_longest_hold_of_the_last_minute_is_forgotten_and_that_since_the_start_is_not() -> None:
    longest = LongestHold()

    def told() -> tuple[float, float]:
        return metrics.LONGEST_HOLD._value.get(), metrics.LONGEST_HOLD_SINCE_START._value.get()

    for at, held, expected in (
        (0, 0.3, (0.3, 0.3)), (10, 0.1, (0.3, 0.3)), (30, 0.2, (0.3, 0.3)), (59, 0.01, (0.3, 0.3)),
        (61, 0.01, (0.2, 0.3)), (91, 0.01, (0.01, 0.3)), (92, 0.4, (0.4, 0.4)),
    ):  # fmt: skip
        longest.note(at, held)
        assert told() == expected, at


def test_no_template_is_compiled_while_people_wait(desk_templates: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*_: Any, **__: Any) -> None:
        raise AssertionError("a template was compiled")

    monkeypatch.setattr(Environment, "compile", compiled)
    for name in desk_templates:
        for language in LANGUAGES:
            assert _template(name, language).name == name


@pytest.fixture
def desk_templates() -> list[str]:
    from tests.browser import app  # what an application does when it is made has been done

    assert app
    return _environment("en").list_templates()


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
async def test_what_has_settled_is_looked_through_when_much_more_memory_is_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Requests that are gone have left it, and no socket has."""
    for name, value in (("FEWEST_BLOCKS", 10_000), ("GROWTH", 1)):
        monkeypatch.setattr(garbage, name, value)
    gc.collect()
    async with at_work(settle_garbage(Hub())):
        first = gc.get_freeze_count()
        pages = [Page() for _ in range(10)]
        await until(lambda: gc.get_freeze_count() > first)
        del pages
        settled = []
        while Page.alive:
            settled += [[number] for number in range(2_000)]
            assert len(settled) < 2_000_000, "nobody looks"
            await asyncio.sleep(0.002)


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
