from __future__ import annotations

from app.live.event import Event


class ExtensionRequested(Event, frozen=True, kw_only=True):
    request: int
    account: int


class ExtensionApproved(Event, frozen=True, kw_only=True):
    request: int
    account: int


class ExtensionRejected(Event, frozen=True, kw_only=True):
    request: int
    account: int


class ExtensionWithdrawn(Event, frozen=True, kw_only=True):
    request: int
    account: int
