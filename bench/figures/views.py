"""A code is generated before pages that show other codes: what one more search costs that cannot match its row."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bench.figures.base import Goal, Row, Run, Values
from bench.figures.warm import warm
from bench.load.http import Http
from bench.load.pages import Crowd, Page
from bench.targets.codedesk_desk import CodedeskDesk

ROWS = (
    Row("view_us", "an event, server CPU for one more distinct search that cannot match", "µs", (Goal(15.0),)),
    Row("search_us", "an event, server CPU for one more page, each of another such search", "µs"),
    Row("socket_us", "an event, server CPU for one more page, all of the same such search", "µs"),
)
"""Each page is another admin's, who also gets the toast and the badge of the event: so the first is the difference of
the others."""


def measure(run: Run) -> Values:
    desk = run.desk
    assert isinstance(desk, CodedeskDesk)
    # No key has a U (Crockford's alphabet leaves it out), and bob's name does not begin with one.
    values = _growth(run, lambda n: desk.search_page(f"admin{n + 2}", f"u{n}"), "search")
    values |= _growth(run, lambda n: desk.search_page(f"admin{n + 2}", "u0"), "socket")
    return values | {"view_us": values["search_us"] - values["socket_us"]}


def _growth(run: Run, open_page: Callable[[int], Page], name: str) -> Values:
    """With more and more such pages open; they are closed afterwards. One page shows all codes, and so the event."""
    witness = run.desk.admin_page("admin1")
    pages: list[Page] = []
    run.desk.settle([witness])
    crowd, client = Crowd(run.loop, [witness]), run.desk.browser("bob")
    values: Values = {}
    for count in run.size.views:
        opened = [open_page(n) for n in range(len(pages), count)]
        run.desk.settle(opened)
        pages += opened
        warm(run, partial(_event, run, crowd, client))
        with run.span() as span:
            for _ in range(run.size.events):
                _event(run, crowd, client)
            run.loop.rest(0.3)
        values[f"{name}_ms@{count}"] = span.server / run.size.events * 1e3
        values["busy"] = span.busy
    least, most = run.size.views[0], run.size.views[-1]
    values[f"{name}_us"] = (values[f"{name}_ms@{most}"] - values[f"{name}_ms@{least}"]) / (most - least) * 1e3
    for page in [witness, *pages]:
        page.close()
    run.loop.rest(0.3)
    return values


def _event(run: Run, crowd: Crowd, client: Http) -> None:
    code = run.desk.code_id(run.desk.do(client, run.desk.generation()))
    crowd.expect({code: "pending"})
    crowd.wait()
