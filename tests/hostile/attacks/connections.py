"""Connections and requests that are never finished, or never read."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

from tests.hostile.attack import Target, address, attack
from tests.hostile.wire import Line, Streams, dial, hang_up

MANY = 1_100


async def hold(target: Target, many: int, sources: int, opening: bytes) -> None:
    """As many connections as that, each with its beginning of a request, kept for as long as the attack lasts."""
    held: list[Streams] = []

    async def opens(number: int) -> None:
        for turn in range(number, many, 50):
            if target.is_over:
                return
            try:
                streams = await dial(target, address(turn % sources))
            except OSError:
                target.answers["refused"] += 1
                continue
            held.append(streams)
            streams[1].write(opening)

    try:
        await target.together([opens(number) for number in range(50)])
        await target.rest()
        for reader, _ in held:
            target.answers["cut" if reader.at_eof() or reader.exception() else "held to the end"] += 1
    finally:
        for streams in held:
            hang_up(streams)


@attack("1,100 connections of one address that say nothing")
async def silent(target: Target) -> None:
    await hold(target, target.few(MANY, 600), 1, b"")


@attack("1,100 requests of one address, half sent")
async def half_requests(target: Target) -> None:
    await hold(target, target.few(MANY, 600), 1, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ")


@attack("1,100 bodies, half sent, from three addresses")
async def half_bodies(target: Target) -> None:
    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nusername=m"
    await hold(target, target.few(MANY, 600), 3, b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n" + form)


@attack("bodies that come byte by byte")
async def dribbles(target: Target) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"

    async def dribble(number: int) -> None:
        streams = await dial(target, address(number % 4))
        try:
            streams[1].write(head + b"Content-Length: 60000\r\n\r\nusername=")
            while not target.is_over and not streams[0].at_eof():
                streams[1].write(b"m")
                await streams[1].drain()
                await target.rest(0.05)
            target.answers["cut" if streams[0].at_eof() else "held to the end"] += 1
        finally:
            hang_up(streams)

    await target.together([dribble(number) for number in range(target.few(200, 60))])


@attack("headers of 3 MB on 100 connections")
async def huge_headers(target: Target) -> None:
    block = b"".join(b"X-%d: %s\r\n" % (number, b"h" * 1_000) for number in range(64))

    async def sends(number: int) -> None:
        while not target.is_over:
            streams = await dial(target, address(number % 4))
            reader, writer = streams
            try:
                writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                answer = asyncio.create_task(reader.read(12))
                for _ in range(48):
                    if answer.done() or target.is_over:
                        break
                    writer.write(block)
                    await writer.drain()
                else:
                    target.answers["3 MB sent"] += 1
                    writer.write(b"\r\n")
                head = await answer
                target.answers[head[9:12].decode() if head.startswith(b"HTTP/1.1 ") else "cut"] += 1
            except OSError:
                target.answers["cut"] += 1
            finally:
                hang_up(streams)

    await target.together([sends(number) for number in range(target.few(100, 20))])


@attack("connections that come and go")
async def come_and_go(target: Target) -> None:
    async def comes(number: int) -> None:
        while not target.is_over:
            try:
                streams = await dial(target, address(number % 4))
            except OSError:
                target.answers["refused"] += 1
                continue
            target.answers["opened"] += 1
            if number % 2:
                streams[1].write(b"\x16\x03\x01\x02\x00\x01 no HTTP at all\r\n\r\n")
                with suppress(OSError):
                    await streams[0].read(64)
            hang_up(streams)

    await target.together([comes(number) for number in range(20)])


@attack("answers that nobody reads")
async def unread(target: Target) -> None:
    """Each connection asks for the largest file fifty times over and reads nothing."""
    line = Line(target, address())
    await line.get("/login")
    found = re.findall(rb'"(/static/[^"]+\.js[^"]*)"', line.body)
    line.close()
    path = found[0].decode() if found else "/login"
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 50
    held: list[Streams] = []

    async def asks(number: int) -> None:
        for turn in range(number, target.few(400, 60), 20):
            if target.is_over:
                return
            streams = await dial(target, address(turn % 4), receive_buffer=4096)
            held.append(streams)
            streams[1].write(request)

    try:
        await target.together([asks(number) for number in range(20)])
        await target.rest()
        target.answers["unread"] += len(held)
    finally:
        for streams in held:
            hang_up(streams)
