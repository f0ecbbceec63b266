from __future__ import annotations

from app.events import Audience, DeskEvent, Words
from app.topics import ADMIN_NOTIFICATION, PEOPLE_UPDATED

TOLD = Audience(admin=(ADMIN_NOTIFICATION, PEOPLE_UPDATED))


class SecondFactorRequired(DeskEvent, frozen=True, kw_only=True):
    """Of every admin."""

    audience = TOLD
    words = Words("{by} requires a second factor of all admins", level="warning")


class SecondFactorLeftToAdmins(DeskEvent, frozen=True, kw_only=True):
    """It is required no more."""

    audience = TOLD
    words = Words("{by} leaves it to admins whether they use a second factor", level="warning")
