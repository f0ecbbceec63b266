"""Which columns of a list somebody does not want to see: part of its address, so that a pinned view keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.i18n.message import say

TITLES: Mapping[str, Any] = {
    "owner": say("Owner"), "account": say("Account"), "plan": say("Plan"), "state": say("State"),
    "expiry": say("Ends"), "origin": say("From"), "note": say("Note"), "email": say("Email"), "role": say("Role"),
    "time": say("Time"), "kind": say("Kind"), "actor": say("Who"),
}  # fmt: skip
"""Of all columns that can be left out, by the class of their cells."""


def hidden_columns(text: str) -> str:
    """Their names in the one order, a dot between two; what is no name is dropped."""
    named = set(text.split("."))
    return ".".join(name for name in TITLES if name in named)
