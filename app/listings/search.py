"""What a search box's text means, in one canonical form: texts that find the same rows are one search."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.licences.key import ALPHABET, LENGTH, normalised

MOST_TYPED = 64
"""Characters: more than a key has with a hyphen after each symbol. What is longer stays as it is, and is rejected."""
PART = 3
"""Characters from which on a search finds any part of a name or a key; fewer find those that begin so. The indexes hold
all parts of three characters, and what is shorter would find nearly everything."""
UNSEARCHABLE = re.compile(r"[^A-Za-z0-9.-]")
IN_A_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,30}[a-z0-9])?")
IN_A_KEY = re.compile(rf"[{ALPHABET}]{{1,{LENGTH}}}")

NOTHING = "-"
"""The search that finds nothing, however it was typed: no name, number or key is so."""


class Term(NamedTuple):
    """What is looked for in one column."""

    column: str
    text: str
    is_part: bool
    """Anywhere in its value; else at its beginning."""

    def fits(self, value: str) -> bool:
        return self.text in value if self.is_part else value.startswith(self.text)

    @property
    def key(self) -> tuple[str, bool, str]:
        """Under which it is found by the rows that may fit it: see `keys_of`."""
        return self.column, self.is_part, self.text[:PART] if self.is_part else self.text


def term(column: str, text: str) -> Term:
    return Term(column, text, len(text) >= PART)


def keys_of(column: str, value: str) -> set[tuple[str, bool, str]]:
    """The `key` of every term that fits this value, and of few others."""
    parts = {(column, True, value[start : start + PART]) for start in range(len(value) - PART + 1)}
    return parts | {(column, False, value[:end]) for end in range(1, len(value) + 1)}


def searched_name(typed: str) -> str:
    """A part of a user name; empty when nothing was typed, NOTHING for what stands in no name. Dots and hyphens at its
    ends are not looked at: who types `mary-` is about to go on."""
    typed = typed.strip()
    if not typed or len(typed) > MOST_TYPED:
        return typed
    name = UNSEARCHABLE.sub("", typed).lower().strip(".-")
    return name if IN_A_NAME.fullmatch(name) else NOTHING


def searched(typed: str) -> str:
    """A part of a user name or of a licence key, or the beginning of an account number; what can be a key alone begins
    with a hyphen."""
    name = searched_name(typed)
    if name != NOTHING:
        return name
    key = searched_key(typed)
    return f"-{key.lower()}" if key else NOTHING


def searched_key(typed: str) -> str:
    """A part of a licence key; empty for what stands in none."""
    key = normalised(UNSEARCHABLE.sub("", typed))
    return key if IN_A_KEY.fullmatch(key) else ""
