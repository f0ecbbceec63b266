"""The budget of the event loop, always on in the tests: nothing may hold it for more than 50 ms.

What counts is the processor's time of the loop's thread, not time itself: that a loaded machine gives the processor to
somebody else is nobody's fault, and no test may depend on it. In this process each callback is measured by itself; a
server measures how late its loop comes round (`app/live/loop_lag.py`), and its log is read after each test.

What a test does itself between two turns of the loop is not the desk's work and is not counted: its coroutine stands in
tests/. What it wants to be counted, it starts as a task; every request of `tests.browser.Browser` is one.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import time
from asyncio.events import Handle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.live.loop_lag import BUDGET

LOGGER = "app.live.loop_lag"

MAY_EXCEED = {
    r"^tests/test_loop_budget\.py::": "holds the loop on purpose, to see that it is found",
    r"^tests/reliability/test_(chaos|sqlite_broken_relay)\.py::": "who was frozen finds all that has come at once",
    r"^tests/hostile/test_sqlite_hostile\.py::": "a flood shares one turn of the loop; the run has a bound of its own",
}
"""Where the loop may be held for longer, and why: a pattern of a test's id or of what ran."""

OWN = re.compile(r"/(tests|_pytest|pytest_asyncio|playwright)/")
"""Whose coroutines and callbacks are not the desk's. Playwright runs the test itself within its own."""


class Hold(NamedTuple):
    worked: float
    """Seconds of the processor's time."""
    running: str

    def __str__(self) -> str:
        return f"{self.worked * 1000:.0f} ms: {self.running}"


@pytest.fixture(scope="session")
def callbacks() -> Iterator[Callbacks]:
    """Those of every loop of this process."""
    watching = Callbacks()
    with watching.watch():
        yield watching


@pytest.fixture(autouse=True)
def loop_budget(request: pytest.FixtureRequest, callbacks: Callbacks) -> Iterator[None]:
    """Fails a test in which something has held the event loop of this process, or of a server, for too long."""
    callbacks.holds.clear()
    LOGS.holds()
    yield
    holds = unnamed(request.node.nodeid, [*callbacks.holds, *LOGS.holds()])
    if holds:
        told = "\n".join(map(str, holds))
        pytest.fail(
            f"the event loop was held for more than {BUDGET * 1000:.0f} ms of processor time; give way in between, or "
            f"name the place and the reason in MAY_EXCEED of tests/loop_budget.py:\n{told}",
            pytrace=False,
        )


def unnamed(test: str, holds: list[Hold]) -> list[Hold]:
    """Those that no place in MAY_EXCEED explains."""
    return [hold for hold in holds if not any(re.search(place, f"{test} {hold.running}") for place in MAY_EXCEED)]


class Callbacks:
    """Measures every callback of every loop of this process. The garbage of a process full of tests is not counted:
    servers have a collector that is kept from holding them (`app/live/garbage.py`)."""

    def __init__(self) -> None:
        self.holds: list[Hold] = []
        self._collecting = 0.0
        self._began = 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        run = Handle._run

        def measured(handle: Handle) -> None:
            callback, collecting, began = handle._callback, self._collecting, time.thread_time()
            run(handle)
            worked = time.thread_time() - began - (self._collecting - collecting)
            if worked > BUDGET and not is_of_the_tests(callback):
                self.holds.append(Hold(worked, told(callback)))

        gc.callbacks.append(self._note_collection)
        Handle._run = measured  # type: ignore[method-assign]
        try:
            yield
        finally:
            Handle._run = run  # type: ignore[method-assign]
            gc.callbacks.remove(self._note_collection)

    def _note_collection(self, phase: str, _: Any) -> None:
        if phase == "start":
            self._began = time.thread_time()
        else:
            self._collecting += time.thread_time() - self._began


def task_of(callback: Any) -> asyncio.Task[Any] | None:
    task = getattr(callback, "__self__", None)
    return task if isinstance(task, asyncio.Task) else None


def is_of_the_tests(callback: Any) -> bool:
    task = task_of(callback)
    code = getattr(task.get_coro(), "cr_code", None) if task else getattr(callback, "__code__", None)
    return code is not None and OWN.search(code.co_filename) is not None


def told(callback: Any) -> str:
    return repr(task_of(callback) or callback)


class Logs:
    """What the servers that tests start tell of holds."""

    def __init__(self) -> None:
        self._read_until: dict[Path, int] = {}

    def watch(self, log: Path) -> None:
        self._read_until.setdefault(log, log.stat().st_size if log.exists() else 0)

    def holds(self) -> list[Hold]:
        """Since it was last asked."""
        return [hold for log in self._read_until for hold in self._new(log)]

    def _new(self, log: Path) -> Iterator[Hold]:
        if not log.exists():
            return
        with log.open("rb") as file:
            file.seek(self._read_until[log])
            written = file.read()
        whole = written.rpartition(b"\n")[0]
        self._read_until[log] += len(whole)
        for line in whole.splitlines():
            if LOGGER.encode() in line and (hold := _hold(line)) is not None and hold.worked > BUDGET:
                yield hold


def _hold(line: bytes) -> Hold | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return Hold(told.get("worked", 0.0), told["message"]) if told.get("logger") == LOGGER else None


LOGS = Logs()
