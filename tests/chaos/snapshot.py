"""All rows of the desk, read once when it is at rest."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import defaultdict
from typing import Any

import asyncpg

Rows = list[dict[str, Any]]


WRITTEN = ("MessageSent", "MessageReceived", "NoteWritten")
"""What people wrote about a row leaves it as it was."""


class Snapshot:
    def __init__(self, url: str) -> None:
        self.people = {row["id"]: row for row in read(url, "person")}
        self.codes = {row["id"]: row for row in read(url, "trading_code")}
        self.accounts = {row["id"]: row for row in read(url, "customer_account")}
        self.requests = {row["id"]: row for row in read(url, "extension_request")}
        self.installations = {row["id"]: row for row in read(url, "installation")}
        self.products = {row["slug"]: row for row in read(url, "product")}
        self.events = read(url, "event")
        for event in self.events:
            event["data"] = json.loads(event["data"])

    def of(self, kind: str, **data: Any) -> Rows:
        return [e for e in self.events if e["kind"] == kind and data.items() <= e["data"].items()]

    def first_number(self, account: int) -> str:
        """For which it was made; it may have been moved since."""
        for event in self.events:
            if event["data"].get("account") == account:
                if event["kind"] == "AccountMoved":
                    return str(event["data"]["before"]).partition(" ")[2]
                if event["kind"] == "MoveApproved":
                    return str(self.requests[event["data"]["request"]]["account_number"])
        return str(self.accounts[account]["account_number"])

    def histories(self, of: str) -> dict[int, Rows]:
        """The events of each code, account or request, in their order."""
        histories: dict[int, Rows] = defaultdict(list)
        for event in self.events:
            if event["data"].get(of) is not None and event["kind"] not in WRITTEN:
                histories[event["data"][of]].append(event)
        return histories


def read(url: str, table: str) -> Rows:
    sql = f"SELECT * FROM {table} ORDER BY id"
    if url.startswith("sqlite:"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql)]
        finally:
            connection.close()

    async def fetch() -> Rows:
        connection = await asyncpg.connect(url)
        try:
            return [dict(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(fetch())
