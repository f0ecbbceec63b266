from __future__ import annotations

from typing import Any

from app.events import Audience, DeskEvent, Words
from app.labels import state
from app.live.event import Renewed, Revoked
from app.topics import ADMIN_NOTIFICATION, AUDIT_ONLY, PEOPLE_UPDATED

AUDITED = Audience(admin=(AUDIT_ONLY, PEOPLE_UPDATED))
TOLD = Audience(admin=(ADMIN_NOTIFICATION, PEOPLE_UPDATED))


class PersonRegistered(DeskEvent, frozen=True, kw_only=True):
    person: int

    creates = ("person",)
    subjects = ("person",)
    audience = TOLD
    words = Words("{person} registered")


class SessionEnded(DeskEvent, Revoked, frozen=True, kw_only=True):
    """Signed out, or ended from elsewhere: that session's sockets close."""


class LocaleChanged(DeskEvent, Renewed, frozen=True, kw_only=True):
    """They read in another language or time zone from now on."""


class PersonSuspended(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over."""

    subjects = ("person",)
    audience = TOLD
    words = Words("{by} suspended the sign-in of {person}", level="warning")


class PersonRestored(DeskEvent, frozen=True, kw_only=True):
    """They may sign in again."""

    person: int

    subjects = ("person",)
    audience = TOLD
    words = Words("{by} restored the sign-in of {person}")


class PasswordChanged(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over: whoever knew the old password must sign in again."""

    subjects = ("person",)
    audience = AUDITED
    words = Words("{by} changed the password of {person}")


class RoleChanged(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over: what an open page shows was granted to the old role."""

    role: str

    subjects = ("person",)
    audience = TOLD
    words = Words("{by} made {person} {role}", level="warning")

    def facts(self) -> dict[str, Any]:
        return {"role": state(self.role)}


class SignedOutEverywhere(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over, and nothing else has changed."""

    subjects = ("person",)
    audience = AUDITED
    words = Words("{by} signed {person} out everywhere")


class EmailChanged(DeskEvent, frozen=True, kw_only=True):
    person: int

    subjects = ("person",)
    audience = AUDITED
    words = Words("{by} changed the e-mail address of {person}")
