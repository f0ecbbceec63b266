"""The admins' list of codes, 50 rows, as a server answers it."""

from __future__ import annotations

from functools import partial

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.warm import warm

ROWS = (Row("first_ms", "a list page of 50 rows, server CPU", "ms", (Goal(0.5, "base"), Goal(0.5, "django"))),)
"""The same on a large table is compared with these by the report, list by list."""

GROWTH = 1.3
"""The most that a list of a large table may cost in ratio to one of a small table."""


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
    return values
