"""PostgreSQL through a pool, with limits so that nobody can hold the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from app.db.errors import UNAVAILABLE, InDoubt

SESSION = {
    "application_name": "codedesk",
    "timezone": "UTC",
    # The log's lock is taken last and held for a moment only; whoever waits longer than this is told so.
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "statement_timeout": "30s",
}


ACQUIRE_TIMEOUT = 5.0
"""Seconds that a request waits for a connection of the pool, before it is told that the database is unavailable."""
MOST_KEPT = 2
"""Connections with a begun transaction; the others of the pool stay free for reading."""
KEPT_FOR = 0.25
"""Seconds; far below `idle_in_transaction_session_timeout`."""


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """Instead of asyncpg's DISCARD-like query, a round trip at every release: no statement of the desk changes a
    session. A transaction that is still open is rolled back by asyncpg before this."""


class PooledPostgresEngine(PostgresEngine):
    def __init__(self, config: dict[str, Any]) -> None:
        self.begun = BegunTransactions(self)
        super().__init__(config={**config, "server_settings": SESSION, "timeout": 5}, extensions=())

    async def check_version(self) -> None:
        """Nothing: Piccolo would connect for it while a module is imported, and only warn when it cannot."""

    async def start_connection_pool(self, **kwargs: Any) -> None:
        self.begun = BegunTransactions(self)
        await super().start_connection_pool(**{"min_size": 1, "max_size": 10, "reset": _leave_as_it_is, **kwargs})

    async def close_connection_pool(self) -> None:
        if self.pool is not None:
            await self.begun.close()
            await super().close_connection_pool()

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> list[dict[str, Any]]:
        if self.pool is None:
            raise ValueError("A pool isn't currently running.")
        async with self.pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows: list[dict[str, Any]] = await connection.fetch(query, *(args or ()))
            return rows

    async def run_planned(self, query: str, args: Sequence[Any]) -> list[Any]:
        """Planned for these values alone: a statement without a name is forgotten with the next one."""
        if self.pool is None:
            raise ValueError("A pool isn't currently running.")
        async with self.pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            return list(await (await connection.prepare(query, name="")).fetch(*args))

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        return PooledTransaction(engine=self, allow_nested=allow_nested)


class PooledTransaction(PostgresTransaction):
    """Returns its connection to the pool whatever happens: Piccolo's own leaks it when BEGIN or COMMIT fails."""

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        if self.engine.pool is None:
            return await super().__aenter__()
        engine: PooledPostgresEngine = self.engine  # type: ignore[assignment]
        self.connection = await engine.begun.take()
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        if self._parent is not None:
            return False
        if self.engine.pool is None:
            return bool(await super().__aexit__(exception_type, exception, traceback))
        engine: PooledPostgresEngine = self.engine  # type: ignore[assignment]
        try:
            if exception is None and not self._rolled_back:
                await engine.begun.commit(self.connection)
            else:
                await engine.begun.roll_back(self.connection)
        finally:
            self.engine.current_transaction.reset(self.context)
        return False


class BegunTransactions:
    """Connections on which a transaction has begun: `COMMIT AND CHAIN` begins the next one with the same round trip
    that ends this one, so that an action of a busy desk has one less to wait for.

    A begun transaction that has done nothing holds no lock and no snapshot (READ COMMITTED takes one for each
    statement), so that it keeps nothing from PostgreSQL's vacuum; a quiet desk has none, as they are given back after
    KEPT_FOR.
    """

    def __init__(self, engine: PooledPostgresEngine) -> None:
        self._engine = engine
        self._kept: dict[Any, asyncio.TimerHandle] = {}
        self._releasing: set[asyncio.Task[None]] = set()

    @property
    def pool(self) -> Any:
        assert self._engine.pool is not None
        return self._engine.pool

    async def take(self) -> Any:
        """A connection within a transaction that has done nothing yet."""
        while self._kept:
            connection, timer = self._kept.popitem()
            timer.cancel()
            if is_usable(connection):
                return connection
            await self._release(connection)
        connection = await self.pool.acquire(timeout=ACQUIRE_TIMEOUT)
        try:
            await connection.execute("BEGIN")
        except BaseException:
            await self._release(connection)
            raise
        return connection

    async def commit(self, connection: Any) -> None:
        """Raises InDoubt when the connection is lost meanwhile: the transaction was done, whole, or not at all."""
        chain = len(self._kept) < MOST_KEPT
        try:
            tag = await connection.execute("COMMIT AND CHAIN" if chain else "COMMIT")
        except BaseException as error:
            await self._release(connection)
            if isinstance(error, UNAVAILABLE):
                raise InDoubt("the connection was lost during COMMIT") from error
            raise
        if chain and tag == "COMMIT":
            self._keep(connection)
        else:
            await self._release(connection)
        if tag != "COMMIT":  # PostgreSQL ends a transaction that has failed so, and calls it no error
            raise RuntimeError(f"a transaction in which a statement had failed was ended: {tag}")

    async def roll_back(self, connection: Any) -> None:
        await self._release(connection)

    async def close(self) -> None:
        for task in tuple(self._releasing):
            await task
        while self._kept:
            connection, timer = self._kept.popitem()
            timer.cancel()
            await self._release(connection)

    def _keep(self, connection: Any) -> None:
        self._kept[connection] = asyncio.get_running_loop().call_later(KEPT_FOR, self._expire, connection)

    def _expire(self, connection: Any) -> None:
        if self._kept.pop(connection, None) is not None:
            task = asyncio.create_task(self._release(connection))
            self._releasing.add(task)
            task.add_done_callback(self._releasing.discard)

    async def _release(self, connection: Any) -> None:
        # A connection that dies now is the pool's concern alone: what was committed stays committed.
        try:
            with suppress(*UNAVAILABLE):
                if is_usable(connection) and connection.is_in_transaction():
                    await connection.execute("ROLLBACK")
        finally:
            with suppress(*UNAVAILABLE):
                await self.pool.release(connection)


def is_usable(connection: Any) -> bool:
    """The pool takes back a connection that dies by itself; what is left in our hands then refuses every question."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False
