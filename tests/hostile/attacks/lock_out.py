"""Failed sign-ins for the names of others. The last of all attacks: where it succeeds, they stay
locked out for minutes."""

from __future__ import annotations

from itertools import count

from tests.hostile.attack import Target, address, attack
from tests.hostile.wire import Line


@attack("wrong passwords for Ada and Grace, to lock them out", longer=3)
async def lock_out(target: Target) -> None:
    async def fails(number: int) -> None:
        line = Line(target, address(number))
        for turn in count():
            if target.is_over:
                return
            name = "grace" if turn % 2 else "ada"
            await line.post("/login", {"username": name, "password": f"wrong-{number}-{turn}"})

    await target.together([fails(number) for number in range(8)])
