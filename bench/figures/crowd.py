"""A crowd of different clients, one page each: a broadcast to all of them, and a new day, after which rows differ."""

from __future__ import annotations

import resource
from itertools import count
from time import perf_counter

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.crowd_cost import Action, cost
from bench.figures.warm import warm
from bench.load.pages import Crowd, Page
from bench.targets.codedesk_desk import CodedeskDesk
from bench.targets.rooms import Refused

CROWDS = ("small", "large")
ACTIONS = {
    "broadcast": ("broadcast", "until the last client has it", 40.0, 345.0),
    "day": ("new day", "from the first client who has it to the last", 60.0, 170.0),
}
"""How they are called, how long is told of them, the most that one may cost a client, in µs, and what it cost at the
base on the machine for which that was said: on another one the ratio of the two is what can be asked."""
WAIT = 25.0
"""Milliseconds that somebody else may wait longer."""
BASE_WAIT = 350.0
"""The base's, on that machine."""
LINEAR = 1.2
"""Times what a client of the small crowd costs, at most."""

ROWS = (
    *(Row(f"clients@{crowd}", f"different clients, the {crowd} crowd", "") for crowd in CROWDS),
    *(
        row
        for action, (label, until, most, base) in ACTIONS.items()
        for crowd in CROWDS
        for row in (
            Row(
                f"{action}_us@{crowd}",
                f"a {label}, server CPU a client, {crowd} crowd",
                "µs",
                (
                    Goal(most),
                    Goal(LINEAR, "self", f"{action}_us@small") if crowd == "large" else Goal(most / base, "base"),
                ),
            ),
            Row(f"{action}_last_ms@{crowd}", f"a {label}, {until}, {crowd} crowd", "ms"),
            Row(f"{action}_wait_ms@{crowd}", f"a {label}, the longest wait of others, {crowd} crowd", "ms"),
            Row(
                f"{action}_more_ms@{crowd}",
                f"the same of one, more than without it, {crowd} crowd",
                "ms",
                (Goal(WAIT), *((Goal(WAIT / BASE_WAIT, "base"),) if crowd == "small" else ())),
            ),
        )
    ),
    Row("client_kib@small", "memory a client, small crowd", "KiB"),
    Row("client_kib@large", "memory a client, large crowd", "KiB", (Goal(LINEAR, "self", "client_kib@small"),)),
)
FIRST = 50
"""Clients opened first, before whom it gets warm: memory that is grown for them is not counted."""


def measure(run: Run) -> Values:
    sizes = run.size.crowd if run.desk.takes_large_crowds else run.size.crowd[:1]
    _ensure_files(sizes[-1])
    marks = count(1)
    pages = run.desk.open_people(FIRST)
    warm(run, _broadcast(run, pages, marks))
    run.loop.rest(1.0)
    memory = run.usage.memory()
    values: Values = {}
    for crowd, size in zip(CROWDS, sizes, strict=False):
        pages += run.desk.open_people(size - len(pages), first=len(pages))
        values[f"clients@{crowd}"] = size
        measured = [cost(run, crowd, "broadcast", size, _broadcast(run, pages, marks), run.size.crowd_broadcasts)]
        if isinstance(run.desk, CodedeskDesk):
            measured.append(cost(run, crowd, "day", size, _new_day(run, run.desk, pages), run.size.days))
        for action_values in measured:
            busy = max(values.get("busy", 0.0), action_values["busy"])
            values |= {**action_values, "busy": busy}
        values[f"client_kib@{crowd}"] = (run.usage.memory() - memory) / 1024 / (size - FIRST)
    return values


def _broadcast(run: Run, pages: list[Page], marks: count[int]) -> Action:
    crowd = Crowd(run.loop, pages)

    def broadcast() -> float:
        mark = next(marks)
        crowd.expect(run.room.announced(mark))
        began = perf_counter()
        run.room.announce(mark)
        run.loop.until(lambda: crowd.arrived() and not run.room.busy(), 60.0, "all clients to get a broadcast")
        return crowd.last - began

    return broadcast


def _new_day(run: Run, desk: CodedeskDesk, pages: list[Page]) -> Action:
    """Every second client has an account, whose row tells the days that are left of it."""
    crowd = Crowd(run.loop, pages[1::2])

    def begin() -> float:
        for page in crowd.pages:
            page.state.pop("account", None)
        crowd.expect({"account": "told"})
        desk.turn_back_the_day(run.database)
        crowd.wait()
        return crowd.last - crowd.first

    return begin


def _ensure_files(sockets: int) -> None:
    most, needed = resource.getrlimit(resource.RLIMIT_NOFILE)[0], sockets + 200
    if most < needed:
        raise Refused(f"a crowd of {sockets} needs {needed} open files, and a process may have {most} here")
