"""User names: what somebody means who types one, which there can be, and which may be chosen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import msgspec

from app.i18n.message import Message, say

MOST_NAME = 32
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}")
"""Of anybody who is registered. Names never change, so rows may carry a copy of them."""
RULE = say(
    "Use 2 to 32 letters, digits, dots or hyphens, beginning and ending with a letter or digit, and no two dots or "
    "hyphens in a row."
)
RESERVED = frozenset((Path(__file__).parent / "reserved_names.txt").read_text().split())
"""What sounds like the desk itself. Nobody registers so, nor with what looks like it; the operator can (cli.py)."""
FOLDED = str.maketrans("01i", "oll", ".-")


def normalised(typed: str) -> str:
    """The name that somebody means: the one place where this is decided, for signing in as for all else. No longer than
    what was typed; what is not of ASCII stays as it is, as nobody is called so."""
    name = typed.strip()
    return name.lower() if name.isascii() else name


Username = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=MOST_NAME),
    say("Enter a user name of 2 to {most} characters.", most=MOST_NAME),
    normalised,
]


def can_exist(name: str) -> bool:
    """Whether anybody may be called so; no other name is looked up."""
    return NAME.fullmatch(name) is not None


def skeleton(name: str) -> str:
    """The same for names that are easily taken for one another: without dots and hyphens, 0 as o, 1 and i as l. (The
    idea of Unicode's UTS 39, 4; names are of ASCII, so that this is all there is to confuse.)"""
    return name.translate(FOLDED)


RESERVED_SKELETONS = frozenset(skeleton(name) for name in RESERVED)


def problem(name: str, *, by_operator: bool = False) -> Message | None:
    """What is wrong with a new name, as a sentence; None when it may be had if it is free."""
    is_even = not name.endswith((".", "-")) and not any(pair in name for pair in ("..", "--", ".-", "-."))
    if not can_exist(name) or not is_even:
        return RULE
    if skeleton(name) in RESERVED_SKELETONS and not by_operator:
        return say("This name is reserved. Please choose another.")
    return None
