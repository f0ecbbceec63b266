"""The settings that the environment gives: one frozen object, rejected early when it makes no sense."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from urllib.parse import SplitResult, urlsplit

from app.i18n.locale import LANGUAGES, is_zone
from app.limits import QUOTAS, Quota, quotas_with, setting_names


class SettingsError(ValueError):
    """A setting that cannot be understood; the message is one line that names it."""


@dataclass(frozen=True)
class Settings:
    database_url: str = "sqlite:///desk.db"
    """`sqlite:///file.db` (relative), `sqlite:////abs/file.db`, or `postgresql://…`."""
    production: bool = False
    """Secure cookies and HSTS; development allows plain http."""
    origins: frozenset[str] = field(default_factory=frozenset)
    """Origins allowed besides the request's own host, as `https://desk.example`."""
    page_size: int = 50
    """Rows on one page of a list, 1 to 500."""
    code_ttl: timedelta = timedelta(days=7)
    """A code that nobody activates for this long expires by itself."""
    clock_interval: float = 1.0
    """Seconds between two ticks of the scheduler, 0.05 to 60."""
    log_level: str = "INFO"
    language: str = "en"
    """Of whoever has chosen none, and whose browser asks for none that the desk speaks."""
    zone: str = "UTC"
    """The time zone of whoever has chosen none."""
    quotas: bool = True
    """Off for measurements and bulk work only: then nobody's actions are counted."""
    quota_table: Mapping[str, Quota] = field(default_factory=lambda: QUOTAS)
    hosts: frozenset[str] = field(default_factory=frozenset)
    """Host names under which the desk is reached; empty: any."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose X-Forwarded-For and -Proto are believed; empty: nobody's."""
    connections: int = 0
    """Open connections of one process, 50 to 1,000,000; 0: what its open files allow."""
    connections_per_address: int = 500
    """Of them, from one address (IPv6: one /64), 10 to 1,000,000."""
    header_bytes: int = 16 * 1024
    """Of a request's line and headers together, 4,096 to 65,536."""
    request_seconds: float = 20.0
    """From the first byte of a request to its last, 1 to 300; also of a connection that sends nothing."""

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables; raises SettingsError for an unknown DESK_ name or a value it can't use."""
    known = {
        "DESK_ENV", "DESK_ORIGINS", "DESK_PAGE_SIZE", "DESK_CODE_TTL_DAYS", "DESK_CLOCK_SECONDS", "DESK_LOG_LEVEL",
        "DESK_QUOTAS", "DESK_HOSTS", "DESK_TRUSTED_PROXIES", "DESK_CONNECTIONS", "DESK_CONNECTIONS_PER_ADDRESS",
        "DESK_HEADER_BYTES", "DESK_REQUEST_SECONDS", "DESK_LANGUAGE", "DESK_ZONE",
    }  # fmt: skip
    for name in environ:
        if name.startswith("DESK_") and name not in known and name not in setting_names():
            raise SettingsError(f"{name} is not a setting of the desk; it knows {', '.join(sorted(known))}")
    return Settings(
        database_url=_database_url(environ.get("DATABASE_URL", Settings.database_url)),
        production=_one_of("DESK_ENV", environ.get("DESK_ENV", "development"), ("development", "production"))
        == "production",
        origins=frozenset(_origin(o.strip()) for o in environ.get("DESK_ORIGINS", "").split(",") if o.strip()),
        page_size=_integer("DESK_PAGE_SIZE", environ.get("DESK_PAGE_SIZE", "50"), 1, 500),
        code_ttl=timedelta(days=_number("DESK_CODE_TTL_DAYS", environ.get("DESK_CODE_TTL_DAYS", "7"), 0.0001, 365)),
        clock_interval=_number("DESK_CLOCK_SECONDS", environ.get("DESK_CLOCK_SECONDS", "1"), 0.05, 60),
        log_level=_one_of(
            "DESK_LOG_LEVEL",
            environ.get("DESK_LOG_LEVEL", "INFO").upper(),
            ("DEBUG", "INFO", "WARNING", "ERROR"),
        ),
        language=_one_of("DESK_LANGUAGE", environ.get("DESK_LANGUAGE", "en"), tuple(LANGUAGES)),
        zone=_zone(environ.get("DESK_ZONE", "UTC")),
        quotas=_one_of("DESK_QUOTAS", environ.get("DESK_QUOTAS", "on"), ("on", "off")) == "on",
        quota_table=_quota_table(environ),
        hosts=frozenset(_list(environ.get("DESK_HOSTS", ""))),
        trusted_proxies=tuple(_list(environ.get("DESK_TRUSTED_PROXIES", ""))),
        connections=_integer("DESK_CONNECTIONS", environ.get("DESK_CONNECTIONS", "0"), 0, 1_000_000),
        connections_per_address=_integer(
            "DESK_CONNECTIONS_PER_ADDRESS", environ.get("DESK_CONNECTIONS_PER_ADDRESS", "500"), 10, 1_000_000
        ),
        header_bytes=_integer("DESK_HEADER_BYTES", environ.get("DESK_HEADER_BYTES", "16384"), 4_096, 65_536),
        request_seconds=_number("DESK_REQUEST_SECONDS", environ.get("DESK_REQUEST_SECONDS", "20"), 1, 300),
    )


def _quota_table(environ: Mapping[str, str]) -> Mapping[str, Quota]:
    try:
        return quotas_with(environ)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _zone(name: str) -> str:
    if not is_zone(name):
        raise SettingsError(f"DESK_ZONE must be a time zone such as Asia/Bangkok, or UTC, not {name!r}")
    return name


def _list(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def _database_url(url: str) -> str:
    parts = _parts(url)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return url
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        return url
    raise SettingsError(
        "DATABASE_URL must look like sqlite:///desk.db or postgresql://user:password@host:5432/name, "
        f"not {parts.scheme or url!r}"
    )


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _origin(value: str) -> str:
    parts = _parts(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise SettingsError(f"DESK_ORIGINS must hold origins such as https://desk.example, not {value!r}")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # as for "https://[half": then there is nothing in it that we know
        return SplitResult(url.partition(":")[0], "", "", "", "")


def _integer(name: str, value: str, least: int, most: int) -> int:
    if not value.isdecimal() or not least <= int(value) <= most:
        raise SettingsError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
    return int(value)


def _number(name: str, value: str, least: float, most: float) -> float:
    try:
        number = float(value)
    except ValueError:
        raise SettingsError(f"{name} must be a number from {least} to {most}, not {value!r}") from None
    if not least <= number <= most:
        raise SettingsError(f"{name} must be a number from {least} to {most}, not {value!r}")
    return number


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings(os.environ)
