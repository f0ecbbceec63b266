"""The environment variables that the desk reads: what each is when it is not given, and what it is for, as `--help`
says it. What they must hold: settings.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    default: str
    meaning: str


VARIABLES: Mapping[str, Variable] = {
    "DATABASE_URL": Variable("sqlite:///desk.db", "sqlite:///file.db, or postgresql://user:password@host:5432/name"),
    "DESK_ENV": Variable("development", "or production: cookies are Secure, HSTS is sent, DESK_HOSTS is needed"),
    "DESK_HOSTS": Variable("", "hosts under which the desk is reached, without ports: desk.example"),
    "DESK_ORIGINS": Variable("", "further origins that may write: https://desk.example"),
    "DESK_TRUSTED_PROXIES": Variable("", "proxies whose X-Forwarded-For and -Proto are believed: 127.0.0.1"),
    "DESK_LANGUAGE": Variable("en", "or th: of whoever has chosen none, and whose browser asks for neither"),
    "DESK_ZONE": Variable("UTC", "the time zone of whoever has chosen none: Asia/Bangkok"),
    "DESK_PAGE_SIZE": Variable("50", "rows on one page of a list, 1 to 500"),
    "DESK_CODE_TTL_DAYS": Variable("7", "days after which a code that nobody activates expires"),
    "DESK_CLOCK_SECONDS": Variable("1", "seconds between two runs of the scheduler, 0.05 to 60"),
    "DESK_CONNECTIONS": Variable("0", "open connections of one process; 0: what its open files allow"),
    "DESK_CONNECTIONS_PER_ADDRESS": Variable("500", "of them, from one address"),
    "DESK_HEADER_BYTES": Variable("16384", "of a request's line and headers together, 4096 to 65536"),
    "DESK_REQUEST_SECONDS": Variable("20", "for all of a request to come, 1 to 300"),
    "DESK_ROBOT_KEYS": Variable("robot-keys.pem", "the file of the keys that sign what robots are told (keys new)"),
    "DESK_ROBOT_KEYS_PEM": Variable("", "the keys themselves, in PEM, instead of a file"),
    "DESK_QUOTAS": Variable("on", "or off, for measurements and bulk work only: nobody's actions are counted"),
    "DESK_LOG_LEVEL": Variable("INFO", "DEBUG, INFO, WARNING or ERROR"),
}
"""Besides these, `DESK_QUOTA_<NAME>_PERSON` and `…_ADDRESS` for each quota (limits.py)."""


def given(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, VARIABLES[name].default)
