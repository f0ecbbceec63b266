"""The settings that the environment gives: one frozen object, rejected early when it makes no sense."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from urllib.parse import SplitResult, urlsplit

from app.environment import VARIABLES, given
from app.i18n.locale import LANGUAGES, is_zone
from app.limits import QUOTAS, Quota, quotas_with, setting_names
from app.origins import host, host_of, origin


class SettingsError(ValueError):
    """A setting that cannot be understood; the message is one line that names it."""


@dataclass(frozen=True)
class Settings:
    database_url: str = "sqlite:///desk.db"
    """`sqlite:///file.db` (relative), `sqlite:////abs/file.db`, or `postgresql://…`."""
    production: bool = False
    """Secure cookies and HSTS; development allows plain http."""
    origins: frozenset[str] = field(default_factory=frozenset)
    """Origins allowed besides the request's own host, as browsers send them: `https://desk.example`."""
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
    """Hosts under which the desk is reached, in lower case and without ports; empty, in development only: any."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose X-Forwarded-For and -Proto are believed; empty: nobody's."""
    connections: int = 0
    """Open connections of one process, 50 to 1,000,000; 0: what its open files allow, at most 20,000."""
    connections_per_address: int = 500
    """Of them, from one address (IPv6: one /64), 10 to 1,000,000."""
    header_bytes: int = 16 * 1024
    """Of a request's line and headers together, 4,096 to 65,536."""
    request_seconds: float = 20.0
    """From the first byte of a request to its last, 1 to 300; also of a connection that sends nothing."""
    robot_keys: str = "robot-keys.pem"
    """The file of the keys that sign what robots are told."""
    robot_keys_pem: str = field(default="", repr=False)
    """They themselves, instead of a file; empty: the file."""

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables; raises SettingsError for an unknown DESK_ name or a value it can't use."""
    for name in environ:
        if name.startswith("DESK_") and name not in VARIABLES and name not in setting_names():
            raise SettingsError(f"{name} is not a setting of the desk; it knows {', '.join(sorted(VARIABLES))}")
    environment = _one_of("DESK_ENV", given(environ, "DESK_ENV"), ("development", "production"))
    production = environment == "production"
    origins = _origins(given(environ, "DESK_ORIGINS"), production)
    return Settings(
        database_url=_database_url(given(environ, "DATABASE_URL")),
        production=production,
        origins=origins,
        page_size=_integer("DESK_PAGE_SIZE", given(environ, "DESK_PAGE_SIZE"), 1, 500),
        code_ttl=timedelta(days=_number("DESK_CODE_TTL_DAYS", given(environ, "DESK_CODE_TTL_DAYS"), 0.0001, 365)),
        clock_interval=_number("DESK_CLOCK_SECONDS", given(environ, "DESK_CLOCK_SECONDS"), 0.05, 60),
        log_level=_one_of(
            "DESK_LOG_LEVEL",
            given(environ, "DESK_LOG_LEVEL").upper(),
            ("DEBUG", "INFO", "WARNING", "ERROR"),
        ),
        language=_one_of("DESK_LANGUAGE", given(environ, "DESK_LANGUAGE"), tuple(LANGUAGES)),
        zone=_zone(given(environ, "DESK_ZONE")),
        quotas=_one_of("DESK_QUOTAS", given(environ, "DESK_QUOTAS"), ("on", "off")) == "on",
        quota_table=_quota_table(environ),
        hosts=_hosts(given(environ, "DESK_HOSTS"), origins, production),
        trusted_proxies=tuple(_proxy(item) for item in _list(given(environ, "DESK_TRUSTED_PROXIES"))),
        connections=_connections(given(environ, "DESK_CONNECTIONS")),
        connections_per_address=_integer(
            "DESK_CONNECTIONS_PER_ADDRESS", given(environ, "DESK_CONNECTIONS_PER_ADDRESS"), 10, 1_000_000
        ),
        header_bytes=_integer("DESK_HEADER_BYTES", given(environ, "DESK_HEADER_BYTES"), 4_096, 65_536),
        request_seconds=_number("DESK_REQUEST_SECONDS", given(environ, "DESK_REQUEST_SECONDS"), 1, 300),
        robot_keys=given(environ, "DESK_ROBOT_KEYS"),
        robot_keys_pem=given(environ, "DESK_ROBOT_KEYS_PEM"),
    )


def _connections(value: str) -> int:
    return 0 if value == "0" else _integer("DESK_CONNECTIONS", value, 50, 1_000_000)


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


def _origins(value: str, production: bool) -> frozenset[str]:
    try:
        return frozenset(origin(each, secure=production) for each in _list(value))
    except ValueError as error:
        raise SettingsError(
            f"DESK_ORIGINS must hold origins such as https://desk.example, not {value!r}: {error}"
        ) from None


def _hosts(value: str, origins: frozenset[str], production: bool) -> frozenset[str]:
    try:
        hosts = frozenset(map(host, _list(value)))
    except ValueError as error:
        raise SettingsError(f"DESK_HOSTS must hold hosts such as desk.example, not {value!r}: {error}") from None
    if production and not (hosts or origins):
        raise SettingsError("DESK_HOSTS must name the hosts under which the desk is reached, as DESK_ENV is production")
    return hosts or (frozenset(map(host_of, origins)) if production else hosts)


WIDEST = {4: 8, 6: 16}
"""By IP version: a network of fewer bits than that holds strangers, whoever owns the proxies."""


def _proxy(value: str) -> str:
    try:
        network = ipaddress.ip_network(value if "%" not in value else "")  # a zone is this host's own matter
    except ValueError:
        raise SettingsError(
            f"DESK_TRUSTED_PROXIES must hold addresses or networks such as 10.0.0.5 or 10.0.0.0/24, not {value!r}"
        ) from None
    if network.prefixlen < WIDEST[network.version]:
        raise SettingsError(f"DESK_TRUSTED_PROXIES must name the proxies only, and {value} holds strangers too")
    if network.is_multicast or network.network_address.is_unspecified:
        raise SettingsError(f"DESK_TRUSTED_PROXIES must hold addresses that a proxy can have, not {value}")
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped is not None:
        raise SettingsError(f"DESK_TRUSTED_PROXIES takes IPv4 addresses as 10.0.0.5, not {value}")
    return str(network)


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
