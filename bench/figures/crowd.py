"""A crowd of different clients, one page each: a broadcast to all of them, and a new day, after which rows differ."""

from __future__ import annotations

import resource
from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.warm import warm
from bench.load.others import Others, Window
from bench.load.pages import Crowd, Page
from bench.targets.base import Refused
from bench.targets.codedesk import CodedeskDesk

CROWDS = ("small", "large")
ACTIONS = {
    "broadcast": ("broadcast", "until the last client has it", 40.0),
    "day": ("new day", "from the first client who has it to the last", 60.0),
}
"""How they are called, how long is told of them, and the most that one may cost a client, in µs."""
LINEAR = 1.2
"""Times what a client of the small crowd costs, at most."""

ROWS = (
    *(Row(f"clients@{crowd}", f"different clients, the {crowd} crowd", "") for crowd in CROWDS),
    *(
        row
        for action, (label, until, most) in ACTIONS.items()
        for crowd in CROWDS
        for row in (
            Row(
                f"{action}_us@{crowd}",
                f"a {label}, server CPU a client, {crowd} crowd",
                "µs",
                (Goal(most), *((Goal(LINEAR, "self", f"{action}_us@small"),) if crowd == "large" else ())),
            ),
            Row(f"{action}_last_ms@{crowd}", f"a {label}, {until}, {crowd} crowd", "ms"),
            Row(f"{action}_wait_ms@{crowd}", f"a {label}, the longest wait of others, {crowd} crowd", "ms"),
            Row(
                f"{action}_more_ms@{crowd}",
                f"the same of one, more than without it, {crowd} crowd",
                "ms",
                (Goal(25.0),),
            ),
        )
    ),
    Row("client_kib@small", "memory a client, small crowd", "KiB"),
    Row("client_kib@large", "memory a client, large crowd", "KiB", (Goal(LINEAR, "self", "client_kib@small"),)),
)
FIRST = 50
"""Clients opened first, before whom it gets warm: memory that is grown for them is not counted."""
AFTER = 0.35
"""Seconds in which the rest of an action is done: badges may follow by up to a quarter of one."""


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
        run.loop.rest(1.0)
        values[f"clients@{crowd}"] = size
        values |= _measured(run, crowd, "broadcast", size, _broadcast(run, pages, marks), run.size.crowd_broadcasts)
        if isinstance(run.desk, CodedeskDesk):
            values |= _measured(run, crowd, "day", size, _new_day(run, run.desk, pages), run.size.days)
        values[f"client_kib@{crowd}"] = (run.usage.memory() - memory) / 1024 / (size - FIRST)
    return values


Action = Callable[[], float]
"""Gives the seconds until the last client had it."""


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


def _measured(run: Run, crowd: str, action: str, size: int, act: Action, times: int) -> Values:
    """What the server does unasked, such as its clock and its pings, is measured before and taken off."""

    def measure_all() -> float:
        seconds = act()
        run.loop.rest(AFTER)
        return seconds

    if action == "day":
        warm(run, measure_all, first=1, most=times)
    else:
        warm(run, act, first=2)
    run.loop.rest(1.0)
    with run.span() as unasked:
        run.loop.rest(run.size.seconds)
    with run.span() as span:
        durations = [measure_all() for _ in range(times)]
    cost = span.server - unasked.server / unasked.wall * span.wall
    beside, without = _waits(run, measure_all, times)
    return {
        f"{action}_us@{crowd}": cost / times / size * 1e6,
        f"{action}_last_ms@{crowd}": median(durations) * 1e3,
        f"{action}_wait_ms@{crowd}": max(beside) * 1e3,
        f"{action}_more_ms@{crowd}": (median(beside) - median(without)) * 1e3,
        "busy": span.busy,
    }


def _waits(run: Run, measure_all: Action, times: int) -> tuple[list[float], list[float]]:
    """Seconds of the longest request of somebody else's beside each, and of the longest in as long a time after it."""
    others = Others(run.port, "/healthz", run.desk.headers("admin1"))
    run.loop.rest(0.5)
    beside: list[Window] = []
    without: list[Window] = []
    for _ in range(times):
        began = perf_counter()
        measure_all()
        ended = perf_counter()
        run.loop.rest(ended - began)
        beside.append((began, ended))
        without.append((ended, perf_counter()))
    others.stop()
    return [others.longest_touching(window) for window in beside], [others.longest_within(window) for window in without]


def _ensure_files(sockets: int) -> None:
    most, needed = resource.getrlimit(resource.RLIMIT_NOFILE)[0], sockets + 200
    if most < needed:
        raise Refused(f"a crowd of {sockets} needs {needed} open files, and a process may have {most} here")
