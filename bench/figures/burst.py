"""Many actions at once: until all pages stand at the last state."""

from __future__ import annotations

from time import perf_counter

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.pair import one_pair
from bench.figures.warm import warm
from bench.load.http import Http, HttpResponse
from bench.load.pages import Crowd

ROWS = (
    Row("burst_ms", "40 actions in a burst, until all pages stand at the last state", "ms", (Goal(0.3, "express"),)),
    Row("burst_cpu_ms", "the same, server CPU", "ms"),
)
CONNECTIONS = 8
WARMING_PAGES = 5


def measure(run: Run) -> Values:
    """Warm by pairs before a few pages: a list shows 50 codes, so that only one burst fits before all of them."""
    desk = run.desk
    client = desk.browser("bob")
    admins = [desk.browser("admin1") for _ in range(CONNECTIONS)]
    for admin in admins:
        admin.ask("GET", "/healthz")
    pages = desk.open_pages(WARMING_PAGES)
    few = Crowd(run.loop, pages)
    warm(run, lambda: one_pair(run, few, client, admins[0]))
    codes = [desk.code_id(desk.do(client, desk.generation())) for _ in range(run.size.burst)]
    pages += desk.open_pages(run.size.sockets[-1] - WARMING_PAGES, first=WARMING_PAGES)
    run.loop.rest(0.5)
    crowd = Crowd(run.loop, pages)
    crowd.expect(dict.fromkeys(codes, "activated"))
    began = perf_counter()
    with run.span() as span:
        _burst(run, admins, codes)
        run.loop.until(crowd.arrived, 120.0, "all pages to stand at the last state")
    run.loop.rest(0.2)
    return {"burst_ms": (crowd.last - began) * 1e3, "burst_cpu_ms": span.server * 1e3, "busy": span.busy}


def _burst(run: Run, admins: list[Http], codes: list[str]) -> None:
    """Activates them without waiting; each admin's connection takes the next when it has its response."""
    left = list(codes)

    def next_of(admin: Http, response: HttpResponse | None = None) -> None:
        if response is not None:
            run.desk.check(response)
        if left:
            admin.send(*run.desk.activation(left.pop()), lambda response: next_of(admin, response))

    for admin in admins:
        next_of(admin)
