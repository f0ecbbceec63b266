"""Sockets: many, talkative, deaf, and each with a view that nobody else has."""

from __future__ import annotations

import asyncio
from itertools import count
from urllib.parse import quote

from tests.hostile.attack import Intruder, Target, address, attack
from tests.hostile.wire import PING, TEXT, Line, Socket, frame

EACH = 20
"""Sockets that one person may have on a process (app/live/hub.py)."""
PINGS = frame(PING, b"") * 10_000
"""As many as 60,000 bytes hold."""
WISH = {"platform": "mt5", "account_number": "66600666", "plan": "7", "product": "robot"}
"""What can be generated."""


@attack("100 people with 20 sockets each, every one with a filter of its own", longer=5)
async def distinct_filters(target: Target) -> None:
    """They generate codes too: each event concerns twenty views of theirs, no two alike."""
    people = target.intruders[: target.few(100, 10)]
    sockets: list[Socket] = []
    listening: list[asyncio.Task[None]] = []
    turn = asyncio.Semaphore(10)

    async def opens(number: int, intruder: Intruder) -> None:
        async with turn:
            for n in range(1, target.few(EACH, 10) + 1):
                socket = await Socket.open(target, address(number % 10), intruder.token)
                if socket is None:
                    continue
                sockets.append(socket)
                listening.append(asyncio.create_task(socket.until_closed()))
                await socket.sync("/?q=" + quote("mal" + "!" * n))

    try:
        await target.together([opens(number, intruder) for number, intruder in enumerate(people)], share=0.6)
        await target.together(
            [generate(target, intruder, 1.0, address(number % 10)) for number, intruder in enumerate(people)]
        )
    finally:
        for task in listening:
            task.cancel()
        for socket in sockets:
            socket.close()


async def generate(target: Target, intruder: Intruder, pause: float, source: str) -> None:
    """Codes, one after another with a pause, until the time is over."""
    line = Line(target, source, intruder.token, accept="application/json")
    while not target.is_over:
        target.unknown["CodeGenerated"] += 1
        status = await line.post("/api/generate-code", WISH)
        if status:
            target.unknown["CodeGenerated"] -= status != 503
            target.done["CodeGenerated"] += status == 201
        await target.rest(pause)


@attack("11 MB of pings on sockets of nobody")
async def anonymous_pings(target: Target) -> None:
    """In a second, and again until the time is over: all that there once were are sent in half a second."""
    each_second = target.few(11_000_000, 1_000_000)
    left = each_second

    async def refill() -> None:
        nonlocal left
        while not target.is_over:
            await target.rest(1.0)
            left = each_second

    async def pings(number: int) -> None:
        nonlocal left
        while not target.is_over:
            if left <= 0:
                await target.rest(0.05)
                continue
            socket = await Socket.open(target, address(number % 4))
            if socket is None:
                await target.rest(0.01)
                continue
            try:
                while not target.is_over and left > 0 and not socket.reader.at_eof():
                    left -= len(PINGS)
                    await socket.write(PINGS)
            except OSError:
                target.answers["cut"] += 1
            finally:
                socket.close()

    await target.together([refill(), *(pings(number) for number in range(20))])


@attack("sockets of nobody that stay after their close frame")
async def leftovers(target: Target) -> None:
    """Who is not signed in is let in to be told so; those who do not hang up then must be."""

    async def stays(number: int) -> None:
        socket = await Socket.open(target, address(number % 4))
        if socket is not None:
            try:
                await socket.until_closed()
            finally:
                socket.close()

    await target.together([stays(number) for number in range(target.few(1_000, 200))])


async def talk(target: Target, intruder: Intruder, source: str, messages: bytes) -> None:
    """Says the same again and again; opens the socket anew as often as it is ended."""
    while not target.is_over:
        socket = await Socket.open(target, source, intruder.token)
        if socket is None:
            await target.rest(0.01)
            continue
        listening = asyncio.create_task(socket.until_closed())
        try:
            await socket.sync("/")
            while not target.is_over and not listening.done():
                await socket.write(messages)
                await asyncio.sleep(0)
        except OSError:
            target.answers["cut"] += 1
        finally:
            listening.cancel()
            socket.close()


@attack("pings by one who is signed in")
async def own_pings(target: Target) -> None:
    await target.together([talk(target, target.intruders[3], address(), PINGS) for _ in range(EACH)])


@attack("messages over 20 sockets of one person")
async def messages(target: Target) -> None:
    views = ["/", "/notifications", *(f"/?q={n}" for n in range(8))]
    several = b"".join(frame(TEXT, b'{"cursor":"0","view":"%s"}' % view.encode()) for view in views)
    await target.together([talk(target, target.intruders[4], address(), several) for _ in range(EACH)])


@attack("sockets that come, sync and go")
async def churn(target: Target) -> None:
    async def comes(number: int) -> None:
        for turn in count():
            if target.is_over:
                return
            intruder = target.intruders[5 + number % 5]
            socket = await Socket.open(target, address(number % 4), intruder.token)
            if socket is None:
                await target.rest(0.01)
                continue
            try:
                await socket.sync(f"/?q={turn % 50}")
                await socket.reader.read(1)
            finally:
                socket.close()

    await target.together([comes(number) for number in range(20)])


@attack("100 sockets that ask for everything and read nothing")
async def deaf(target: Target) -> None:
    held: list[Socket] = []

    async def opens(number: int) -> None:
        intruder = target.intruders[10 + number % 5]
        socket = await Socket.open(target, address(number % 4), intruder.token, reads=False)
        if socket is None:
            return
        held.append(socket)
        for _ in range(90):
            await socket.sync("/")
            await target.rest(0.01)

    try:
        await target.together([opens(number) for number in range(target.few(100, 40))])
        await target.rest()
    finally:
        for socket in held:
            socket.close()
