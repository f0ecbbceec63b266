"""Hosts and origins as the settings name them, in the one form in which browsers send them (the URL standard's)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Set
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def origin(text: str, *, secure: bool) -> str:
    """`https://desk.example`, or with a port that is not the scheme's own. Upper case, the scheme's own port and a
    slash at the end are put right. Raises ValueError with why no browser would ever send it.

    `secure`: https only, as browsers do not send Secure cookies otherwise."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("it holds characters that no origin has; names in other scripts are written as xn--…")
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.netloc:
        raise ValueError("it must begin with https:// or http:// and name a host")
    if "@" in parts.netloc or parts.path not in ("", "/") or "?" in text or "#" in text:
        raise ValueError("an origin is a scheme, a host and perhaps a port, and nothing else")
    if secure and parts.scheme != "https":
        raise ValueError("with DESK_ENV=production people are signed in over https only")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("its port must be a number from 1 to 65535")
    name = host(f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "")
    return f"{parts.scheme}://{name}" + (f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme]) else "")


def host(text: str) -> str:
    """`desk.example`, `192.0.2.7` or `[2001:db8::7]`. Raises ValueError with why no browser would ever send it."""
    name = text.lower()
    if name.startswith("[") and name.endswith("]") and "%" not in name:
        return f"[{ipaddress.IPv6Address(name[1:-1]).compressed}]"
    if name.endswith("."):
        raise ValueError("it ends with a dot")
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError("a host is a name such as desk.example, or an address, with neither scheme nor port")
    return str(ipaddress.IPv4Address(name)) if NUMBER.fullmatch(labels[-1]) else name


def host_of(canonical_origin: str) -> str:
    name = canonical_origin.partition("://")[2]
    return name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0]


def is_known(header: str | None, hosts: Set[str]) -> bool:
    """Whether a request's Host names one of them, on whichever port."""
    name, colon, port = (header or "").lower().rpartition(":")
    if not colon or port.endswith("]"):
        return (header or "").lower() in hosts
    return name in hosts and (port.isascii() and port.isdecimal())
