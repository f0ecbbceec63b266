from __future__ import annotations

from typing import Any

from app.events import Audience, DeskEvent, Words
from app.labels import state
from app.live.event import Renewed, Revoked
from app.topics import AUDIT_ONLY

AUDITED = Audience(admin=(AUDIT_ONLY,))


class PersonRegistered(DeskEvent, frozen=True, kw_only=True):
    person: int

    audience = AUDITED
    words = Words("{person} registered")


class SessionEnded(DeskEvent, Revoked, frozen=True, kw_only=True):
    """Signed out, or ended from elsewhere: that session's sockets close."""


class LocaleChanged(DeskEvent, Renewed, frozen=True, kw_only=True):
    """They read in another language or time zone from now on."""


class PersonSuspended(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over."""

    audience = AUDITED
    words = Words("{by} suspended the sign-in of {person}", level="warning")


class PersonRestored(DeskEvent, frozen=True, kw_only=True):
    """They may sign in again."""

    person: int

    audience = AUDITED
    words = Words("{by} restored the sign-in of {person}")


class PasswordChanged(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over: whoever knew the old password must sign in again."""

    audience = AUDITED
    words = Words("{by} changed the password of {person}")


class RoleChanged(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over: what an open page shows was granted to the old role."""

    role: str

    audience = AUDITED
    words = Words("{by} made {person} {role}", level="warning")

    def facts(self) -> dict[str, Any]:
        return {"role": state(self.role)}
