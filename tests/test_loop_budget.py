"""The budget of the event loop can fail: what holds the loop is found, and what only waits is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from app.live.loop_lag import BUDGET
from tests.loop_budget import LOGGER, MAY_EXCEED, Callbacks, Hold, Logs, unnamed

WORK = """
import asyncio, time

async def hold(seconds):
    await asyncio.sleep(0)
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass

async def wait(seconds):
    await asyncio.sleep(0)
    time.sleep(seconds)
"""
TOO_LONG = BUDGET * 1.2


def work_of(file: str) -> dict[str, Callable[[float], Coroutine[Any, Any, None]]]:
    """Coroutines that stand in that file."""
    names: dict[str, Any] = {}
    exec(compile(WORK, file, "exec"), names)
    return names


def holds_of(work: Coroutine[Any, Any, None]) -> list[Hold]:
    callbacks = Callbacks()
    with callbacks.watch():
        asyncio.run(work)
    return callbacks.holds


def test_what_holds_the_loop_is_found_by_the_name_of_its_coroutine() -> None:
    [hold] = holds_of(work_of("/desk/app/burning.py")["hold"](TOO_LONG))
    assert hold.worked >= TOO_LONG
    assert "burning.py" in hold.running


def test_what_is_within_the_budget_is_not_found() -> None:
    assert holds_of(work_of("/desk/app/burning.py")["hold"](BUDGET / 5)) == []


def test_time_in_which_the_processor_did_something_else_is_not_counted() -> None:
    assert holds_of(work_of("/desk/app/waiting.py")["wait"](TOO_LONG)) == []


def test_what_a_test_does_itself_is_not_counted_and_what_it_starts_is() -> None:
    own, desks = work_of("/desk/tests/own.py")["hold"], work_of("/desk/app/burning.py")["hold"]
    assert holds_of(own(TOO_LONG)) == []

    async def test() -> None:
        await asyncio.create_task(desks(TOO_LONG))

    assert len(holds_of(test())) == 1


def test_nothing_is_measured_any_more_when_it_is_over() -> None:
    callbacks = Callbacks()
    with callbacks.watch():
        pass
    asyncio.run(work_of("/desk/app/burning.py")["hold"](TOO_LONG))
    assert callbacks.holds == []


def line(worked: float, logger: str = LOGGER) -> bytes:
    return json.dumps({"logger": logger, "message": "held", "worked": worked, "held": 9.0}).encode() + b"\n"


def test_a_servers_holds_are_read_from_its_log_once_each(tmp_path: Path) -> None:
    log, logs = tmp_path / "server.log", Logs()
    log.write_bytes(line(0.9))
    logs.watch(log)  # what stands there was another server's
    with log.open("ab") as file:
        file.write(b"no JSON\n" + line(0.07) + line(0.01) + line(0.9, "app.other") + line(0.08)[:-9])
    assert [hold.worked for hold in logs.holds()] == [0.07]
    with log.open("ab") as file:
        file.write(line(0.08)[-9:])
    assert [hold.worked for hold in logs.holds()] == [0.08]
    assert logs.holds() == []


@pytest.mark.parametrize("place", MAY_EXCEED)
def test_a_place_that_is_named_may_exceed_it_and_says_why(place: str) -> None:
    assert len(MAY_EXCEED[place]) > 20
    hold = Hold(0.1, "app.people.tables.Person.register:75")
    assert unnamed("tests/auth/test_registering.py::test_mia", [hold]) == [hold]
    assert unnamed("tests/test_loop_budget.py::test_mia", [hold]) == []
