"""Moments, days and numbers, as people read them in their language and zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from app import clock
from app.i18n import times
from app.i18n.locale import ENGLISH, Locale, is_zone, preferred
from app.i18n.message import say, say_count
from app.i18n.spans import span
from app.templating.time_filters import days_left

THAI, BANGKOK, NEW_YORK = Locale("th", "Asia/Bangkok"), Locale("en", "Asia/Bangkok"), Locale("en", "America/New_York")
NOON = datetime(2026, 11, 25, 12, 0, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    """Of Wednesday, 25 November 2026 in UTC: 19:00 in Bangkok, 7:00 in New York."""
    clock.travel(NOON - clock.now())
    yield
    clock.return_to_present()


@pytest.mark.parametrize(
    ("hours", "locale", "said"),
    [
        (0, ENGLISH, "today, 12:00"),
        (0, BANGKOK, "today, 19:00"),
        (0, THAI, "วันนี้, 19:00"),
        (-13, ENGLISH, "yesterday, 23:00"),
        (-13, BANGKOK, "today, 06:00"),
        (-8, NEW_YORK, "yesterday, 23:00"),
        (-20, THAI, "เมื่อวาน, 23:00"),
        (-48, ENGLISH, "23 Nov 2026, 12:00"),
        (-48, THAI, "23 พ.ย. 2026, 19:00"),
    ],
)
def test_a_moment_is_of_the_readers_day(hours: int, locale: Locale, said: str) -> None:
    assert times.moment(NOON + timedelta(hours=hours), locale) == said


def test_the_exact_moment_names_its_zone() -> None:
    assert times.exact(NOON, NEW_YORK) == "25 Nov 2026, 07:00:09 (America/New_York)"


def test_days_are_counted_in_the_readers_calendar() -> None:
    """What ends at 20:00 in London tonight ends tomorrow in Bangkok."""
    account = SimpleNamespace(expires_at=NOON + timedelta(hours=8))
    assert days_left(account, ENGLISH) == 0
    assert days_left(account, BANGKOK) == 1


def test_a_day_that_is_an_hour_longer_is_one_day() -> None:
    """New York set its clocks back on 1 November 2026."""
    before = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)  # 0:30 there
    after = before + timedelta(hours=24)  # 23:30 of the same day
    assert times.local_day(before, NEW_YORK) == times.local_day(after, NEW_YORK)


def test_a_heading_says_the_day() -> None:
    today = times.today_in(ENGLISH)
    assert times.heading(today, ENGLISH) == "Today"
    assert times.heading(today - timedelta(days=1), THAI) == "เมื่อวาน"
    assert times.heading(today - timedelta(days=2), ENGLISH) == "Monday, 23 November 2026"


def test_numbers_and_plurals_are_those_of_the_language() -> None:
    assert say("{most} characters", most=3650) == "3,650 characters"
    assert say_count("{count} day", "{count} days", 1) == "1 day"
    assert say_count("{count} day", "{count} days", 1).in_words(THAI) == "1 วัน"
    assert say_count("{count} day", "{count} days", 3650).in_words(THAI) == "3,650 วัน"
    assert [str(span(seconds)) for seconds in (1, 20, 150, 9_000)] == ["a second", "20 seconds", "3 minutes", "3 hours"]
    assert span(150).in_words(THAI) == "3 นาที"


def test_a_message_within_a_message_is_said_in_the_same_language() -> None:
    told = say("by {name}, {at}", name="ada", at=NOON)
    assert told == "by ada, today, 12:00"
    assert told.in_words(THAI) == "โดย ada, วันนี้, 19:00"


def test_braces_in_what_somebody_wrote_stay_as_they_are() -> None:
    assert say("Broadcast: {message}", message="{by} %(x)s").in_words(THAI) == "ประกาศ: {by} %(x)s"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("th", "th"), ("TH-th", "th"), ("en;q=0.3,th;q=0.7", "th"), ("th;q=0", "en"), ("*", "en"), (";;q=,=,", "en"),
        ("de" * 10_000, "en"), ("th;q=nan", "en"), ("th;q=x,en;q=0.1", "en"),
    ],
)  # fmt: skip
def test_the_browsers_wish_is_read_however_odd_it_is(header: str, language: str) -> None:
    assert preferred(header, "en") == language


def test_zones_are_places() -> None:
    assert is_zone("Asia/Bangkok")
    assert is_zone("UTC")
    assert not is_zone("localtime")
    assert not is_zone("../../etc/passwd")
