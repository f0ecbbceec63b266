"""Addresses as the desk counts by them."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """The address itself, or of IPv6 its /64: one customer gets that much at least, and can use each address in it.
    What is no address stands for itself, at most 64 characters of it."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
