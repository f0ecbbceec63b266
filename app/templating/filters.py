"""What templates make of plans, names and sentences, in the reader's language; of times: time_filters.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from app import labels
from app.i18n.browsers import browser_name
from app.i18n.locale import Locale
from app.i18n.message import in_words, value_in_words
from app.licences.plans import DEFAULT_PRODUCT, plan_label
from app.templating.time_filters import TIME_FILTERS

KEY = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}\b")


def keys(text: str) -> Markup:
    """A sentence in which keys are not needed whole; who copies it has them whole nevertheless."""
    return Markup(KEY.sub(r'<code class="short">\g<0></code>', str(escape(text))))  # noqa: S704 - escaped before


def whole_keys(text: str) -> Markup:
    """The same, where they are about to be copied."""
    return Markup(KEY.sub(r'<code class="whole">\g<0></code>', str(escape(text))))  # noqa: S704 - escaped before


@pass_context
def plan(context: Context, name: str) -> str:
    return _plan(name, context["locale"].language)


@pass_context
def label(context: Context, name: str) -> str:
    """What a state, an action or a role is called, with a capital: `pending` as "Pending" (app/labels.py)."""
    return _label(name, context["locale"].language)


def product(slug: str) -> Markup:
    """Beside a plan, of which product it is; of the one that every desk begins with nothing is said."""
    return Markup("") if slug == DEFAULT_PRODUCT else Markup(' <small class="product">{}</small>').format(slug)


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


@pass_context
def browser(context: Context, agent: str) -> str:
    """What a browser calls itself, in the words of people."""
    return browser_name(agent).in_words(context["locale"])


FILTERS = {
    **TIME_FILTERS,
    "browser": browser,
    "plan": plan,
    "product": product,
    "label": label,
    "kind": kind,
    "kind_icon": labels.kind_icon,
    "keys": keys,
    "whole_keys": whole_keys,
    "said": said,
    "all_said": all_said,
    "number": number,
}
