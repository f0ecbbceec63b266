"""The templates, in each reader's language. Needs no request: a push renders without one."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template, TemplateNotFound
from jinja2.ext import Extension
from markupsafe import Markup

from app.i18n.catalogue import translations
from app.i18n.locale import LANGUAGES, Locale
from app.settings import settings
from app.templating import access_keys
from app.templating.filters import FILTERS

ROOT = Path(__file__).parent.parent.parent
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
        bytecode_cache=_compiled(),
        extensions=["jinja2.ext.i18n", _Unindented],
    )
    say, say_count = _speaking(language)
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(_=say, gettext=say, ngettext=say_count)
    environment.filters.update(FILTERS)
    environment.globals["asset"] = asset
    environment.globals["access_keys"] = access_keys
    environment.globals["desk_address"] = desk_address
    return environment


class _Unindented(Extension):
    """What indents a tag is there for those who read templates: it is neither rendered nor sent."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENT.sub("\n", source)


_INDENT = re.compile(r"\n[ \t]+(?=<)")


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates beside compiled modules, for all languages: to compile them is half of a server's start."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return hashlib.sha256(f"{jinja2.__version__} {_own_source()} {name}".encode()).hexdigest()[:32]


@cache
def _compiled() -> _Compiled | None:
    """None where Python, too, keeps nothing."""
    folder = Path(__file__).parent / "__pycache__"
    if sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    return _Compiled(str(folder), "template-%s.jinja")


@cache
def _own_source() -> str:
    """How templates are compiled is said in this file, and stands in no template."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


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


def desk_address() -> str:
    """Under which terminals reach the desk, as the settings say it; empty where they do not. What is pushed is rendered
    without a request."""
    known = settings()
    if known.origins:
        return min(known.origins)
    return f"https://{min(known.hosts)}" if known.production and known.hosts else ""


@cache
def asset(name: str) -> str:
    """The URL of a static file with its content's hash, so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
