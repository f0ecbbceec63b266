"""Robots ask whether their licences are valid: how many a second, what one costs, and how long people wait beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from statistics import quantiles
from time import perf_counter

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.pair import one_pair
from bench.figures.warm import warm
from bench.load.http import Http, HttpResponse
from bench.load.pages import Crowd
from bench.load.robots import Robot, Robots, told_valid
from bench.load.signer import Signer
from bench.targets.base import Target
from bench.targets.rooms import Request

EVERY = 6 * 3600
"""Seconds after which a robot asks again."""
RATE = 1_000_000 / EVERY
"""Of a million licences."""
CONNECTIONS = 8
VIEWERS = 5
"""Admin pages that are open beside the client's."""
WINDOWS = 2
"""With robots, and as many without, in turn: what disturbs the machine disturbs both."""
VERIFIED = 100
"""One answer of so many is verified; that it says VALID is looked at in all."""

_WAITS = {"page": "a list page of 50 rows", "pair": "generate + activate, until six pages show both"}
ROWS = (
    Row("per_second", f"checks a second, {CONNECTIONS} connections", "/s", (Goal(0.8, "express", least=True),)),
    Row("check_ms", "one of these, server CPU", "ms", (Goal(1.0),)),
    Row("paced_ms", f"a check, {RATE:.0f} a second, server CPU", "ms"),
    Row("core_percent", "100,000 licences, each every six hours, of a core", "%", (Goal(1.0),)),
    *(Row(f"p{n}_ms", f"latency of a check, {RATE:.0f} a second, p{n}", "ms") for n in (50, 99)),
    *(
        row
        for name, label in _WAITS.items()
        for n in (50, 99)
        for row in (
            Row(f"{name}_p{n}_ms@alone", f"{label}, p{n}, no robot asks", "ms"),
            Row(
                f"{name}_p{n}_ms@beside",
                f"the same beside {RATE:.0f} checks a second",
                "ms",
                (Goal(2.0, "self", f"{name}_p{n}_ms@alone"),),
            ),
        )
    ),
)


def measure(run: Run) -> Values:
    """How long something takes is asked only of a server that does not share its core with the generator."""
    robots = _licensed(run)
    values = _saturated(run, robots)
    costs, waits = _paced(run, robots)
    values |= costs
    if run.target.cores == Target.cores:
        values |= waits | _people(run, robots)
    return values


def _licensed(run: Run) -> list[Robot]:
    """Each of another client, if there are others."""
    desk, robots = run.desk, []
    admin = desk.browser("admin1")
    for number in range(1, run.size.licences + 1):
        client = desk.browser(f"client{number}" if run.target.filled else "bob")
        account = str(10_000_000 + number)
        code = desk.do(client, desk.generation(account))
        desk.do(admin, desk.activation(desk.code_id(code)))
        robots.append(Robot(desk.licence(code), account))
        client.close()
    return robots


def _saturated(run: Run, robots: list[Robot]) -> Values:
    questions = (robot.question() for robot in cycle(robots))
    connections = [Http(run.loop, run.port, {}) for _ in range(CONNECTIONS)]
    warm(
        run,
        lambda: [_ask(connection, questions) for connection in connections],
        most=run.size.warm_most // CONNECTIONS,
    )
    end, done, sample = perf_counter() + run.size.seconds, 0, []

    def again(connection: Http, asked: Request | None = None, answer: HttpResponse | None = None) -> None:
        nonlocal done
        if asked is not None and answer is not None:
            told_valid(asked, answer)
            if done % VERIFIED == 0:
                sample.append(answer)
            done += 1
        if perf_counter() < end:
            question = next(questions)
            connection.send(*question, lambda answer: again(connection, question, answer))

    with run.span() as span:
        for connection in connections:
            again(connection)
        run.loop.until(lambda: not any(each.busy for each in connections), run.size.seconds + 30, "the last checks")
    signer = Signer(connections[0].ask("GET", "/robot/keys"))
    for answer in sample:
        signer.verify(answer)
    return {"per_second": done / span.wall, "check_ms": span.server / done * 1e3, "busy": span.busy}


def _ask(connection: Http, questions: Iterator[Request]) -> None:
    question = next(questions)
    told_valid(question, connection.ask(*question))


def _paced(run: Run, robots: list[Robot]) -> tuple[Values, Values]:
    """Its cost, and how long it takes. What the server does unasked is measured before and taken off."""
    with run.span() as unasked:
        run.loop.rest(run.size.seconds)
    with run.span() as span:
        asking = Robots(run.port, RATE, robots)
        run.loop.rest(run.size.robot_seconds)
        waits = asking.stop()
    seconds = (span.server - unasked.server / unasked.wall * span.wall) / len(waits)
    return {"paced_ms": seconds * 1e3, "core_percent": seconds * 100_000 / EVERY * 100}, _percentiles("", "", waits)


def _people(run: Run, robots: list[Robot]) -> Values:
    """A page is loaded, a code is generated and activated before live pages, again and again, as fast as that goes."""
    desk = run.desk
    own = desk.client_page("bob")
    desk.settle([own])
    crowd = Crowd(run.loop, [own, *desk.open_pages(VIEWERS)])
    client, admin, reader = desk.browser("bob"), desk.browser("admin1"), desk.reader("admin1")

    def once() -> tuple[float, float]:
        began = perf_counter()
        desk.check(reader.ask("GET", desk.lists()["first"]))
        loaded = perf_counter()
        one_pair(run, crowd, client, admin)
        return loaded - began, perf_counter() - loaded

    warm(run, once)
    alone: list[tuple[float, float]] = []
    beside: list[tuple[float, float]] = []
    for _ in range(WINDOWS):
        alone += _window(run, once)
        asking = Robots(run.port, RATE, robots)
        beside += _window(run, once)
        asking.stop()
    values: Values = {}
    for where, waits in (("@alone", alone), ("@beside", beside)):
        for name, times in zip(_WAITS, zip(*waits, strict=True), strict=True):
            values |= _percentiles(f"{name}_", where, list(times))
    return values


def _window(run: Run, once: Callable[[], tuple[float, float]]) -> Iterator[tuple[float, float]]:
    end = perf_counter() + run.size.robot_seconds / WINDOWS
    while perf_counter() < end:
        yield once()


def _percentiles(name: str, where: str, waits: list[float]) -> Values:
    percentiles = quantiles(waits, n=100)
    return {f"{name}p{n}_ms{where}": percentiles[n - 1] * 1e3 for n in (50, 99)}
