"""Generate, then activate, until the client's page and A admin pages are up to date."""

from __future__ import annotations

from functools import partial
from statistics import quantiles
from time import perf_counter

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.warm import warm
from bench.load.http import Http
from bench.load.pages import Crowd, Page

VIEWERS = {1: 0.9, 5: 0.4, 20: 0.13}
"""Admin pages, and the most CPU that a pair may take in ratio to the stack that is replaced."""
LATENCIES = {1: 1.0, 5: 0.45, 20: 0.16}
"""The same of the latency."""

ROWS = (
    *(
        Row(
            f"pair_ms@{count}",
            f"generate + activate, server CPU, A = {count}",
            "ms",
            (Goal(most, "express"), *((Goal(1.2, "self", "pair_ms@1"),) if count == 20 else ())),
        )
        for count, most in VIEWERS.items()
    ),
    *(
        Row(f"p50_ms@{n}", f"latency of the activation, p50, A = {n}", "ms", (Goal(m, "express"),))
        for n, m in LATENCIES.items()
    ),
    *(
        Row(f"p99_ms@{n}", f"latency of the activation, p99, A = {n}", "ms", (Goal(m, "express"),))
        for n, m in LATENCIES.items()
    ),
    Row("page_bytes", "bytes to one admin page per action", "B", (Goal(2048),)),
)


def measure(run: Run) -> Values:
    desk = run.desk
    admins: list[Page] = []
    values: Values = {}
    client, admin = desk.browser("bob"), desk.browser("admin1")
    own = desk.client_page("bob")
    desk.settle([own])
    for count in run.size.viewers:
        admins += desk.open_pages(count - len(admins), first=len(admins))
        crowd = Crowd(run.loop, [own, *admins])
        values[f"warmed@{count}"] = warm(run, partial(one_pair, run, crowd, client, admin))
        received = admins[0].received()
        with run.span() as span:
            times = [one_pair(run, crowd, client, admin) for _ in range(run.size.pairs)]
            run.loop.rest(0.05)
        values[f"pair_ms@{count}"] = span.server / run.size.pairs * 1e3
        percentiles = quantiles(times, n=100)
        values[f"p50_ms@{count}"], values[f"p99_ms@{count}"] = percentiles[49] * 1e3, percentiles[98] * 1e3
        values["page_bytes"] = (admins[0].received() - received) / run.size.pairs / 2
        values["busy"] = span.busy
    return values


def one_pair(run: Run, crowd: Crowd, client: Http, admin: Http) -> float:
    """Seconds from the sending of the activation until it is answered and every page shows it."""
    desk = run.desk
    code = desk.code_id(desk.do(client, desk.generation()))
    crowd.expect({code: "pending"})
    crowd.wait()
    crowd.expect({code: "activated"})
    began = perf_counter()
    desk.do(admin, desk.activation(code))
    crowd.wait()
    return perf_counter() - began
