"""A sentence that is put into words when it is known who reads it: errors, labels, what events say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from app.i18n.catalogue import translations
from app.i18n.locale import ENGLISH, Locale
from app.i18n.times import moment, number


class Message(str):
    """In English by itself, as logs and the command line have it; `in_words` says the same in any language.

    `{name}` in the sentence stands for a value; a moment is said in the reader's zone, a number by their language.
    """

    __slots__ = ("_count", "_many", "_sentence", "_values")

    _sentence: str
    _many: str | None
    _count: int
    _values: Mapping[str, Any]

    def __new__(cls, sentence: str, many: str | None, count: int, values: Mapping[str, Any]) -> Self:
        message = super().__new__(cls, _in_words(sentence, many, count, values, ENGLISH))
        message._sentence, message._many, message._count, message._values = sentence, many, count, values
        return message

    def in_words(self, locale: Locale) -> str:
        return _in_words(self._sentence, self._many, self._count, self._values, locale)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._sentence, self._many, self._count, self._values)


def say(sentence: str, /, **values: Any) -> Message:
    return Message(sentence, None, 0, values)


def say_count(one: str, many: str, count: int, /, **values: Any) -> Message:
    """The right one of both for `{count}`."""
    return Message(one, many, count, {"count": count, **values})


def in_words(text: str, locale: Locale) -> str:
    """A text that may be a message; any other stays what it is: somebody's name, what a client wrote."""
    return text.in_words(locale) if isinstance(text, Message) else text


def in_words_with(sentence: str, values: Mapping[str, Any], locale: Locale) -> str:
    """A sentence of the code's that was never made a message, as those of events, with its values."""
    return _in_words(sentence, None, 0, values, locale)


def _in_words(sentence: str, many: str | None, count: int, values: Mapping[str, Any], locale: Locale) -> str:
    if not sentence:  # which would be the catalogue's own head
        return ""
    known = translations(locale.language)
    text = known.gettext(sentence) if many is None else known.ngettext(sentence, many, count)
    return text.format_map({name: value_in_words(value, locale) for name, value in values.items()}) if values else text


def value_in_words(value: Any, locale: Locale) -> str:
    if isinstance(value, str):
        return in_words(value, locale)
    if isinstance(value, datetime):
        return moment(value, locale)
    if isinstance(value, int | float):
        return number(value, locale)
    return str(value)
