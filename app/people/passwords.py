"""Passwords: argon2id by OWASP's figures (m=19 MiB, t=2, p=1), in worker threads, a few at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.people.turns import Lane, Turns

LEAST, MOST = 8, 128
"""Characters (NIST SP 800-63B: length instead of composition rules)."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

AT_ONCE = 3
"""Hashes: each takes 19 MiB and some 20 ms of a core."""
KNOWN = Lane(at_once=3, waiting=100, of_one=3)
"""Sign-ins from devices and networks from which that person has signed in before."""
CHANGE = Lane(at_once=1, waiting=20, of_one=3)
STRANGER = Lane(at_once=2, waiting=60, of_one=10)
"""All other sign-ins: never on all places, and the last of them has waited about a second."""
REGISTRATION = Lane(at_once=1, waiting=40, of_one=10)

turns = Turns(AT_ONCE, (KNOWN, CHANGE, STRANGER, REGISTRATION))
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
"""Of our own: a request that is cancelled gives its turn back, while its thread still works."""


def problem(password: str, username: str) -> str | None:
    """What is wrong with a new password, as a sentence; None when it may be used."""
    if not LEAST <= len(password) <= MOST:
        return f"Use {LEAST} to {MOST} characters."
    if password.casefold() in _common() or password.casefold() == username.casefold():
        return "This password is too easy to guess. Three or four unrelated words make a good one."
    return None


async def hashed(password: str, lane: Lane, sender: str | None = None) -> str:
    """Raises TooMany and Unavailable when too many wait in that lane."""
    async with turns.turn(lane, sender):
        return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verified(password: str, password_hash: str | None) -> bool:
    """Takes as long for a person who does not exist (None) as for one who does. The caller has a turn."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        _hasher.verify(password_hash or _DECOY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


_DECOY = "$argon2id$v=19$m=19456,t=2,p=1$kEZr2GYry3GDKoDVv/eF0g$eHNNusAmGTddD2uRygCYI80TC96n2VFHZdKAlLuYSwg"
"""Of a random password that was thrown away; written out, as the first to need it would take twice as long."""


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())
