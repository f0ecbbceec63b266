"""The step after the password: whoever has found out the password guesses the code."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from itertools import count

from app.sign_in_steps.tables import MOST_TRIES
from tests.hostile.attack import GUARDED, Target, address, attack
from tests.hostile.attacks.passwords import GUESSES
from tests.hostile.wire import Line

SOURCE = 60
"""The first address of those from which nothing else comes."""
AT_ONCE = 8
"""Guesses, of one sign-in that was begun."""
TOKEN = re.compile(rb'name="token" value="([^"]+)"')
LOOKED_AT = b"This code is not right"


@attack("guesses at the code of a second step, with the right password and with sign-ins that were never begun")
async def second_step(target: Target) -> None:
    """The right code is never made: recovery codes have neither 0 nor 1, and an authenticator's have six digits."""
    numbers = count()
    looked_at: Counter[str] = Counter()
    tries: Counter[str] = Counter()
    """Of each sign-in that was begun."""

    async def guess(line: Line, source: str, token: str) -> None:
        status = await line.post("/login/code", {"token": token, "code": f"{next(numbers):010b}"[-10:]})
        is_looked_at = status == 401 and LOOKED_AT in line.body
        looked_at[source] += is_looked_at
        tries[token] += is_looked_at
        if 0 < status < 400:
            target.wrong.append("a code that was made up opened the desk")

    async def guesses(source: str) -> None:
        page = Line(target, source)
        lines = [Line(target, source, accept="application/json") for _ in range(AT_ONCE)]
        while not target.is_over:
            form = {"username": target.intruders[GUARDED].name, "password": target.password}
            begun = TOKEN.search(page.body) if await page.post("/login", form) == 200 else None
            token = begun[1].decode() if begun else f"never-begun-{next(numbers)}"
            await asyncio.gather(*[guess(line, source, token) for line in lines])

    await target.together([guesses(address(SOURCE + number)) for number in range(target.few(10, 3))])
    begun = {token for token in tries if not token.startswith("never-begun")}
    if begun:
        target.needs(looked_at.total(), "code was looked at")
    if any(times for token, times in tries.items() if token not in begun):
        target.wrong.append("a code was looked at without a password")
    if max(tries.values(), default=0) > MOST_TRIES:
        target.wrong.append(f"{max(tries.values())} codes were looked at after one password")
    for source, times in looked_at.items():
        if times > GUESSES:
            target.wrong.append(f"{times} codes from {source} were looked at")
