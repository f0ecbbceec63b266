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
    audience = TOLD
    words = Words("{person} registered", record="You registered")


class SessionEnded(DeskEvent, Revoked, frozen=True, kw_only=True):
    """Signed out, or ended from elsewhere: that session's sockets close."""


class LocaleChanged(DeskEvent, Renewed, frozen=True, kw_only=True):
    """They read in another language or time zone from now on."""


class PersonSuspended(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over."""

    audience = TOLD
    words = Words("{by} suspended the sign-in of {person}", level="warning", record="{by} suspended your sign-in")


class PersonRestored(DeskEvent, frozen=True, kw_only=True):
    """They may sign in again."""

    person: int

    audience = TOLD
    words = Words("{by} restored the sign-in of {person}", record="{by} restored your sign-in")


class PasswordChanged(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over: whoever knew the old password must sign in again."""

    audience = AUDITED
    words = Words("{by} changed the password of {person}", record="Your password was changed ({by})")


class RoleChanged(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over: what an open page shows was granted to the old role."""

    role: str

    audience = TOLD
    words = Words("{by} made {person} {role}", level="warning", record="{by} made you {role}")

    def facts(self) -> dict[str, Any]:
        return {"role": state(self.role)}


class SignedOutEverywhere(DeskEvent, Revoked, frozen=True, kw_only=True):
    """All their sessions are over, and nothing else has changed."""

    audience = AUDITED
    words = Words("{by} signed {person} out everywhere", record="{by} signed you out everywhere")


class EmailChanged(DeskEvent, frozen=True, kw_only=True):
    person: int

    audience = AUDITED
    words = Words("{by} changed the e-mail address of {person}", record="Your e-mail address was changed ({by})")
