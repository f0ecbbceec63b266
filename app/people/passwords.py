"""Passwords: argon2id by OWASP's figures (m=19 MiB, t=2, p=1), in worker threads, a few at a time."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.i18n.message import Message, say

LEAST, MOST = 8, 128
"""Characters (NIST SP 800-63B: length instead of composition rules)."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
limiter = asyncio.Semaphore(4)
"""Each hash takes 19 MiB and some 20 ms of a core: four at a time."""


def problem(password: str, username: str) -> Message | None:
    """What is wrong with a new password, as a sentence; None when it may be used."""
    if not LEAST <= len(password) <= MOST:
        return say("Use {least} to {most} characters.", least=LEAST, most=MOST)
    if password.casefold() in _common() or password.casefold() == username.casefold():
        return say("This password is too easy to guess. Three or four unrelated words make a good one.")
    return None


async def hashed(password: str) -> str:
    async with limiter:
        return await asyncio.to_thread(_hasher.hash, password)


async def verified(password: str, password_hash: str | None) -> bool:
    """Takes as long for a person who does not exist (None) as for one who does. The caller holds the limiter."""
    return await asyncio.to_thread(_verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        _hasher.verify(password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())
