"""Midnight, in each zone for itself: on pages that are open, that were away, and while no server ran."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from app import clock
from app.accounts.tables import CustomerAccount
from app.calendar.tables import Day
from app.codes.tables import TradingCode
from app.i18n.locale import Locale, time_zone
from app.live.log import LogEntry
from app.live.relay import Relay
from app.notifications.tables import broadcast
from app.people.tables import Person
from tests.browser import Browser
from tests.live.conftest import deliver
from tests.live.tabs import Tab
from tests.live.test_replay import LICENCE

BANGKOK = "Asia/Bangkok"


@pytest.fixture
async def late_in_bangkok(desk: None) -> None:
    """It is 23:30 there, and 16:30 in UTC; all days are recorded."""
    half_past_four = datetime.combine(clock.now().date() + timedelta(days=1), time(16, 30), UTC)
    clock.travel(half_past_four - clock.now())
    await Day.observe("UTC")
    await Day.observe(BANGKOK)
    for day in await Day.matching(Day.id > 0):
        await Day.update({Day.last: clock.now().astimezone(time_zone(day.zone)).date()}).where(Day.id == day.id)


async def in_bangkok(person: Person, language: str = "en") -> Person:
    chosen = await person.choose(language, BANGKOK)
    chosen.locale = Locale(language, BANGKOK)
    return chosen


def words_of(tab: Tab, element: str) -> str:
    found = tab.document.find(element)
    assert found is not None, f"#{element} is not there"
    return " ".join(found.text_content().split())


async def test_what_was_today_is_yesterday_for_those_alone_whose_day_is_over(
    late_in_bangkok: None, relay: Relay, ada: Person, grace: Person, bob: Person
) -> None:
    grace, bob = await in_bangkok(grace, "th"), await in_bangkok(bob)
    code = await TradingCode.generate(bob, **LICENCE)
    await broadcast("hello", "info", by=ada)
    await deliver(relay)
    tabs = {
        (person.username, path): await Tab.open(relay, person, path)
        for person, path in (
            (ada, "/admin/codes"), (ada, "/admin"), (ada, "/notifications"), (grace, "/admin/codes"), (grace, "/admin"),
            (grace, "/admin/activity"), (grace, "/notifications"), (bob, "/"), (bob, "/notifications"),
        )
    }  # fmt: skip
    row = f"code-{code.id}"
    assert "วันนี้, 23:30" in words_of(tabs["grace", "/admin/codes"], row)
    clock.travel(timedelta(hours=1))
    assert await Day.start_if_new() == 1
    relay._summaries_sent = 0.0
    await deliver(relay)
    for (name, path), tab in tabs.items():
        frames = [frame for frame in tab.take_in() if frame.says_something]
        assert bool(frames) == (name != "ada"), f"{path} of {name}"
        await tab.assert_up_to_date()
    assert "เมื่อวาน, 23:30" in words_of(tabs["grace", "/admin/codes"], row)
    assert "yesterday, 23:30" in words_of(tabs["bob", "/"], row)
    assert "today, 16:30" in words_of(tabs["ada", "/admin/codes"], row)


@pytest.mark.parametrize("with_server", [True, False], ids=["the page was away", "no server ran"])
async def test_a_page_that_was_away_for_a_week_says_no_more_that_last_week_is_today(
    late_in_bangkok: None, relay: Relay, ada: Person, bob: Person, with_server: bool
) -> None:
    code = await TradingCode.generate(bob, **LICENCE)
    await CustomerAccount.create("bob", **LICENCE, by=ada)
    await broadcast("hello", "info", by=ada)
    await deliver(relay)
    tabs = [await Tab.open(relay, bob, "/"), await Tab.open(relay, ada, "/admin/codes")]
    tabs.append(await Tab.open(relay, ada, "/notifications"))
    assert "today, 16:30" in words_of(tabs[0], f"code-{code.id}")
    for tab in tabs:
        relay.hub.disconnect(tab.connection)
    for _ in range(8):
        clock.travel(timedelta(days=1))
        if with_server:
            await Day.start_if_new()
    await Day.start_if_new()
    kinds = [entry.kind for entry in await LogEntry.after(relay.hub.position)]
    assert kinds.count("DayBegan") == (8 if with_server else 1) * await Day.count()
    await deliver(relay)
    for tab in tabs:
        await tab.reconnect()
        tab.take_in()
        tab.browser = await Browser.of(tab.reader)  # the session of last week is over
        await tab.assert_up_to_date()
    assert "today" not in words_of(tabs[0], f"code-{code.id}")
