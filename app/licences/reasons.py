"""Why a licence is taken from somebody, in words that they read; nobody must say it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.errors import MARKED, Invalid
from app.i18n.message import say

MOST_REASON = 300
"""Characters."""
TOO_LONG = say("Use at most {most} characters.", most=MOST_REASON)

Reason = Annotated[str, msgspec.Meta(max_length=MOST_REASON), TOO_LONG]


def checked_reason(reason: str) -> str:
    """Without the spaces around it. Raises Invalid for one that is too long."""
    if len(reason) > MOST_REASON:
        raise Invalid(MARKED, {"reason": TOO_LONG})
    return reason.strip()
