"""The server's database, read and changed behind its back: how a test makes time pass for one row."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime
from typing import Any

import asyncpg


def execute(url: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """`{}` stands for a value."""
    if url.startswith("sqlite:"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=5)
        try:
            with connection:
                bound = [str(value) if isinstance(value, datetime) else value for value in values]
                return connection.execute(sql.format(*["?"] * len(values)), bound).fetchall()
        finally:
            connection.close()
    return asyncio.run(_execute(url, sql.format(*(f"${n}" for n in range(1, len(values) + 1))), values))


async def _execute(url: str, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *values)]
    finally:
        await connection.close()
