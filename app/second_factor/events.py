from __future__ import annotations

from app.events import Audience, DeskEvent, Words
from app.topics import ADMIN_NOTIFICATION, AUDIT_ONLY, PEOPLE_UPDATED

AUDITED = Audience(admin=(AUDIT_ONLY, PEOPLE_UPDATED))
TOLD = Audience(admin=(ADMIN_NOTIFICATION, PEOPLE_UPDATED))


class SecondFactorSet(DeskEvent, frozen=True, kw_only=True):
    person: int

    audience = AUDITED
    words = Words("{person} signs in with a second factor from now on", record="You set up a second factor")


class SecondFactorRemoved(DeskEvent, frozen=True, kw_only=True):
    person: int

    audience = TOLD
    words = Words(
        "{by} removed the second factor of {person}", level="warning", record="Your second factor was removed ({by})"
    )


class RecoveryCodesMade(DeskEvent, frozen=True, kw_only=True):
    """The older ones are over."""

    person: int

    audience = AUDITED
    words = Words("{person} made new recovery codes", record="You made new recovery codes")


class RecoveryCodeUsed(DeskEvent, frozen=True, kw_only=True):
    person: int

    audience = AUDITED
    words = Words(
        "{person} signed in with a recovery code", level="warning", record="You signed in with a recovery code"
    )
