"""SQLite kept open: one connection that writes, one that only reads, both used inline on the event loop.

Piccolo's own engine opens a connection and a thread for every query (884 µs for a select by key); kept open and
inline it costs 20-50 µs, less than a switch to a thread would. What makes inline safe: WAL readers never wait,
and the writer never waits for a lock inside SQLite (timeout 0): when another process holds it, we await and try again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType

from app.db.private_file import keep_private, make_private
from app.db.sqlite_statements import (
    BUSY_LIMIT,
    busy,
    deadline_of_a_write,
    execute,
    fetch_tuples,
    is_busy,
    moment_of,
    retried,
)

# Piccolo's converter goes through Decimal, for columns that hold something else than integers; ours never do.
sqlite3.register_converter("INTEGER", int)
sqlite3.register_converter("TIMESTAMPTZ", moment_of)

PRAGMAS = (
    "synchronous=NORMAL",  # a commit survives the death of the process; a power cut may take the last moments
    "wal_autocheckpoint=4000",  # pages: 16 MB; a transaction writes some thirty, and at 1000 every thirtieth one waited
    "foreign_keys=ON",
    "case_sensitive_like=ON",  # lets an index serve LIKE 'beginning%'
)


class KeptSQLiteEngine(SQLiteEngine):
    __slots__ = ("_lock", "_reader", "_writer")

    def __init__(self, path: str, **connection_kwargs: Any) -> None:
        super().__init__(path=path, **connection_kwargs)
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._lock = asyncio.Lock()

    async def start_connection_pool(self, **_: Any) -> None:
        self.open()

    async def close_connection_pool(self) -> None:
        async with self._lock:
            for connection in (self._reader, self._writer):
                if connection is not None:
                    connection.close()
            self._reader = self._writer = None
        # A lock belongs to the loop it was first waited on; the next start may be on another.
        self._lock = asyncio.Lock()

    def open(self) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        """The writer and the reader, opened at first use."""
        if self._writer is None or self._reader is None:
            make_private(self.path)
            self._writer = self._connect()
            keep_private(self.path)
            self._reader = self._connect()
            self._reader.execute("PRAGMA query_only=ON")
        return self._writer, self._reader

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = sqlite3.connect(
            **{**self.connection_kwargs, "timeout": BUSY_LIMIT, "check_same_thread": False, "cached_statements": 512}
        )
        _switch_to_wal(connection)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA busy_timeout=0")
        return connection

    async def _run_in_new_connection(
        self, query: str, args: Sequence[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> list[dict[str, Any]]:
        writer, reader = self.open()
        if query.lstrip()[:6].upper() == "SELECT":
            return execute(reader, query, args or ())
        deadline = deadline_of_a_write()
        await self._acquire(deadline)
        try:
            return await retried(writer, query, args or (), deadline)
        finally:
            self._lock.release()

    def first_column(self, query: str, args: Sequence[Any]) -> list[Any]:
        """Of a SELECT, in the open transaction if there is one."""
        transaction = self.current_transaction.get()
        connection = self.open()[1] if transaction is None else transaction.connection.raw
        return [row[0] for row in fetch_tuples(connection, query, args)[1]]

    async def _acquire(self, deadline: float) -> None:
        """This process' turn to write. Raises sqlite3.OperationalError (SQLITE_BUSY) when it does not come in time: the
        wait is bounded for each request, wherever it stands in the queue."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._lock.acquire()
        except TimeoutError:
            raise busy() from None

    async def _run_in_existing_connection(
        self,
        connection: InlineConnection,
        query: str,
        args: Sequence[Any] | None = None,
        query_type: str = "generic",
        table: Any = None,
    ) -> list[dict[str, Any]]:
        return execute(connection.raw, query, args or ())

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = True
    ) -> KeptTransaction:
        return KeptTransaction(engine=self, transaction_type=transaction_type, allow_nested=allow_nested)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Of several that open a new database at the same moment SQLite fails one at once, whatever its timeout: each
    holds what the other waits for. A database that is in WAL mode already fails nobody."""
    deadline = time.monotonic() + BUSY_LIMIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


class InlineConnection:
    """What Piccolo's transaction and savepoints ask of a connection, over the kept writer."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    async def execute(self, sql: str) -> None:
        self.raw.execute(sql)

    async def close(self) -> None:
        """Nothing: the writer stays open."""


class KeptTransaction(SQLiteTransaction):
    """BEGIN IMMEDIATE on the kept writer, exclusive in this process until it ends.

    Piccolo's default is DEFERRED, where a read that becomes a write fails at once when somebody else wrote.
    """

    async def __aenter__(self) -> SQLiteTransaction:
        if self._parent is not None:
            return self._parent
        engine: KeptSQLiteEngine = self.engine  # type: ignore[assignment]
        writer, _ = engine.open()
        deadline = deadline_of_a_write()
        await engine._acquire(deadline)
        try:
            await retried(writer, f"BEGIN {self.transaction_type.value}", (), deadline)
        except BaseException:
            engine._lock.release()
            raise
        self.connection = InlineConnection(writer)
        self.context = engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        if self._parent is not None:
            return False
        engine: KeptSQLiteEngine = self.engine  # type: ignore[assignment]
        raw: sqlite3.Connection = self.connection.raw
        try:
            if exception is None and not (self._committed or self._rolled_back):
                raw.execute("COMMIT")
                self._committed = True
        finally:
            if raw.in_transaction:  # an error, or a COMMIT that failed: nothing may stay half written
                raw.execute("ROLLBACK")
            engine.current_transaction.reset(self.context)
            engine._lock.release()
        return False
