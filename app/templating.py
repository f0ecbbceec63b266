"""The templates, in each reader's language. Needs no request: a push renders without one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app import labels
from app.i18n import times
from app.i18n.catalogue import translations
from app.i18n.locale import LANGUAGES, Locale
from app.i18n.message import in_words, value_in_words
from app.licences.plans import plan_label

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"


def render(template: str, locale: Locale, **context: Any) -> Markup:
    """Raises jinja2.UndefinedError for a name the template needs and did not get, LookupError where none is there."""
    try:
        text = _template(template, locale.language).render(context, locale=locale)
    except TemplateNotFound as missing:  # an OSError, which would be taken for a database that is away
        raise LookupError(f"there is no template {missing}") from None
    return Markup(text)  # noqa: S704 - the templates escape


def compile_templates() -> None:
    """All of them in every language, some 3 ms each: the first page of a server, a dozen of them, would else hold its
    event loop."""
    for language in LANGUAGES:
        for name in _environment(language).list_templates():
            _template(name, language)


@cache
def _template(name: str, language: str) -> Template:
    template = _environment(language).get_template(name)
    # Every rendering begins with a copy of these, and Jinja's ChainMap takes longer to copy than a fragment to render.
    template.globals = dict(template.globals)
    return template


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    say, say_count = _speaking(language)
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(_=say, gettext=say, ngettext=say_count)
    environment.filters.update(
        when=when,
        day=day,
        left=left,
        plan=plan,
        label=label,
        urgency=urgency,
        said=said,
        number=number,
        kind=kind,
        all_said=all_said,
    )
    environment.globals["asset"] = asset
    return environment


def _speaking(language: str) -> tuple[Callable[..., Markup], Callable[..., Markup]]:
    """gettext and ngettext as templates call them. Jinja's own ask the context, and format what has no values, too:
    in a row that takes a fifth of its time."""
    known = translations(language)

    @cache
    def sentence(text: str) -> Markup:
        return Markup(known.gettext(text))  # noqa: S704 - ours, and the translators'

    def say(text: str, /, **values: Any) -> Markup:
        return sentence(text) % values if values else sentence(text)

    def say_count(one: str, many: str, num: int, /, **values: Any) -> Markup:
        return Markup(known.ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704

    return say, say_count


@cache
def asset(name: str) -> str:
    """The URL of a static file with its content's hash, so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


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


SOON = 7
"""Days before its end from which on an account is marked."""


@pass_context
def urgency(context: Context, account: Any) -> str:
    """`over`, `soon`, or nothing: how an account's end is marked."""
    if account.expires_at is None:
        return ""
    days = days_left(account, context["locale"])
    return "over" if account.status == "expired" or days < 0 else "soon" if days <= SOON else ""


def days_left(account: Any, locale: Locale) -> int:
    """Of an account that has an end; negative once it is over."""
    return (times.local_day(account.expires_at, locale) - times.today_in(locale)).days


@pass_context
def plan(context: Context, name: str) -> str:
    return _plan(name, context["locale"].language)


@pass_context
def label(context: Context, name: str) -> str:
    """What a state, an action or a role is called, with a capital: `pending` as "Pending" (app/labels.py)."""
    return _label(name, context["locale"].language)


@pass_context
def kind(context: Context, name: str) -> str:
    """What a kind of event is called."""
    return labels.kind_label(name).in_words(context["locale"])


@cache
def _plan(name: str, language: str) -> str:
    return plan_label(name).in_words(Locale(language))


@cache
def _label(name: str, language: str) -> str:
    return labels.label(name).in_words(Locale(language))


@pass_context
def said(context: Context, text: str) -> str:
    """A sentence of the code's in the reader's language."""
    return in_words(text, context["locale"])


@pass_context
def all_said(context: Context, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Before `xmlattr`: of the values of attributes those that are sentences."""
    return {name: in_words(value, context["locale"]) for name, value in attributes.items()}


@pass_context
def number(context: Context, value: float) -> str:
    return value_in_words(value, context["locale"])
