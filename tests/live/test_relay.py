"""From the log to the pages: what fails costs its own push, counts come at a pace, toasts do not flood."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from typing import Any

import asyncpg
import pytest

from app.codes.regions import CodeListing
from app.codes.tables import TradingCode
from app.live.batch import Batch
from app.live.connection import NOT_SIGNED_IN
from app.live.log import LogEntry
from app.live.relay import SUMMARIES_EVERY, Relay
from app.notifications import toasts
from app.notifications.tables import broadcast
from app.notifications.unread import Unread
from app.people.tables import Person
from app.templating import render
from tests.live.conftest import deliver
from tests.live.dom import parsed
from tests.live.tabs import Tab, text_of
from tests.live.test_replay import LICENCE


async def test_a_broadcast_that_raises_is_logged_and_costs_only_its_own_push(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    codes, inbox = await Tab.open(relay, ada, "/admin/codes"), await Tab.open(relay, ada, "/notifications")

    async def broken(*_: Any) -> Any:
        raise RuntimeError("a template is broken")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(CodeListing, "row_html", broken)
        code = await TradingCode.generate(bob, **LICENCE)
        failed = await LogEntry.last_id()
        await deliver(relay)
    (frame,) = codes.take_in()
    assert "#refetch" in frame.targets, "the page fetches itself anew"
    assert "#codes" not in frame.targets
    assert any(target.startswith("#toasts") for target in frame.targets), "the page's other regions get theirs"
    (other,) = inbox.take_in()
    assert "#notifications" in other.targets
    assert "#refetch" not in other.targets
    (line,) = [record for record in caplog.records if record.exc_info]
    assert f"[{failed}]" in line.getMessage()

    await code.activate(by=ada)
    await deliver(relay)
    (frame,) = codes.take_in()
    assert f"#code-{code.id}" in frame.targets, "the relay goes on"


@pytest.mark.parametrize(("of", "broken"), [(CodeListing, "terms_of"), (Batch, "entries_for"), (Batch, "count_for")])
async def test_a_bug_wherever_it_is_stops_the_log_for_nobody(
    running: Relay, ada: Person, bob: Person, eve: Person, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, of: type[Any], broken: str,
) -> None:  # fmt: skip
    """Nothing is tried again for ever, all pages fetch themselves anew, and who may not read on is out."""
    searching, other = await Tab.open(running, ada, "/admin/codes?q=bob"), await Tab.open(running, bob, "/")
    paused, suspended = await Tab.open(running, ada, "/admin/codes"), await Tab.open(running, eve, "/")
    await paused.sync(pause="1")

    def fails(*_: Any) -> Any:
        raise RuntimeError("there is a bug")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(of, broken, fails)
        await TradingCode.generate(bob, **LICENCE)
        await eve.suspend(by=ada)
        for tab in (searching, other):
            await tab.until(lambda tab=tab: asks_for_itself(tab), "the page is to fetch itself anew")
        await suspended.until(lambda: suspended.closed, "it is out")
    assert suspended.closed == NOT_SIGNED_IN
    assert any("cannot be published" in record.getMessage() for record in caplog.records)

    code = await TradingCode.generate(bob, **LICENCE)
    await other.until(lambda: f"code-{code.id}" in other.document.rows("codes"), "the relay goes on")


def asks_for_itself(tab: Tab) -> bool:
    return any("#refetch" in frame.targets for frame in tab.frames)


async def test_counts_that_cannot_be_rendered_cost_only_themselves(
    running: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab.open(running, ada, "/admin/codes")

    async def broken(*_: Any) -> Any:
        raise RuntimeError("a template is broken")

    with monkeypatch.context() as patch:
        patch.setattr(Unread, "full_many", broken)
        patch.setattr(Unread, "patch_many", broken)
        code = await TradingCode.generate(bob, **LICENCE)
        await tab.until(lambda: any("#refetch" in frame.targets for frame in tab.frames), "an order to refetch")
        assert tab.document.rows("codes") == [f"code-{code.id}"]
    await broadcast("hello", "info", by=ada)
    await tab.until(lambda: "#unread" in tab.frames[-1].targets, "counts again")


async def test_a_page_that_cannot_be_brought_up_to_date_row_by_row_is_told_to_fetch_itself(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    cursor = int(tab.document.value("cursor"))

    async def broken(*_: Any) -> Any:
        raise RuntimeError("a template is broken")

    monkeypatch.setattr(CodeListing, "row_html", broken)
    tab.under_way.clear()
    await tab.reconnect(cursor)
    (frame,) = tab.take_in()
    assert "#refetch" in frame.targets
    assert tab.closed is None


async def test_counts_come_at_most_four_times_a_second_and_end_right(running: Relay, ada: Person) -> None:
    tab = await Tab.open(running, ada, "/notifications")
    began, events = time.monotonic(), 0
    while time.monotonic() < began + 1.2:
        await broadcast("hello", "info", by=ada)
        events += 1
        await asyncio.sleep(0.005)
    seconds = time.monotonic() - began
    last = await LogEntry.last_id()
    await tab.until(lambda: tab.frames and "#unread" in tab.frames[-1].targets, "the last counts")
    await tab.until(lambda: tab.frames[-1].position == last, "the last event")
    refreshes = [frame for frame in tab.frames if "#unread" in frame.targets]
    assert events > 3 * len(refreshes)
    assert 2 <= len(refreshes) <= seconds / SUMMARIES_EVERY + 2
    await tab.until(lambda: "#unread" in tab.frames[-1].targets, "the counts of the last event")
    await tab.assert_up_to_date()


async def test_a_burst_becomes_one_toast(relay: Relay, ada: Person, bob: Person) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    for _ in range(12):
        await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    tab.take_in()
    assert tab.document.rows("toasts") == ["toast-burst"]
    assert "12 changes" in tab.document.find("toasts").text_content()


async def test_never_more_than_three_toasts_however_the_events_come(relay: Relay, ada: Person, bob: Person) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    for _ in range(9):
        await TradingCode.generate(bob, **LICENCE)
        await deliver(relay)
    tab.take_in()
    assert len(tab.document.rows("toasts")) == 3
    assert "7 changes" in tab.document.find("toast-burst").text_content()


async def test_a_flood_of_warnings_is_bounded_and_what_else_comes_is_counted_without_them(
    relay: Relay, ada: Person, bob: Person
) -> None:
    codes = [await TradingCode.generate(bob, **LICENCE) for _ in range(30)]
    await deliver(relay)
    tab = await Tab.open(relay, bob, "/")
    before = relay.hub.position
    for number in range(4):
        await broadcast(f"Message {number}", "info", by=ada)
    for code in codes:
        await TradingCode.act([code.id], "cancel", ada, f"Reason {code.id}.")
    await deliver(relay)
    tab.take_in()
    said = [tab.document.find(toast).text_content() for toast in tab.document.rows("toasts")]
    assert len(said) == toasts.MOST_SERIOUS + 1
    newest_first = [f"Reason {code.id}." for code in codes[: -toasts.MOST_SERIOUS - 1 : -1]]
    assert all(reason in text for reason, text in zip(newest_first, said[:-1], strict=True))
    assert "4 changes just now" in said[-1]

    await tab.reconnect(before)
    tab.take_in()
    assert len(tab.document.rows("toasts")) == len(said), "what is told again is not shown again"


async def test_no_toast_is_shown_twice_by_its_id(relay: Relay, ada: Person, bob: Person) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    frames = list(tab.under_way)
    tab.take_in()
    toasts = tab.document.rows("toasts")
    assert len(toasts) == 1
    for partial in parsed(text_of(frames[0])):
        tab.document.apply(partial)
    assert tab.document.rows("toasts") == toasts


async def test_what_was_missed_while_away_is_one_toast(relay: Relay, ada: Person, bob: Person) -> None:
    await TradingCode.generate(bob, **LICENCE)  # of a log that begins after a page's cursor, the page is sent in full
    await deliver(relay)
    tab = await Tab.open(relay, ada, "/admin/codes")
    cursor = relay.hub.position
    for _ in range(5):
        await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    await tab.reconnect(cursor)
    tab.take_in()
    assert tab.document.rows("toasts") == ["toast-burst"]


async def test_a_relay_that_was_down_goes_on_where_it_was(relay: Relay, ada: Person, bob: Person) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    codes = []
    for _ in range(3):
        codes.append(await TradingCode.generate(bob, **LICENCE))
        task = asyncio.create_task(relay.run())
        await tab.until(lambda: len(tab.document.rows("codes")) == len(codes), "the code")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await tab.assert_same_rows("codes")


async def test_a_wake_up_that_was_lost_costs_a_moment_and_no_update(
    running: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab.open(running, ada, "/admin/codes")
    monkeypatch.setattr("app.live.log._wakers", set())
    code = await TradingCode.generate(bob, **LICENCE)
    await tab.until(lambda: tab.document.rows("codes") == [f"code-{code.id}"], "the code")


def announced(tab: Tab) -> list[str]:
    """What a page was told of its connection since it was asked last."""
    return [partial.text for frame in tab.take_in() for partial in frame.partials if partial.target == "#connection"]


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (RuntimeError("a bug"), False),
        (AssertionError("a bug"), False),
        (sqlite3.IntegrityError("a bug"), False),
        (sqlite3.OperationalError("database is locked"), True),
        (ConnectionRefusedError("nobody listens"), True),
        (asyncpg.ConnectionDoesNotExistError("closed in the middle"), True),
        (TimeoutError("no connection of the pool came free"), True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_away_is_said_of_a_database_that_is_away_and_never_of_a_bug(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch, error: Exception, is_away: bool
) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    await relay._publish_new()  # says once that it is live
    assert announced(tab)

    async def fails(*_: Any, **__: Any) -> Any:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(LogEntry, "after", fails)
        with pytest.raises(type(error)):
            await relay.run()
    said = announced(tab)
    assert (said != [], relay.is_unavailable) == (is_away, is_away)
    assert all("offline" in words for words in said)

    await TradingCode.generate(bob, **LICENCE)
    await relay._publish_new()
    assert [words.startswith("live") for words in announced(tab)] == [True] * is_away, "and taken back when it is over"


async def test_a_region_for_which_the_database_is_away_comes_when_it_is_back(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab.open(relay, ada, "/admin/codes")
    code = await TradingCode.generate(bob, **LICENCE)
    before = relay.hub.position

    async def fails(*_: Any, **__: Any) -> Any:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(CodeListing, "load", fails)
        with pytest.raises(sqlite3.OperationalError):
            await relay.run()
    assert relay.hub.position == before, "nothing is skipped"
    assert announced(tab)
    await relay._publish_new()
    tab.take_in()
    assert tab.document.rows("codes") == [f"code-{code.id}"]


async def test_a_template_that_is_missing_is_a_bug_and_not_a_database_that_is_away(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To Python it is an OSError, as a refused connection is."""
    tab = await Tab.open(relay, ada, "/admin/codes")
    await relay._publish_new()
    announced(tab)
    monkeypatch.setattr("app.codes.regions.CodeListing.row_html", renders_what_is_not_there)
    await TradingCode.generate(bob, **LICENCE)
    await relay._publish_new()
    frames = tab.take_in()
    assert "#refetch" in frames[0].targets
    assert not any("#connection" in frame.targets for frame in frames)
    assert relay.hub.position == await LogEntry.last_id()


async def renders_what_is_not_there(*_: Any) -> Any:
    return [render("codes/no_such_row.html")]
