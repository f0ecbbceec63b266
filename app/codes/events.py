from __future__ import annotations

from app.live.event import Event


class CodeGenerated(Event, frozen=True, kw_only=True):
    code: int


class CodeActivated(Event, frozen=True, kw_only=True):
    code: int
    account: int


class CodeCompleted(Event, frozen=True, kw_only=True):
    code: int
    account: int | None = None
    """The account that changed with it, if one did."""


class CodeCancelled(Event, frozen=True, kw_only=True):
    code: int
    account: int | None = None


class CodeExpired(Event, frozen=True, kw_only=True):
    code: int
    account: int | None = None
