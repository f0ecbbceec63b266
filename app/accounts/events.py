from __future__ import annotations

from app.live.event import Event


class AccountCreated(Event, frozen=True, kw_only=True):
    account: int


class AccountExtended(Event, frozen=True, kw_only=True):
    account: int
    days: int


class AccountSuspended(Event, frozen=True, kw_only=True):
    account: int


class AccountRestored(Event, frozen=True, kw_only=True):
    account: int


class AccountExpired(Event, frozen=True, kw_only=True):
    account: int


class AccountExpiringSoon(Event, frozen=True, kw_only=True):
    account: int
    days: int
    """7 or 1."""
