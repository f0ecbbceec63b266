"""Passwords: argon2id by OWASP's figures (m=19 MiB, t=2, p=1), in worker threads, a few at a time."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.i18n.message import Message, say
from app.people.turns import Lane, Turns

LEAST, MOST = 8, 128
"""Characters (NIST SP 800-63B: length instead of composition rules)."""
LENGTH = say("Use {least} to {most} characters.", least=LEAST, most=MOST)
NewPassword = Annotated[str, msgspec.Meta(min_length=LEAST, max_length=MOST), LENGTH]
Password = Annotated[
    str, msgspec.Meta(min_length=1, max_length=MOST), say("A password has at most {most} characters.", most=MOST)
]
"""To sign in with: whether it would still be taken as a new one does not matter."""

DESK_WORDS = frozenset((Path(__file__).parent / "desk_words.txt").read_text().split())
EASY = say("This password is too easy to guess. Three or four unrelated words make a good one.")
SEPARATORS = re.compile(r"[^a-z0-9]")

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

AT_ONCE = 3
"""Hashes: each takes 19 MiB and some 20 ms of a core."""
NICER = 10
"""Than the process, as nice(1) counts it: a third of the loop's share of a core."""
KNOWN = Lane(at_once=3, waiting=100, of_one=3)
"""Sign-ins from devices and networks from which that person has signed in before."""
CHANGE = Lane(at_once=1, waiting=20, of_one=3)
STRANGER = Lane(at_once=2, waiting=60, of_one=10)
"""All other sign-ins: never on all places, and the last of them has waited about a second."""
REGISTRATION = Lane(at_once=1, waiting=40, of_one=10)

turns = Turns(AT_ONCE, (KNOWN, CHANGE, STRANGER, REGISTRATION))


def _step_back() -> None:
    """Where threads have a priority of their own, those that hash let the event loop go first, for which everybody
    waits."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + NICER)


_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2", initializer=_step_back)
"""Of our own: a request that is cancelled gives its turn back, while its thread still works."""


def problem(password: str, username: str, email: str) -> Message | None:
    """What is wrong with a new password, as a sentence; None when it may be used."""
    if len(password) > MOST or not LEAST <= len(normalised(password)) <= MOST:
        return LENGTH
    folded = normalised(password).casefold()
    is_one_sign = len(set("".join(folded.split()))) <= 1
    if is_one_sign or folded in _common() or _is_of_known_words(folded, username, email):
        return EASY
    return None


def normalised(password: str) -> str:
    """NFKC, as NIST SP 800-63B asks for (3.1.1.2): the same keys pressed on another system give the same password.
    Nothing else: spaces are signs like others. The caller has looked at the length: it takes quadratic time."""
    return unicodedata.normalize("NFKC", password)


def _is_of_known_words(folded: str, username: str, email: str) -> bool:
    """Whether hardly anything stands there besides the desk's words and one's own: each counts as one character, and
    signs and spaces as none."""
    own = {part for text in (username, email.casefold()) for part in (text, *SEPARATORS.split(text)) if len(part) >= 3}
    left = folded
    for word in sorted(DESK_WORDS | own, key=len, reverse=True):
        left = left.replace(word, "\0")
    return "\0" in left and sum(sign == "\0" or sign.isalnum() for sign in left) < LEAST


async def hashed(password: str, lane: Lane, sender: str | None = None) -> str:
    """Raises TooMany and Unavailable when too many wait in that lane."""
    async with turns.turn(lane, sender):
        return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, normalised(password))


async def verified(password: str, password_hash: str | None) -> bool:
    """Takes as long for a person who does not exist (None) as for one who does. The caller has a turn."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    # As it was typed, too: so it was hashed before passwords were normalised.
    return any(_fits(form, password_hash) for form in dict.fromkeys((normalised(password), password)))


def _fits(password: str, password_hash: str | None) -> bool:
    try:
        _hasher.verify(password_hash or _DECOY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


_DECOY = "$argon2id$v=19$m=19456,t=2,p=1$kEZr2GYry3GDKoDVv/eF0g$eHNNusAmGTddD2uRygCYI80TC96n2VFHZdKAlLuYSwg"
"""Of a random password that was thrown away; written out, as the first to need it would take twice as long."""


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
