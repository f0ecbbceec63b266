from __future__ import annotations

from app.live.event import Event, Revoked


class PersonRegistered(Event, frozen=True, kw_only=True):
    person: int


class SessionEnded(Revoked, frozen=True, kw_only=True):
    """Signed out, or ended from elsewhere: that session's sockets close."""


class PersonSuspended(Revoked, frozen=True, kw_only=True):
    """All their sessions are over."""


class PersonRestored(Event, frozen=True, kw_only=True):
    """They may sign in again; nothing that was open comes back."""

    person: int


class PasswordChanged(Revoked, frozen=True, kw_only=True):
    """All their sessions are over: whoever knew the old password must sign in again."""


class RoleChanged(Revoked, frozen=True, kw_only=True):
    """All their sessions are over: what an open page shows was granted to the old role."""

    role: str
