"""Moments, days and numbers as people read them, by CLDR.

A moment of today or yesterday says so, which changes at the reader's midnight only: a page that is open then gets its
rows anew (app/calendar/). Nothing counts minutes, as every open page would have to be told each minute.
The Gregorian calendar is used in Thai, too: it is that of the terminals that the licences are for.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from app.clock import now
from app.i18n.catalogue import translations
from app.i18n.locale import Locale

DAY = "d MMM y"
CLDR = {"en": "en_GB"}
"""Where what is plainly called by a language's code is somebody else's."""


def local_day(at: datetime, locale: Locale) -> date:
    return at.astimezone(locale.tz).date()


def today_in(locale: Locale) -> date:
    return local_day(now(), locale)


def moment(at: datetime, locale: Locale, today: date | None = None) -> str:
    """`today, 14:05`, `yesterday, 09:12`, `24 Nov 2026, 14:05`. `today`: the reader's, where it is known already."""
    local = at.astimezone(locale.tz)
    return f"{day_name(local.date(), today or today_in(locale), locale.language)}, {local.isoformat()[11:16]}"


def exact(at: datetime, locale: Locale) -> str:
    """To the second, with the zone's name: `25 Nov 2026, 14:05:09 (Asia/Bangkok)`."""
    local = at.astimezone(locale.tz)
    return f"{_date(local.date(), locale.language)}, {local.isoformat()[11:19]} ({locale.zone})"


def day(at: datetime, locale: Locale) -> str:
    return _date(local_day(at, locale), locale.language)


def date_name(on: date, language: str) -> str:
    return _date(on, language)


def heading(on: date, locale: Locale) -> str:
    """A day above what happened on it: `Today`, `Yesterday`, `Tuesday, 24 November 2026`."""
    return _heading(on, today_in(locale), locale.language)


def number(value: int | float, locale: Locale) -> str:
    return _number(value, locale.language)


def day_name(on: date, today: date, language: str) -> str:
    if on == today:
        return translations(language).gettext("today")
    if on == today - timedelta(days=1):
        return translations(language).gettext("yesterday")
    return _date(on, language)


@lru_cache(maxsize=4_096)
def _date(on: date, language: str) -> str:
    return format_date(on, DAY, locale=language)


@lru_cache(maxsize=512)
def _heading(on: date, today: date, language: str) -> str:
    name = day_name(on, today, language)
    return (
        name[0].upper() + name[1:]
        if today - on <= timedelta(days=1)
        else format_date(on, "full", locale=CLDR.get(language, language))
    )


@lru_cache(maxsize=4_096)
def _number(value: int | float, language: str) -> str:
    return format_decimal(value, locale=language)
