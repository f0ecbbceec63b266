from __future__ import annotations

from app.live.event import Event, Revoked


class PersonRegistered(Event, frozen=True, kw_only=True):
    person: int


class SessionEnded(Revoked, frozen=True, kw_only=True):
    """Signed out, or ended from elsewhere: that session's sockets close."""


class PersonSuspended(Revoked, frozen=True, kw_only=True):
    """All their sessions are over."""
