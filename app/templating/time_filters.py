"""What templates make of moments, days and ends, in the reader's language and zone."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.i18n import times
from app.i18n.catalogue import translations
from app.i18n.locale import Locale

SOON = 7
"""Days before its end from which on an account is marked."""
PARTS = 10
"""Of a bar; each has a class of its own, as no style stands in the markup."""


@pass_context
def when(context: Context, at: datetime | None) -> str:
    """A moment in the reader's zone; exact to the second where the pointer rests, and for machines."""
    if at is None:
        return "—"
    locale = context["locale"]
    return _when(at, locale, times.today_in(locale))


@lru_cache(maxsize=4_096)
def _when(at: datetime, locale: Locale, today: date) -> Markup:
    return _time(at, times.moment(at, locale, today), times.exact(at, locale))


@pass_context
def day(context: Context, at: datetime | None) -> str:
    if at is None:
        return "—"
    return _day(at, context["locale"])


@lru_cache(maxsize=4_096)
def _day(at: datetime, locale: Locale) -> Markup:
    return _time(at, times.day(at, locale), times.exact(at, locale))


@pass_context
def date_of(context: Context, on: date) -> str:
    """A day of a calendar, without a moment."""
    return times.date_name(on, context["locale"].language)


def _time(at: datetime, text: str, exact: str) -> Markup:
    html = f'<time datetime="{at.isoformat()[:19]}Z" title="{exact}">{text}</time>'  # isoformat: a fifth of strftime
    return Markup(html)  # noqa: S704 - digits, months and a zone's name


@pass_context
def left(context: Context, account: Any) -> str:
    """How long a licence still runs, in the reader's calendar days: the desk sends it anew at their midnight."""
    locale: Locale = context["locale"]
    if account.expires_at is None:
        return _left(None, locale.language)
    days = days_left(account, locale)
    return _left(-1 if account.status == "expired" else days, locale.language)


@lru_cache(maxsize=4_096)
def _left(days: int | None, language: str) -> str:
    known = translations(language)
    if days is None:
        return known.gettext("no end")
    if days < 0:
        return known.gettext("ended")
    if days == 0:
        return known.gettext("ends today")
    count = times.number(days, Locale(language))
    return known.ngettext("{count} day left", "{count} days left", days).format(count=count)


@pass_context
def urgency(context: Context, account: Any) -> str:
    """`over`, `soon`, or nothing: how an account's end is marked."""
    if account.expires_at is None:
        return ""
    days = days_left(account, context["locale"])
    return "over" if account.status == "expired" or days < 0 else "soon" if days <= SOON else ""


@pass_context
def time_left(context: Context, account: Any) -> Markup:
    """When an account ends: the day, the days until then, and a bar of ten parts for how much of its plan is left."""
    locale: Locale = context["locale"]
    if account.expires_at is None:
        return _time_left(None, "", "", locale.language)
    days = -1 if account.status == "expired" else days_left(account, locale)
    return _day(account.expires_at, locale) + _time_left(days, account.plan, account.status, locale.language)


@lru_cache(maxsize=4_096)
def _time_left(days: int | None, plan: str, status: str, language: str) -> Markup:
    words = _left(days, language)
    if days is None:
        return Markup(f'<small class="left">{words}</small>')  # noqa: S704 - a word of ours
    mark = " over" if days < 0 else " soon" if days <= SOON else ""
    share = 1.0 if plan == "lifetime" else days / int(plan)
    parts = max(min(days, 1), min(PARTS, int(share * PARTS)))  # a day that is left can be seen
    bar = f'<i class="bar{mark} b{parts}"></i>' if status == "valid" else ""
    return Markup(f' <small class="left{mark}">{words}</small>{bar}')  # noqa: S704


@pass_context
def dot(context: Context, account: Any) -> Markup:
    """What its robots do, as a dot with words: running now, seen today, quiet, never used."""
    locale: Locale = context["locale"]
    if account.robot_seen_at is None:
        return _dot("never", locale.language)
    if account.robots_running and account.status == "valid":
        return _dot("running", locale.language)
    is_today = times.local_day(account.robot_seen_at, locale) == times.today_in(locale)
    return _dot("today" if is_today else "quiet", locale.language)


@lru_cache(maxsize=64)
def _dot(state: str, language: str) -> Markup:
    gettext = translations(language).gettext
    words = {
        "running": gettext("Robot running now"),
        "today": gettext("Robot seen today"),
        "quiet": gettext("Robot quiet"),
        "never": gettext("Never used by a robot"),
    }[state]
    html = (
        f'<i class="dot {state}" title="{words}" aria-hidden="true"></i><span class="visually-hidden">{words}</span> '
    )
    return Markup(html)  # noqa: S704 - words of ours


def days_left(account: Any, locale: Locale) -> int:
    """Of an account that has an end; negative once it is over."""
    return (times.local_day(account.expires_at, locale) - times.today_in(locale)).days


@pass_context
def day_heading(context: Context, at: datetime) -> str:
    """Above what happened on a day, in the reader's zone."""
    locale: Locale = context["locale"]
    return times.heading(times.local_day(at, locale), locale)


@pass_context
def day_class(context: Context, at: datetime) -> str:
    """The same of moments of one day; of neighbours in a list only then, unless 343 days lie between them. Three digits
    are few enough for the stylesheet to compare each."""
    number = times.local_day(at, context["locale"]).toordinal()
    return f"x{number % 7} y{number // 7 % 7} z{number // 49 % 7}"


@pass_context
def clock(context: Context, at: datetime) -> str:
    """A moment below its day."""
    locale: Locale = context["locale"]
    return _time(at, at.astimezone(locale.tz).isoformat()[11:16], times.exact(at, locale))


TIME_FILTERS = {
    "when": when,
    "day": day,
    "date": date_of,
    "left": left,
    "dot": dot,
    "urgency": urgency,
    "time_left": time_left,
    "clock": clock,
    "day_heading": day_heading,
    "day_class": day_class,
}
