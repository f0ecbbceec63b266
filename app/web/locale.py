"""In which language and zone somebody reads: as they have chosen, else as their browser asks, else by the settings."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection

from app.i18n.locale import Locale, preferred
from app.settings import settings


def locale_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Locale:
    """Of a request or a socket; also of one that failed before it was known whose it is."""
    person = connection.scope.get("user")
    known: Locale | None = getattr(person, "locale", None)
    return known or locale_for(connection, None, None)


def locale_for(connection: ASGIConnection[Any, Any, Any, Any], language: str | None, zone: str | None) -> Locale:
    """What a person has chosen goes first; None: they have chosen nothing."""
    asked = asked_for(connection.headers.get("accept-language", ""))
    return Locale(language or asked.language, zone or asked.zone)


def asked_for(accept_language: str) -> Locale:
    """By a browser, of which nothing else is known."""
    return Locale(preferred(accept_language, settings().language), settings().zone)
