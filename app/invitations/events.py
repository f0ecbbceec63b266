from __future__ import annotations

from typing import Any

from app.events import Audience, DeskEvent, Words
from app.labels import state
from app.topics import ADMIN_NOTIFICATION, AUDIT_ONLY


class PersonInvited(DeskEvent, frozen=True, kw_only=True):
    invitation: int
    role: str

    audience = Audience(admin=(ADMIN_NOTIFICATION,))
    words = Words("{by} invited somebody as {role}")

    def facts(self) -> dict[str, Any]:
        return {"role": state(self.role)}


class PasswordLinkMade(DeskEvent, frozen=True, kw_only=True):
    person: int

    audience = Audience(admin=(AUDIT_ONLY,))
    words = Words(
        "{by} made a link with which {person} sets a new password", level="warning",
        record="{by} made a link with which you set a new password",
    )  # fmt: skip
