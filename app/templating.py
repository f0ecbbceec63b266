"""The templates, and the few filters by which rows become words. Needs no request: a push renders without one."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound
from markupsafe import Markup

from app.clock import today

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"


def render(template: str, **context: Any) -> Markup:
    """Raises jinja2.UndefinedError for a name the template needs and did not get, LookupError where none is there."""
    try:
        return Markup(_template(template).render(context))  # noqa: S704 - the templates escape
    except TemplateNotFound as missing:  # an OSError, which would be taken for a database that is away
        raise LookupError(f"there is no template {missing}") from None


def compile_templates() -> None:
    """All of them, some 3 ms each: the first page of a server, a dozen of them, would else hold its event loop."""
    for name in _environment().list_templates():
        _template(name)


@cache
def _template(name: str) -> Template:
    template = _environment().get_template(name)
    # Every rendering begins with a copy of these, and Jinja's ChainMap takes longer to copy than a fragment to render.
    template.globals = dict(template.globals)
    return template


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(when=when, day=day, left=left, plan=plan, plural=plural)
    environment.globals["asset"] = asset
    return environment


@cache
def asset(name: str) -> str:
    """The URL of a static file with its content's hash, so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def when(at: datetime | None) -> str:
    """A moment, in UTC; the page says so once."""
    if at is None:
        return "—"
    return _time(at, when_text(at))


def when_text(at: datetime) -> str:
    return at.strftime("%-d %b %Y, %H:%M")


def day(at: datetime | None) -> str:
    if at is None:
        return "—"
    return _time(at, f"{at:%-d %b %Y}")


def _time(at: datetime, text: str) -> Markup:
    return Markup(f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{text}</time>')  # noqa: S704 - digits and months


def left(account: Any) -> str:
    """How long a licence still runs, in calendar days (UTC): it changes at midnight, when the desk sends it anew."""
    if account.expires_at is None:
        return "no end"
    days = (account.expires_at.date() - today()).days
    if account.status == "expired" or days < 0:
        return "ended"
    if days == 0:
        return "ends today"
    return f"{days} day left" if days == 1 else f"{days} days left"


def plan(name: str) -> str:
    return "lifetime" if name == "lifetime" else f"{name} days"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
