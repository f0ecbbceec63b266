"""Requests that change nothing, as fast as they can be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, cycle
from urllib.parse import quote

from tests.hostile.attack import ADMIN, COLLECTORS, Target, address, attack
from tests.hostile.wire import Line

LINES = 50
"""Connections of one flood."""
ODD = (
    "/static/%00", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fapp/settings.py", "/static/%ff%fe",
    "/static/" + "a/" * 2_000, "/static//", "/static/.", "/static/" + "%61" * 3_000, "/static/vendor/",
    "/static/%0d%0aX: y",
)  # fmt: skip


async def flood(target: Target, paths: Iterable[str], *, token: str = "", sources: int = 1) -> None:
    wanted: Iterator[str] = iter(paths)

    async def asks(number: int) -> None:
        line = Line(target, address(number % sources), token)
        while not target.is_over:
            await line.get(next(wanted))

    await target.together([asks(number) for number in range(LINES)])


@attack("/healthz and /metrics without end")
async def health(target: Target) -> None:
    await flood(target, cycle(("/healthz", "/metrics")))


@attack("odd paths below /static")
async def static(target: Target) -> None:
    await flood(target, cycle(ODD))


@attack("pages that are not there")
async def not_found(target: Target) -> None:
    await flood(target, (f"/nowhere/{number}" for number in count()))


@attack("pages that need a sign-in, with cookies that were never given")
async def not_signed_in(target: Target) -> None:
    await flood(target, cycle(("/", "/admin/codes", "/notifications", "/live/ended")), token="never-given")


@attack("the pages of strangers: /login and /register")
async def strangers(target: Target) -> None:
    await flood(target, cycle(("/login", "/register", "/login?next=" + "/" * 1_000)))


@attack("searches without end, by one client")
async def searches(target: Target) -> None:
    texts = (quote(("%_" * (n % 20)) + f"mal{n}" + "\u0130" * (n % 7)) for n in count())
    await flood(target, (f"/?q={text}" for text in texts), token=target.intruders[22].token)


@attack("pages without end, by one client")
async def pages(target: Target) -> None:
    await flood(target, cycle(("/", "/notifications", "/?status=pending")), token=target.intruders[23].token)


@attack("searches without end, by 20 people from 10 addresses")
async def many_searches(target: Target) -> None:
    async def asks(number: int) -> None:
        line = Line(target, address(number % 10), target.intruders[30 + number % 20].token)
        for turn in count():
            if target.is_over:
                return
            await line.get(f"/?q={number}-{turn}")

    await target.together([asks(number) for number in range(LINES)])


@attack("words typed into /search, letter by letter, by 19 clients and an admin from 10 addresses")
async def typed(target: Target) -> None:
    """They are found in thousands of rows, in none, or in those of others alone; no two people type the same."""

    async def types(number: int) -> None:
        place = (ADMIN, *COLLECTORS, *range(30, 45))[number % 20]
        line = Line(target, address(number % 10), target.intruders[place].token)
        for turn in count():
            rare = f"{number}{turn}"
            for word in ("mallory-" + rare, "6600" + rare, "M-A-L-2" + rare, "%_" + "\u0130" * 3 + rare, "a@b" + rare):
                for end in range(1, len(word) + 1):
                    if target.is_over:
                        return
                    await line.get(f"/search?q={quote(word[:end])}")

    await target.together([types(number) for number in range(LINES)])
