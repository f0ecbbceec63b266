"""One render a region, nothing for rooms in which nobody listens, and nobody who hears what is not theirs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from app.codes.regions import CodeListing
from app.codes.tables import TradingCode
from app.live.connection import NOT_SIGNED_IN, ONE_TOO_MANY
from app.live.hub import MOST_SOCKETS
from app.live.log import LogEntry
from app.live.relay import Relay
from app.people.tables import Person
from tests.live.conftest import deliver
from tests.live.tabs import Tab
from tests.live.test_replay import LICENCE


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the rows of a list of codes were rendered, by the page's filter."""
    counted: Counter[str] = Counter()
    really = CodeListing.row_html

    async def row_html(self: CodeListing, loaded: Any, *rest: Any) -> Any:
        if loaded:
            counted[f"{self.path}?{self.query}"] += 1
        return await really(self, loaded, *rest)

    monkeypatch.setattr(CodeListing, "row_html", row_html)
    return counted


async def test_a_region_is_rendered_once_for_all_the_sockets_that_show_it(
    relay: Relay, ada: Person, grace: Person, bob: Person, renders: Counter[str]
) -> None:
    tabs = [await Tab.open(relay, admin, "/admin/codes") for admin in (ada, grace, ada, grace, ada)]
    tabs += [await Tab.open(relay, bob, "/"), await Tab.open(relay, bob, "/")]
    renders.clear()
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    assert renders == {"/admin/codes?": 1, "/?": 1}
    sent = [tab.under_way[-1] for tab in tabs]
    assert len({id(frame) for frame in sent[:5:2]}) == 1, "equal pages share the bytes of a frame"
    for tab in tabs:
        tab.take_in()
        assert len(tab.document.rows("codes")) == 1


async def test_a_room_in_which_nobody_listens_costs_no_query_and_no_rendering(
    relay: Relay, eve: Person, bob: Person, ada: Person, renders: Counter[str], queries: list[str]
) -> None:
    tab = await Tab.open(relay, eve, "/")
    code = await TradingCode.generate(bob, **LICENCE)
    await code.activate(by=ada)
    entries = await LogEntry.after(0)
    renders.clear()
    queries.clear()
    await relay.deliver(entries)
    assert (queries, renders, tab.under_way) == ([], Counter(), [])
    assert relay.hub.position == entries[-1].id


async def test_the_queries_are_counted_at_all(
    relay: Relay, bob: Person, queries: list[str], renders: Counter[str]
) -> None:
    await Tab.open(relay, bob, "/")
    await TradingCode.generate(bob, **LICENCE)
    entries = await LogEntry.after(0)
    queries.clear()
    await relay.deliver(entries)
    assert queries
    assert renders


async def test_a_page_that_has_gone_leaves_nothing_behind(relay: Relay, ada: Person) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    relay.hub.disconnect(tab.connection)
    assert not relay.hub.open
    assert not relay.hub._groups_of
    assert not relay.hub._persons


async def test_ending_a_session_closes_its_sockets_and_no_others(relay: Relay, ada: Person, bob: Person) -> None:
    tabs = [await Tab.open(relay, person, "/notifications") for person in (ada, ada, bob)]
    for number, tab in enumerate(tabs):
        tab.connection.session = number
    relay.hub.close_sockets(ada.id, 1, NOT_SIGNED_IN)
    assert [tab.closed for tab in tabs] == [None, NOT_SIGNED_IN, None]
    relay.hub.close_sockets(ada.id, None, NOT_SIGNED_IN)
    assert [tab.closed for tab in tabs] == [NOT_SIGNED_IN, NOT_SIGNED_IN, None]


async def test_the_oldest_socket_of_a_person_makes_room_for_one_too_many(
    relay: Relay, ada: Person, bob: Person
) -> None:
    other = await Tab.open(relay, bob, "/")
    tabs = [await Tab.open(relay, ada, "/notifications") for _ in range(MOST_SOCKETS + 1)]
    assert [tab.closed for tab in tabs] == [ONE_TOO_MANY] + [None] * MOST_SOCKETS
    assert other.closed is None


async def test_what_is_opened_while_another_s_page_waits_with_it_is_new_to_the_relay(
    relay: Relay, ada: Person, grace: Person
) -> None:
    """A relay at work has passed over what only waiting pages show: it must come back to it for this page."""
    waiting = await Tab.open(relay, ada, "/admin/codes")
    assert waiting.connection.group is not None
    relay.hub.defer(waiting.connection.group)
    relay.hub.take_new_regions()
    opened = await Tab.open(relay, grace, "/admin/codes")
    shared = set(waiting.connection.regions) & set(opened.connection.regions)
    assert shared
    assert shared <= set(relay.hub.take_new_regions())
