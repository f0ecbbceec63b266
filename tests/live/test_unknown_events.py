"""An entry that this version cannot read, as a newer process writes it during a rolling deploy, stops nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from app.clock import now
from app.codes.tables import TradingCode
from app.db.fetch import fetch
from app.live import log
from app.live.event import UnknownEvent
from app.live.log import LogEntry
from app.live.relay import REFETCH_SPREAD, Relay
from app.notifications.tables import broadcast
from app.people.tables import Person
from tests.browser import Browser
from tests.live.conftest import deliver
from tests.live.tabs import Tab
from tests.live.test_replay import LICENCE


async def commit(kind: str, data: str, client: int | None) -> None:
    """As another process does it."""
    sql = "INSERT INTO event (at, kind, client, actor_name, data) VALUES ({}, {}, {}, {}, {}) RETURNING id"
    await fetch(sql, now(), kind, client, "ada", data)


async def a_new_kind(client: int | None) -> None:
    await commit("CodeBlessed", '{"type": "CodeBlessed", "code": 1}', client)


async def a_known_kind_with_other_fields(client: int | None) -> None:
    await commit("CodeActivated", '{"type": "CodeActivated", "codes": [1, 2]}', client)


async def a_known_kind_with_no_json(client: int | None) -> None:
    await commit("CodeActivated", "\\x00 not JSON", client)


UNREADABLE = [a_new_kind, a_known_kind_with_other_fields, a_known_kind_with_no_json]


@pytest.fixture(autouse=True)
def not_complained_yet() -> None:
    log._log_unreadable.cache_clear()


def refetches(tab: Tab) -> int:
    return sum("#refetch" in frame.targets for frame in tab.take_in())


@pytest.mark.parametrize("unreadable", UNREADABLE)
async def test_the_pages_that_it_may_concern_fetch_themselves_and_what_comes_later_arrives(
    relay: Relay, ada: Person, bob: Person, eve: Person, unreadable: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    his, hers = await Tab.open(relay, bob, "/"), await Tab.open(relay, eve, "/")
    admins = [await Tab.open(relay, ada, path) for path in ("/admin/codes", "/notifications", "/admin/activity")]
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            await unreadable(bob.id)
        await deliver(relay)
        await unreadable(bob.id)
        await deliver(relay)
    assert [refetches(tab) for tab in (his, *admins)] == [2, 2, 2, 2]
    assert hers.under_way == []
    assert len([record for record in caplog.records if "cannot read" in record.getMessage()]) == 1
    assert relay.hub.position == await LogEntry.last_id()

    code = await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    for tab in (his, admins[0]):
        tab.take_in()
        assert tab.document.rows("codes") == [f"code-{code.id}"]


async def test_one_that_names_no_client_may_concern_everybody(relay: Relay, ada: Person, eve: Person) -> None:
    tabs = [await Tab.open(relay, ada, "/admin/codes"), await Tab.open(relay, eve, "/")]
    await a_new_kind(None)
    await deliver(relay)
    assert [refetches(tab) for tab in tabs] == [1, 1]


async def test_not_all_pages_fetch_themselves_at_the_same_moment(relay: Relay, ada: Person) -> None:
    tabs = [await Tab.open(relay, ada, f"/admin/codes?q=bob{number}") for number in range(10)]
    await a_new_kind(None)
    await deliver(relay)
    orders = set()
    for tab in tabs:
        (frame,) = tab.take_in()
        (order,) = [partial for partial in frame.partials if partial.target == "#refetch"]
        orders.add(order.elements[0].attrib["hx-trigger"])
    assert len(orders) == 10
    delays = [int(order.removeprefix("load delay:").split("ms")[0]) for order in orders]
    assert max(delays) < REFETCH_SPREAD


@pytest.mark.parametrize("unreadable", UNREADABLE)
async def test_a_page_that_comes_back_over_it_is_told_to_fetch_itself_if_it_may_concern_it(
    relay: Relay, ada: Person, bob: Person, eve: Person, unreadable: Callable
) -> None:
    await broadcast("before", "info", by=ada)  # of a log that begins after a page's cursor, the page is sent in full
    await deliver(relay)
    tabs = [await Tab.open(relay, reader, path) for reader, path in ((ada, "/admin/codes"), (bob, "/"), (eve, "/"))]
    cursor = relay.hub.position
    await unreadable(bob.id)
    await broadcast("later", "info", by=ada)
    await deliver(relay)
    for tab in tabs:
        tab.under_way.clear()
        await tab.reconnect(cursor)
    assert [refetches(tab) for tab in tabs] == [1, 1, 0]
    await tabs[2].assert_up_to_date()


@pytest.mark.parametrize("unreadable", UNREADABLE)
async def test_the_pages_that_list_the_log_still_answer(
    desk: None, ada: Person, bob: Person, unreadable: Callable
) -> None:
    await unreadable(bob.id)
    await broadcast("later", "info", by=ada)
    for reader, path in (
        (ada, "/admin"), (ada, "/admin/activity"), (ada, "/notifications"), (bob, "/notifications"), (bob, "/"),
    ):  # fmt: skip
        response = await (await Browser.of(reader)).get(path)
        assert response.status_code == 200, path
        assert "later" in response.text


async def test_what_is_read_of_it_is_whose_it_is_and_its_kind(desk: None, bob: Person) -> None:
    await a_new_kind(bob.id)
    (entry,) = await LogEntry.after(0)
    assert entry.event == UnknownEvent(client=bob.id, kind="CodeBlessed")
