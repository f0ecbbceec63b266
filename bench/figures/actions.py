"""Generated codes a second, eight clients' connections at a time, one admin page open."""

from __future__ import annotations

from time import perf_counter

from bench.figures.base import Row, Run, Values
from bench.figures.warm import warm
from bench.load.http import Http, HttpResponse

ROWS = (Row("per_second", "actions per second", "/s"),)
CONNECTIONS = 8


def measure(run: Run) -> Values:
    desk = run.desk
    desk.open_pages(1)
    browsers = [desk.browser("bob") for _ in range(CONNECTIONS)]
    done, end = 0, 0.0

    def again(browser: Http, response: HttpResponse | None = None) -> None:
        nonlocal done
        if response is not None:
            desk.check(response)
            done += 1
        if perf_counter() < end:
            browser.send(*desk.generation(), lambda response: again(browser, response))

    warm(
        run,
        lambda: [desk.do(browser, desk.generation()) for browser in browsers],
        most=run.size.warm_most // CONNECTIONS,
    )
    end = perf_counter() + run.size.seconds
    with run.span() as span:
        for browser in browsers:
            again(browser)
        run.loop.until(lambda: not any(browser.busy for browser in browsers), run.size.seconds + 30, "the last actions")
    return {"per_second": done / span.wall, "busy": span.busy}
