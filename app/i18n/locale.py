"""What makes two readers of the same role read differently."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

LANGUAGES = {"en": "English", "th": "ไทย"}
"""By their codes (BCP 47), as their speakers call them."""


class Locale(NamedTuple):
    """A language and a time zone. Part of every region that shows words or times: what is rendered once for many is
    rendered once for each of these among them, never once a person."""

    language: str = "en"
    """One of LANGUAGES."""
    zone: str = "UTC"
    """A name of the IANA time zone database."""

    @property
    def tz(self) -> ZoneInfo:
        return time_zone(self.zone)


ENGLISH = Locale()
"""Of logs, of the command line, and of whoever has said nothing."""


@cache
def time_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def zones() -> tuple[str, ...]:
    """The zones that a person may choose: those of places (`Asia/Bangkok`), and UTC."""
    places = {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in places))


def is_zone(name: str) -> bool:
    return name in _zone_names()


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(zones())


def preferred(accept_language: str, default: str) -> str:
    """The first of LANGUAGES by a browser's Accept-Language (RFC 9110, 12.5.4); only its beginning is looked at."""
    ranked = sorted(_ranges(accept_language[:200]), key=lambda each: -each[1])
    return next((language for language, quality in ranked if quality > 0 and language in LANGUAGES), default)


def _ranges(header: str) -> Iterable[tuple[str, float]]:
    for part in header.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            quality = float(value) if name == "q" else 1.0
        except ValueError:
            quality = 0.0
        yield tag.strip().lower().partition("-")[0], quality
