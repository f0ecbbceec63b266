"""A desk with a history: clients with codes, accounts and requests, and a log that tells of them. Made as plain rows,
the same for both databases and for every size, and written in bulk."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import asyncpg

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAMES = ("anong", "boris", "chai", "dara", "emil", "fatima", "grace", "hugo", "ines", "jun", "karim", "lena")
STATUSES = ("completed", "cancelled", "expired", "activated", "pending")
DAYS = 300
"""Before now, in which all of it happened: fewer than a pending code may have (DESK_CODE_TTL_DAYS)."""
OLD, BUSY = 1, 2
"""Clients of a tenth of the log each: one who was busy long ago, and one who is."""
OTHERS = 3
HISTORIAN = "busy"
"""By which name the session of the one who is busy is asked for."""
HISTORY = "history"
"""The figure, and part of the names of its databases."""
FIRST = 2
"""People who are there before: the client bob and the admin admin1."""


class Made(NamedTuple):
    table: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


class History:
    """Of as many codes and as many events; a tenth as many clients, a quarter as many accounts, of the newest codes."""

    def __init__(self, size: int, token: str) -> None:
        self.size, self.people, self.accounts = size, size // 10, size // 4
        self._began, self._token = datetime.now(UTC) - timedelta(days=DAYS), token
        random = Random(size)
        self._keys = ["".join(random.choices(ALPHABET, k=25)) for _ in range(size)]
        self._numbers = [str(random.randrange(10_000_000, 100_000_000)) for _ in range(size)]
        self._owners = [random.randrange(OTHERS, self.people) for _ in range(size)]

    def key(self, code: int) -> str:
        return self._keys[code - 1]

    def number(self, code: int) -> str:
        return self._numbers[code - 1]

    def name(self, client: int) -> str:
        return f"{NAMES[client % len(NAMES)]}{client:06d}"

    def owner(self, code: int) -> int:
        """Codes of the first tenth are of OLD, every tenth of the others of BUSY."""
        if code <= self.size // 10:
            return OLD
        return BUSY if code % 10 == 0 else self._owners[code - 1]

    def id_of(self, client: int) -> int:
        return FIRST + client

    def at(self, nth: int) -> datetime:
        """Spread evenly, however much there is."""
        return self._began + timedelta(days=DAYS * nth / self.size)

    def tables(self) -> list[Made]:
        return [
            Made("person", ("id", "username", "email", "password_hash", "role", "active", "seen_event", "created_at"),
                 self._people()),
            Made("session", ("person", "token_hash", "created_at", "seen_at"), self._sessions()),
            Made("trading_code", ("id", "code", *self.OWNED, "status", "created_at", "changed_at", "changed_by"),
                 self._codes()),
            Made("customer_account",
                 ("id", "licence", *self.OWNED, "status", "created_at", "changed_at", "changed_by", "origin",
                  "expires_at"), self._accounts()),
            Made("extension_request",
                 ("id", "account", "licence", *self.OWNED[:-1], "status", "created_at", "days"), self._requests()),
            Made("event", ("at", "kind", "client", "actor", "actor_name", "data", "code", "account", "person"),
                 self._events()),
        ]  # fmt: skip

    OWNED = ("owner", "owner_name", "platform", "account_number", "plan")

    def _people(self) -> Iterator[tuple[Any, ...]]:
        for client in range(1, self.people):
            name = self.name(client)
            yield self.id_of(client), name, f"{name}@example.com", "", "client", client % 2 == 0, 0, self._began

    def _sessions(self) -> Iterator[tuple[Any, ...]]:
        """Of the one who is busy."""
        now = datetime.now(UTC)
        yield self.id_of(BUSY), hashlib.sha256(self._token.encode()).hexdigest(), now, now

    def _owned(self, code: int) -> tuple[Any, ...]:
        owner = self.owner(code)
        return self.id_of(owner), self.name(owner), ("mt5", "mt4")[code % 2], self.number(code), ("30", "90")[code % 2]

    def _codes(self) -> Iterator[tuple[Any, ...]]:
        for code in range(1, self.size + 1):
            at = self.at(code)
            yield code, self.key(code), *self._owned(code), STATUSES[code % 5], at, at, "admin1"

    def _accounts(self) -> Iterator[tuple[Any, ...]]:
        for account in range(1, self.accounts + 1):
            code = self.code_of(account)
            at = self.at(code)
            end = at + timedelta(days=3_000)
            yield account, self.key(code), *self._owned(code), "active", at, at, "admin1", "code", end

    def code_of(self, account: int) -> int:
        return self.size - self.accounts + account

    def _requests(self) -> Iterator[tuple[Any, ...]]:
        for account in range(5, self.accounts + 1, 5):
            code = self.code_of(account)
            status = ("approved", "rejected", "withdrawn", "pending")[account // 5 % 4]
            yield account // 5, account, self.key(code), *self._owned(code)[:-1], status, self.at(code), 30

    def _events(self) -> Iterator[tuple[Any, ...]]:
        """The first tenth of OLD alone; then four of each account's code, some way apart, among one another."""
        old = self.size // 10
        for nth in range(old):
            yield self._event(nth, "CodeGenerated", nth + 1, None)
        apart = max(1, self.accounts // 8)
        of_each = ("CodeGenerated", "CodeActivated", "MessageSent", "CodeCompleted")
        for nth in range(old, self.size):
            since, step = divmod(nth - old, len(of_each))
            account = 1 + (since - step * apart) % self.accounts
            yield self._event(nth, of_each[step], self.code_of(account), account)

    def _event(self, nth: int, kind: str, code: int, account: int | None) -> tuple[Any, ...]:
        owner = self.id_of(self.owner(code))
        data: dict[str, Any] = {"type": kind, "client": owner, "code": code}
        told_of = account if kind != "CodeGenerated" else None
        if told_of is not None:
            data["account"] = account
        if kind == "MessageSent":
            data["message"] = "Please have a look at the server of this one."
        by = (owner, self.name(self.owner(code))) if kind == "CodeGenerated" else (None, "admin1")
        return self.at(nth), kind, owner, *by, json.dumps(data), code, told_of, owner


def fill_sqlite(database: Path, history: History) -> None:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    connection.execute("BEGIN")
    for table, columns, rows in history.tables():
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql LIKE 'CREATE INDEX%'",
            (table,),
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            ([value.isoformat(" ") if isinstance(value, datetime) else value for value in row] for row in rows),
        )
        for _, sql in indexes:
            connection.execute(sql)
        parts = f"{table}_parts"
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (parts,)).fetchone():
            connection.execute(f"INSERT INTO {parts} ({parts}) VALUES ('rebuild')")
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def fill_postgres(url: str, history: History) -> None:
    """With fresh statistics, as autovacuum gives them to any table that has grown."""
    connection = await asyncpg.connect(url)
    for table, columns, rows in history.tables():
        indexes = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = $1 AND indexdef LIKE 'CREATE INDEX%'", table
        )
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        await connection.copy_records_to_table(table, records=rows, columns=columns)
        for index in indexes:
            await connection.execute(index["indexdef"])
        if "id" in columns:
            next_id = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
            await connection.execute(next_id)
        await connection.execute(f"VACUUM ANALYZE {table}")
    await connection.close()
