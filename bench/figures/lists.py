"""The admins' list of codes, 50 rows, as a server answers it."""

from __future__ import annotations

from functools import partial

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.warm import warm
from bench.load.http import Http
from bench.targets.codedesk_desk import CodedeskDesk

ROWS = (Row("first_ms", "a list page of 50 rows, server CPU", "ms", (Goal(0.5, "base"), Goal(0.5, "django"))),)
"""The same on a large table is compared with these by the report, list by list."""

GROWTH = 1.3
"""The most that a list of a large table may cost in ratio to one of a small table: of pages that are made anew."""

ANEW_EVERY = 4
"""Of so many requests one is repeated after something has happened."""
SETTLED = 0.02
"""Seconds after which a server has nothing left to do for an event that nobody's page shows."""


def measure(run: Run) -> Values:
    values: Values = {}
    browser = run.desk.reader("admin1")
    for name, path in run.desk.lists().items():
        response = run.desk.check(browser.ask("GET", path))
        warm(run, partial(browser.ask, "GET", path))
        with run.span() as span:
            for _ in range(run.size.requests):
                browser.ask("GET", path)
        values[f"{name}_ms"] = span.server / run.size.requests * 1e3
        values[f"{name}_rows"] = response.body.count(b"<tr ")
        values["busy"] = span.busy
        values["load_us"] = span.load / run.size.requests * 1e6
        if isinstance(run.desk, CodedeskDesk):
            values[f"{name}_anew_ms"] = _anew(run, browser, path)
    return values


def _anew(run: Run, browser: Http, path: str) -> float:
    """The desk keeps what a page showed until the next event, and then asks its table nothing: here each page is asked
    for after one, so that it is made of the rows as they are now. In ms of the server's CPU."""
    times = max(1, run.size.requests // ANEW_EVERY)
    span = run.span()
    for mark in range(times):
        run.room.announce(mark)
        run.loop.until(lambda: not run.room.busy(), 10.0, "a broadcast")
        run.loop.rest(SETTLED)
        with span:
            browser.ask("GET", path)
    return span.server / times * 1e3
