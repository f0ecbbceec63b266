"""Addresses as the desk counts by them: of whoever asks, and not of the proxy that asks for them."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_HOPS = 20
"""Of an X-Forwarded-For, from its right end; a longer one was not written by proxies."""


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Of whoever sent it; of a proxy that is trusted, whoever sent it to that (forwarded.py)."""
    return connection.client.host if connection.client else "unknown"


def sender(scope: Scope, trusted: Collection[Network]) -> str:
    """By which network a request or a socket counts, before any middleware has looked at it."""
    return network_of(sender_address(scope, trusted))


def sender_address(scope: Scope, trusted: Collection[Network]) -> str:
    """Whose it is, before any middleware has looked at it, or where none does."""
    client = scope["client"]
    if client is None:
        return "unknown"
    if not trusted:
        return client[0]
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return believed(client[0], said.decode("latin-1"), trusted)


def network_of(address: str) -> str:
    """The address itself, or of IPv6 its /64: one customer gets that much at least, and can use each address in it.
    What is no address stands for itself, at most 64 characters of it."""
    parsed = _parsed(address)
    if parsed is None:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def believed(peer: str, forwarded_for: str, trusted: Collection[Network]) -> str:
    """Who is at the other end of a connection from `peer` that bears this X-Forwarded-For.

    Each proxy appends whom it was asked by. So from the right each entry is as good as the proxy that wrote it, and the
    first that is no trusted proxy is who asks: what stands further left they may have written themselves. An entry that
    is no address ends the search at the proxy that wrote it.
    """
    here = peer
    for hop in reversed(forwarded_for.rsplit(",", MOST_HOPS)[-MOST_HOPS:]):
        if not is_trusted(here, trusted) or (address := _address(hop.strip())) is None:
            break
        here = address
    return here


def is_trusted(address: str, trusted: Collection[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _address(hop: str) -> str | None:
    """Of an entry: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    return None if (parsed := _parsed(hop)) is None else str(parsed)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Without its zone; an IPv4 address that came by an IPv6 socket as what it is."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
