"""The errors that mean: the database cannot be reached or cannot work just now. They pass; anything else is a fault."""

from __future__ import annotations

import sqlite3

import asyncpg


class InDoubt(ConnectionError):
    """The connection was lost while COMMIT was under way: the transaction was done completely or not at all."""


UNAVAILABLE = (
    OSError,  # refused, reset, timed out (TimeoutError is one)
    sqlite3.OperationalError,  # locked, disk full, cannot open
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,  # the connection was closed under us
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    asyncpg.OperatorInterventionError,  # shutting down, starting up
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,  # one of those who wait for each other is sent away: nothing of it was done
    asyncpg.QueryCanceledError,
    asyncpg.InternalClientError,
)
