"""PostgreSQL through a pool, with limits so that nobody can hold the desk."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from app.db.errors import UNAVAILABLE, InDoubt

SESSION = {
    "application_name": "codedesk",
    "timezone": "UTC",
    # The log's lock is taken last and held for a moment only; whoever waits longer than this gets an error.
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "statement_timeout": "30s",
}


ACQUIRE_TIMEOUT = 5.0
"""Seconds that a request waits for a connection of the pool, before it fails as unavailable."""


class PooledPostgresEngine(PostgresEngine):
    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config={**config, "server_settings": SESSION, "timeout": 5}, extensions=())

    async def check_version(self) -> None:
        """Nothing: Piccolo would connect for it while a module is imported, and only warn when it cannot."""

    async def start_connection_pool(self, **kwargs: Any) -> None:
        await super().start_connection_pool(**{"min_size": 1, "max_size": 10, **kwargs})

    async def close_connection_pool(self) -> None:
        if self.pool is not None:
            await super().close_connection_pool()

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> list[dict[str, Any]]:
        if self.pool is None:
            raise ValueError("A pool isn't currently running.")
        async with self.pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows: list[dict[str, Any]] = await connection.fetch(query, *(args or ()))
            return rows

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        return PooledTransaction(engine=self, allow_nested=allow_nested)


class PooledTransaction(PostgresTransaction):
    """Returns its connection to the pool whatever happens: Piccolo's own leaks it when BEGIN or COMMIT fails."""

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        pool = self.engine.pool
        if pool is None:
            return await super().__aenter__()
        self.connection = await pool.acquire(timeout=ACQUIRE_TIMEOUT)
        try:
            self.transaction = self.connection.transaction()
            await self.transaction.start()
        except BaseException:
            await self._release()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        if self._parent is not None:
            return False
        try:
            if exception is None:
                if not (self._committed or self._rolled_back):
                    await self._commit()
            elif not self._rolled_back:
                await self.rollback()  # type: ignore[no-untyped-call]
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._release()
        return False

    async def _commit(self) -> None:
        try:
            await self.commit()  # type: ignore[no-untyped-call]
        except UNAVAILABLE as error:
            raise InDoubt("the connection was lost during COMMIT") from error

    async def _release(self) -> None:
        if self.engine.pool is None:
            await self.connection.close()
            return
        # A connection that dies now is the pool's concern alone: what was committed stays committed.
        with suppress(*UNAVAILABLE):
            await self.engine.pool.release(self.connection)
