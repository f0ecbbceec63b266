"""What a client may do, without end."""

from __future__ import annotations

from collections import Counter
from itertools import count

from tests.hostile.attack import Target, address, attack
from tests.hostile.attacks.sockets import generate
from tests.hostile.wire import Line

LINES = 10
"""Connections of one flood."""


@attack("codes without end, by one client")
async def codes(target: Target) -> None:
    await target.together([generate(target, target.intruders[20], 0.0, address()) for _ in range(LINES)])
    target.allows(target.done["CodeGenerated"], "generate")
    target.needs(target.done["CodeGenerated"], "code was generated")


@attack("extensions asked for and withdrawn, round after round")
async def rounds(target: Target) -> None:
    intruder = target.intruders[0]
    line = Line(target, address(), intruder.token, accept="application/json")

    async def turns() -> None:
        while not target.is_over:
            form = {"account_id": intruder.account, "plan": "30", "note": "again"}
            if await _acknowledged(target, line, "ExtensionRequested", "/api/extend-code", form, 201):
                form = {"request_id": line.json()["id"]}
                path = "/api/extension-requests/withdraw"
                await _acknowledged(target, line, "ExtensionWithdrawn", path, form, 200)

    await target.together([turns()])
    target.allows(target.done["ExtensionRequested"], "ask")
    target.allows(target.done["ExtensionWithdrawn"], "withdraw")
    target.needs(target.done["ExtensionRequested"], "extension was asked for")


async def _acknowledged(target: Target, line: Line, kind: str, path: str, form: dict[str, object], made: int) -> bool:
    target.unknown[kind] += 1
    status = await line.post(path, form)
    if status:
        target.unknown[kind] -= status != 503
        target.done[kind] += status == made
    return status == made


@attack("notifications marked as read, one by one")
async def seen(target: Target) -> None:
    ups, accepted = count(1), 0

    async def sees() -> None:
        nonlocal accepted
        line = Line(target, address(), target.intruders[21].token, accept="application/json")
        while not target.is_over:
            status = await line.post("/api/notifications/seen", {"up_to": next(ups)})
            accepted += status == 200

    await target.together([sees() for _ in range(LINES)])
    target.allows(accepted, "see")
    target.needs(accepted, "notification was marked as read")


@attack("messages without end, each sent twice at once, by 20 clients from 10 addresses")
async def letters(target: Target) -> None:
    """Of 1,000 characters that all must be escaped."""
    written: Counter[str] = Counter()
    times: Counter[str] = Counter()
    people = target.few(20, 5)

    async def writes(number: int) -> None:
        intruder = target.intruders[30 + number % people]
        line = Line(target, address(number % people % 10), intruder.token, accept="application/json")
        about = {"about": "person", "row_id": intruder.id, "message": "<&" * 500}
        for turn in count():
            if target.is_over:
                return
            key = f"{intruder.name}-letter-{turn}"
            target.unknown["MessageReceived"] += 1
            status = await line.post("/api/messages", {**about, "request_key": key})
            is_new = status == 201 and line.json()["id"] is not None
            target.unknown["MessageReceived"] -= 0 < status != 503
            target.done["MessageReceived"] += is_new
            times[intruder.name] += is_new
            written[key] += is_new

    await target.together([writes(number) for number in range(2 * people)])
    target.allows(max(times.values(), default=0), "write")
    target.needs(target.done["MessageReceived"], "message was written")
    if max(written.values(), default=0) > 1:
        target.wrong.append("a message that was sent again was written twice")
