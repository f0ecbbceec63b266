"""What a page gets when it says where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from app.codes.pages import AdminCodes
from app.codes.tables import TradingCode
from app.live.connection import NOT_ALLOWED
from app.live.log import LogEntry
from app.live.relay import MOST_MISSED, Relay
from app.notifications.tables import broadcast
from app.people.tables import Person
from tests.live.conftest import count_now, deliver
from tests.live.tabs import Tab

LICENCE = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


async def test_a_page_that_missed_nothing_gets_its_greeting_and_counts_only(relay: Relay, ada: Person, bob: Person):
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    tab = await Tab.open(relay, ada, "/admin/codes")
    await tab.reconnect()
    (frame,) = tab.take_in()
    counts = {"#codes-tabs", "#codes-place", "#unread", "#waiting", "#batch", "#narrow-by-product", "#pinned"}
    assert set(frame.targets) <= {"#connection", "#ended", "#pause", *counts, "#cursor"}
    assert frame.names == set()
    await tab.assert_up_to_date()


async def test_a_second_sync_of_a_page_that_missed_nothing_gets_no_answer(relay: Relay, ada: Person):
    tab = await Tab.open(relay, ada, "/admin/codes")
    await tab.sync()
    assert tab.take_in() == []


async def test_each_element_that_was_touched_comes_once(relay: Relay, ada: Person, bob: Person):
    first, second = [await TradingCode.generate(bob, **LICENCE) for _ in range(2)]
    await deliver(relay)
    tab = await Tab.open(relay, ada, "/admin/codes")
    cursor = relay.hub.position
    for code in (first, second):
        await code.activate(by=ada)
        await code.complete(by=ada)
    await deliver(relay)
    tab.under_way.clear()
    await tab.reconnect(cursor)
    (frame,) = tab.take_in()
    assert sorted(t for t in frame.targets if t.startswith("#code-")) == [f"#code-{first.id}", f"#code-{second.id}"]
    await tab.assert_up_to_date()


async def test_a_page_that_missed_too_much_gets_its_regions_in_full(relay: Relay, ada: Person, bob: Person):
    tab = await Tab.open(relay, ada, "/admin/codes")
    cursor = relay.hub.position
    code = await TradingCode.generate(bob, **LICENCE)
    for _ in range(MOST_MISSED - 1):
        await broadcast("hello", "info", by=ada)
    await deliver(relay, one_by_one=False)
    relay.hub.position = await LogEntry.last_id()
    await tab.reconnect(cursor)
    (frame,) = tab.take_in()
    assert ("#codes", "innerMorph") in [(partial.target, partial.swap) for partial in frame.partials]
    assert not [target for target in frame.targets if "toast" in target or target.startswith("#code-")]
    assert tab.document.rows("codes") == [f"code-{code.id}"]
    await tab.assert_up_to_date()


async def test_what_was_delivered_lately_is_not_read_again_for_each_page_that_comes_back(
    relay: Relay, ada: Person, bob: Person, queries: list[str]
):
    codes = [await TradingCode.generate(bob, **LICENCE) for _ in range(3)]
    tab = await Tab.open(relay, ada, "/admin/codes")
    await deliver(relay)
    for code in codes:
        await code.activate(by=ada)
    await deliver(relay)
    tab.under_way.clear()
    for cursor in range(relay.hub.position - 3, relay.hub.position):
        queries.clear()
        await tab.reconnect(cursor)
        tab.take_in()
        assert [query for query in queries if query.startswith("SELECT * FROM event WHERE id >")] == []
        await tab.assert_up_to_date()


async def test_a_page_that_stands_before_a_hole_in_what_was_delivered_is_right_all_the_same(
    relay: Relay, ada: Person, bob: Person
):
    """As when the relay begins again where it was: what lies between it has never delivered."""
    tab = await Tab.open(relay, ada, "/admin/codes")
    cursor = relay.hub.position
    for _ in range(2):
        await TradingCode.generate(bob, **LICENCE)
        await deliver(relay)
        await TradingCode.generate(bob, **LICENCE)
        await relay.load_position()
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    tab.under_way.clear()
    await tab.reconnect(cursor)
    tab.take_in()
    assert len(tab.document.rows("codes")) == 5
    await tab.assert_up_to_date()


@pytest.mark.parametrize("beyond", [1, 10**6, 10**12])
async def test_a_cursor_of_another_log_is_not_trusted(relay: Relay, ada: Person, bob: Person, beyond: int):
    tab = await Tab.open(relay, ada, "/admin/codes")
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    tab.under_way.clear()
    await tab.reconnect(await LogEntry.last_id() + beyond)
    (frame,) = tab.take_in()
    assert frame.position == relay.hub.position
    await tab.assert_up_to_date()


async def test_a_page_ahead_of_the_relay_waits_for_it(relay: Relay, ada: Person, bob: Person):
    code = await TradingCode.generate(bob, **LICENCE)
    tab = await Tab.open(relay, ada, "/admin/codes")
    assert tab.document.rows("codes") == [f"code-{code.id}"]
    await deliver(relay)
    tab.take_in()
    await tab.assert_up_to_date()


async def test_a_late_answer_is_put_right_by_a_replay_from_where_it_was_made(relay: Relay, ada: Person, bob: Person):
    code = await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    tab = await Tab.open(relay, ada, "/admin/codes")
    made_at = relay.hub.position
    old_row = tab.document.find(f"code-{code.id}")
    await code.activate(by=ada)
    await deliver(relay)
    tab.take_in()
    assert "Activated" in tab.document.find(f"code-{code.id}").text_content()

    row = tab.document.find(f"code-{code.id}")
    row.replace_with(old_row)
    tab.document.find("rendered").set("value", str(made_at))
    await tab.sync()
    tab.take_in()
    assert tab.document.value("rendered") == ""
    await tab.assert_up_to_date()


async def test_a_newer_mark_survives_the_answer_to_an_older_sync(relay: Relay, ada: Person):
    tab = await Tab.open(relay, ada, "/admin/codes")
    tab.document.find("rendered").set("value", "1")
    await tab.sync()
    tab.document.find("rendered").set("value", "2")
    tab.take_in()
    assert tab.document.value("rendered") == "2"


@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/admin/codes?status=pending", "/admin/codes"),
        ("/admin/codes?status=pending", "/admin/codes?status=activated"),
        ("/admin/codes", "/admin/codes?status=pending"),
        ("/admin/codes?q=bob", "/admin/codes?q=eve"),
    ],
)
async def test_frames_of_the_view_before_that_come_late_do_not_touch_the_next_one(
    relay: Relay, ada: Person, bob: Person, eve: Person, before: str, after: str, one_by_one: bool
):
    codes = [await TradingCode.generate(owner, **LICENCE) for owner in (bob, bob, eve, eve)]
    await deliver(relay)
    tab = await Tab.open(relay, ada, before)
    await codes[0].activate(by=ada)
    await TradingCode.generate(bob, **LICENCE)
    await broadcast("hello", "info", by=ada)
    await tab.show(after)
    await deliver(relay, one_by_one)  # the relay comes to it only now, when the old view stands no more
    untouched = tab.document.shown()
    tab.take_in()
    assert tab.document.shown() == untouched
    await tab.sync()
    await tab.settle()
    await tab.assert_up_to_date()


@pytest.mark.parametrize("lost", [False, True])
async def test_however_late_the_frames_of_an_earlier_visit_come_the_page_ends_right(
    relay: Relay, ada: Person, bob: Person, lost: bool
):
    """A phone's network holds everything back while its reader goes to another list and comes again: what was sent for
    the first visit then hits the second one."""
    first, second = [await TradingCode.generate(bob, **LICENCE) for _ in range(2)]
    await deliver(relay)
    tab = await Tab.open(relay, ada, "/admin/codes?status=pending")
    await first.activate(by=ada)
    await deliver(relay)  # under way: the first visit's
    await tab.show("/admin/accounts")
    await tab.sync()
    third = await TradingCode.generate(bob, **LICENCE)
    await second.cancel(by=ada)
    await deliver(relay)
    await tab.show("/admin/codes?status=pending")
    await tab.sync()
    await third.cancel(by=ada)
    await deliver(relay)
    if lost:
        await tab.reconnect()
    await tab.settle()
    await tab.assert_up_to_date()
    await tab.sync()
    assert tab.take_in() == [], "it stands where the hub stands"


async def test_what_a_page_said_before_the_barrier_does_not_pass_it(relay: Relay, ada: Person, bob: Person):
    code = await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    tab = await Tab.open(relay, ada, "/admin/codes?status=pending")
    await tab.show("/admin/codes")
    await tab.sync()
    await tab.sync()  # an answer's, on its way before the barrier came
    await code.activate(by=ada)
    await deliver(relay)
    assert [frame.targets for frame in tab.take_in()] == [["#barrier", "#cursor"]]
    await tab.settle()
    await tab.assert_up_to_date()


async def test_a_view_that_is_not_for_this_reader_closes_the_socket(relay: Relay, bob: Person):
    tab = await Tab.open(relay, bob, "/")
    await tab.sync(view="/admin/codes")
    assert tab.closed == NOT_ALLOWED


async def test_every_batch_of_pushes_moves_the_cursor(relay: Relay, ada: Person, bob: Person):
    tab = await Tab.open(relay, ada, "/admin/codes")
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    tab.take_in()
    assert int(tab.document.value("cursor")) == relay.hub.position == await LogEntry.last_id()


async def has_changed(*args: object) -> bool:
    """As after a row was ticked."""
    return True


async def generated_with_its_count_put_off(relay: Relay, tab: Tab, bob: Person) -> None:
    """The first code's count goes at once, the second's has to wait."""
    ids = []
    for _ in range(2):
        ids.append((await TradingCode.generate(bob, **LICENCE)).id)
        await deliver(relay)
    tab.take_in()
    assert tab.document.rows("codes") == [f"code-{code}" for code in reversed(ids)]


@pytest.mark.parametrize("ticks", [False, True])
async def test_a_sync_does_not_lose_the_count_that_was_put_off_for_its_page(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch, ticks: bool
):
    """Nothing was missed, so there is nothing to replay. Where rows were ticked, the page has other regions."""
    tab = await Tab.open(relay, ada, "/admin/codes")
    await generated_with_its_count_put_off(relay, tab, bob)
    if ticks:
        monkeypatch.setattr(AdminCodes, "ready", has_changed)
    await tab.sync()
    await count_now(relay)
    tab.take_in()
    await tab.assert_up_to_date()


async def test_a_pause_does_not_lose_it_either(relay: Relay, ada: Person, bob: Person):
    tab = await Tab.open(relay, ada, "/admin/codes")
    await generated_with_its_count_put_off(relay, tab, bob)
    await tab.sync(pause="1")
    await count_now(relay)
    await tab.sync(pause="0")
    await count_now(relay)
    tab.take_in()
    await tab.assert_up_to_date()


async def test_counts_that_are_being_rendered_while_a_page_syncs_are_not_lost(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
):
    tab = await Tab.open(relay, ada, "/admin/codes")
    await generated_with_its_count_put_off(relay, tab, bob)
    really = relay.hub.publish

    async def publish(*args: Any) -> None:
        await tab.sync()
        await really(*args)

    monkeypatch.setattr(relay.hub, "publish", publish)
    await count_now(relay)
    monkeypatch.undo()
    await count_now(relay)
    tab.take_in()
    await tab.assert_up_to_date()
