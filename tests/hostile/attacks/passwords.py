"""Sign-ins and registrations: guesses, lock-outs, crowds."""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count

from tests.hostile.attack import Target, address, attack
from tests.hostile.wire import Line

PADDING = (" ", "\u00a0", "\u2003", "\u3000", "\t", "\u2028", "\u0085", "\u202f", "\x1c", "\x1d")
GUESSES = 10
"""Failures after which a name or an address is refused (app/signing_in/tables.py)."""
SOURCE = 40
"""An address from which nothing else comes."""


@attack("guesses at a password, under names padded with spaces")
async def guesses(target: Target) -> None:
    """At Tom's, who has signed in already; the right one is never made. What stands behind more than 64 characters once
    was cut off, so that every mixture of spaces was counted by itself and looked up as the same name."""
    looked_at = 0

    async def guess(number: int) -> None:
        nonlocal looked_at
        line = Line(target, address(SOURCE))
        for turn in count(number, 4):
            if target.is_over:
                return
            spaces = "".join(PADDING[turn // len(PADDING) ** place % len(PADDING)] for place in range(4))
            name = ("Tom-Okafor", "tom-okafor")[turn % 2] + spaces * 14 + "x" * (turn // 2 % 2)
            status = await line.post("/login", {"username": name, "password": f"guess-{turn}"})
            looked_at += status == 401

    await target.together([guess(number) for number in range(4)])
    if looked_at > GUESSES + 4:  # those that were under way together
        target.wrong.append(f"{looked_at} guesses at one name from one address were looked at")


@attack("200 sign-ins at once")
async def crowd(target: Target) -> None:
    """Of people who are allowed in, from eight addresses; as long as they are let."""

    async def signs_in(number: int) -> None:
        line = Line(target, address(number % 8))
        while not target.is_over:
            intruder = target.intruders[number % len(target.intruders)]
            await line.post("/login", {"username": intruder.name, "password": target.password})

    await target.together([signs_in(number) for number in range(target.few(200, 50))])


@attack("sessions without end of one person")
async def sessions(target: Target) -> None:
    begun = 0

    async def signs_in() -> None:
        nonlocal begun
        line = Line(target, address(9))
        while not target.is_over:
            form = {"username": target.intruders[-2].name, "password": target.password}
            status = await line.post("/login", form)
            begun += status == 303

    await target.together([signs_in() for _ in range(8)])
    target.allows(begun, "sign_in", "address")


@attack("registrations without end, from ten addresses")
async def registrations(target: Target) -> None:
    numbers = count()

    async def registers(number: int) -> None:
        line = Line(target, address(number % 10))
        while not target.is_over:
            name = f"mallory.r{os.getpid()}.{next(numbers)}"
            target.unknown["PersonRegistered"] += 1
            form = {"username": name, "email": "mallory@example.com", "password": f"quite-another-{name}"}
            status = await line.post("/register", form)
            if status:
                target.unknown["PersonRegistered"] -= status != 503
                target.done["PersonRegistered"] += status == 303

    await target.together([registers(number) for number in range(20)])


@attack("signing in while the password is changed", longer=2)
async def change(target: Target) -> None:
    """With the old password: no session that began with it may outlive the change."""
    intruder = target.intruders[-1]
    tokens: list[str] = []

    async def signs_in(number: int) -> None:
        line = Keeping(target, address(number % 8))
        while not target.is_over:
            await line.post("/login", {"username": intruder.name, "password": target.password})
            if line.cookie:
                tokens.append(line.cookie)

    async def changes() -> None:
        await target.rest(min(1.0, target.seconds / 4))
        await run_app(target, "change-password", intruder.name, f"new-{target.password}")

    changing = asyncio.create_task(changes())
    await target.together([signs_in(number) for number in range(16)])
    await changing
    alive = 0
    for token in tokens:
        line = Line(target, address(20), token)
        alive += await line.get("/notifications") == 200
        line.close()
    if alive:
        target.wrong.append(f"{alive} of {len(tokens)} sessions outlived the change of the password")
    await run_app(target, "change-password", intruder.name, target.password)


class Keeping(Line):
    """Keeps the session's cookie of the last answer."""

    cookie = ""

    def _look_at(self, status: int, head: bytes) -> None:
        super()._look_at(status, head)
        _, _, rest = head.partition(b"\r\nset-cookie: desk=")
        self.cookie = rest.partition(b";")[0].decode() if status == 303 else ""


async def run_app(target: Target, command: str, name: str, password: str) -> None:
    """A command of the operator's, in the tree that is attacked."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", command, name, "--password-stdin", cwd=target.root,
        env=os.environ | {"DATABASE_URL": target.database_url}, stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await running.communicate(f"{password}\n".encode())
    if running.returncode:
        target.wrong.append(f"{command} failed")
