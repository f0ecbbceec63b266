"""Many actions at once: until all pages stand at the last state."""

from __future__ import annotations

from time import perf_counter

from bench.figures.base import Goal, Row, Run, Values
from bench.load.http import Answer, Http
from bench.load.pages import Crowd

ROWS = (
    Row("burst_ms", "40 actions in a burst, until all pages stand at the last state", "ms", (Goal(0.3, "express"),)),
    Row("burst_cpu_ms", "the same, server CPU", "ms"),
)
CONNECTIONS = 8


def measure(run: Run) -> Values:
    desk = run.desk
    client = desk.browser("bob")
    codes = [desk.code_id(desk.do(client, desk.generation())) for _ in range(run.size.burst)]
    crowd = Crowd(run.loop, desk.open_pages(run.size.sockets[-1]))
    admins = [desk.browser("admin1") for _ in range(CONNECTIONS)]
    for admin in admins:
        admin.ask("GET", "/healthz")
    run.loop.rest(0.5)
    waiting = run.span()
    crowd.expect(dict.fromkeys(codes, "activated"))
    began, left = perf_counter(), list(codes)

    def next_of(admin: Http, answer: Answer | None = None) -> None:
        if answer is not None:
            desk.check(answer)
        if left:
            admin.send(*desk.activation(left.pop()), lambda answer: next_of(admin, answer))

    with waiting:
        for admin in admins:
            next_of(admin)
        run.loop.until(crowd.arrived, 120.0, "all pages to stand at the last state")
        last = crowd.last
    run.loop.rest(0.2)
    return {"burst_ms": (last - began) * 1e3, "burst_cpu_ms": waiting.server * 1e3, "busy": waiting.busy}
