"""After an attack: is the server as it was, and is everything there that anybody was told?"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Collection
from typing import Any

import asyncpg

from tests.chaos import consistency
from tests.chaos.journal import Journal
from tests.chaos.snapshot import Snapshot
from tests.hostile.honest import Honest
from tests.hostile.world import World

MOST_MEMORY = 384
"""MiB that the server may take at any moment: it begins with about 100, and 2,000 sockets with views of their own are
allowed to cost something."""

MOST_HOLD = 2.5
"""Seconds for which nothing may hold the server's loop, on whichever machine; the goal is a fiftieth of it."""


async def wrong_now(
    world: World, honest: Honest, done: Counter[str], unknown: Counter[str], *, looks_at: Collection[str]
) -> list[str]:
    """What is lost or broken; `done` and `unknown`: what intruders were told of their own work, since the start.
    `looks_at`: whose open pages are compared with a fresh load."""
    if not world.memory():
        return ["the server is dead"]
    wrong = [] if world.server.is_well() else ["/healthz does not answer with 200"]
    wrong += await asyncio.to_thread(_codes, world, honest)
    wrong += await asyncio.to_thread(_intruders, world, done, unknown)
    for name in looks_at:
        if difference := await honest.pages[name].compare():
            wrong.append(f"{name}: {difference}")
    return wrong


def _codes(world: World, honest: Honest) -> list[str]:
    """Every code that honest people were told of is there, in the state that they were told."""
    status = {row["id"]: row["status"] for row in _rows(world.url, "SELECT id, status FROM trading_code")}
    lost = [code for code in honest.activated if status.get(code) != "activated"]
    lost += [code for code in honest.pending if code not in status]
    return [f"codes {lost} are lost"] if lost else []


def _intruders(world: World, done: Counter[str], unknown: Counter[str]) -> list[str]:
    """What was refused left no trace, what was acknowledged is there: no more and no less."""
    stored = deeds(world) - world.deeds_before
    return [
        f"{kind}: {stored[kind]} are there, {many} were acknowledged, {unknown[kind]} unanswered"
        for kind, many in done.items()
        if not many <= stored[kind] <= many + unknown[kind]
    ]


def deeds(world: World) -> Counter[str]:
    """What intruders have done, by the kind of the event."""
    sql = "SELECT kind, count(*) AS many FROM event WHERE actor_name LIKE 'mallory%' GROUP BY kind"
    return Counter({row["kind"]: row["many"] for row in _rows(world.url, sql)})


def consistent(world: World) -> list[str]:
    """At the end, of everybody's rows: each agrees with its events."""
    journal, snapshot = Journal(), Snapshot(world.url)
    for check in (consistency.codes, consistency.requests):
        check(journal, snapshot)
    return (journal.lost + journal.twice)[:10]


def _rows(url: str, sql: str) -> list[dict[str, Any]]:
    if url.startswith("sqlite:"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql)]
        finally:
            connection.close()

    async def fetch() -> list[dict[str, Any]]:
        connection = await asyncpg.connect(url)
        try:
            return [dict(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(fetch())
