"""Ids as browsers send them, in a path, a query or a form: the one parser."""

from __future__ import annotations

from typing import Any

from app.db.row import LARGEST_ID


def row_id(value: Any) -> int | None:
    """The id that a text names; None for anything that cannot be the id of a row."""
    text = value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    if not (len(text) <= 10 and text.isascii() and text.isdecimal()):
        return None
    key = int(text)
    return key if 1 <= key <= LARGEST_ID else None


def canonical_id(text: str) -> str:
    """One text for one id; what cannot be an id stays as it is."""
    key = row_id(text)
    return text if key is None else str(key)
