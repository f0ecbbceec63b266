"""Robots that are none: whoever has a licence, or makes keys up, asks without end."""

from __future__ import annotations

from itertools import count

from app.licences.key import new_key
from tests.hostile.attack import Target, address, attack
from tests.hostile.wire import Line

LINES = 20
"""Connections of one flood."""


@attack("licence checks without end: keys made up, and ever new terminals of one licence")
async def checks(target: Target) -> None:
    own = Line(target, address(), target.intruders[0].token, accept="application/json")
    await own.get("/")
    licence = own.json()["accounts"]["items"][0]
    numbers, answered = count(), 0

    async def asks(line_number: int) -> None:
        nonlocal answered
        line = Line(target, address(line_number % 10))
        while not target.is_over:
            number = next(numbers)
            form = {
                "v": "1", "licence": licence["licence"] if number % 2 else new_key(), "product": "robot",
                "platform": licence["platform"], "account": licence["account_number"], "server": f"Broker-{number}",
                "mode": "real", "version": "1.0", "terminal": f"T{number}", "nonce": f"{number:032x}",
            }  # fmt: skip
            status = await line.post("/robot/check", form)
            answered += status == 200 and number % 2
            if status == 200 and b"\nsig=" not in line.body:
                target.wrong.append(f"a verdict that nobody has signed: {line.body[:200]!r}")

    await target.together([asks(number) for number in range(LINES)])
    target.allows(answered, "check")
