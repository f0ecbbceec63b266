"""What a search box's text means, in one canonical form: texts that find the same rows are one search."""

from __future__ import annotations

import re

from app.licences.key import ALPHABET, LENGTH, normalised

MOST_TYPED = 64
"""Characters: more than a key has with a hyphen after each symbol. What is longer stays as it is, and is rejected."""
UNSEARCHABLE = re.compile(r"[^A-Za-z0-9.-]")
BEGINS_A_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,31}")
BEGINS_A_KEY = re.compile(rf"[{ALPHABET}]{{1,{LENGTH}}}")

NOTHING = "-"
"""The search that finds nothing, however it was typed: no name, number or key begins so."""


def searched_name(typed: str) -> str:
    """The beginning of a user name; empty when nothing was typed, NOTHING for what no name begins with."""
    typed = typed.strip()
    if not typed or len(typed) > MOST_TYPED:
        return typed
    name = UNSEARCHABLE.sub("", typed).lower()
    return name if BEGINS_A_NAME.fullmatch(name) else NOTHING


def searched(typed: str) -> str:
    """The beginning of a user name, an account number or a licence key; of a key alone it begins with a hyphen."""
    name = searched_name(typed)
    if name != NOTHING:
        return name
    key = searched_key(typed)
    return f"-{key.lower()}" if key else NOTHING


def searched_key(typed: str) -> str:
    """The beginning of a licence key; empty for what no key begins with."""
    key = normalised(UNSEARCHABLE.sub("", typed))
    return key if BEGINS_A_KEY.fullmatch(key) else ""
