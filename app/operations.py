"""What an operator can do to a desk: the bodies of the commands."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import NoReturn, ParamSpec

import asyncpg

from app.clock import now
from app.db.errors import UNAVAILABLE
from app.db.sqlite_statements import is_busy
from app.errors import DeskError
from app.people import names
from app.people.tables import Person
from app.quotas.tables import Quota
from app.settings import settings

Params = ParamSpec("Params")

KEEPALIVE = 20.0
"""Seconds between pings on a socket, and that a peer has to reply to one."""


def serve(host: str, port: int, workers: int, *, migrate_first: bool) -> None:
    import uvicorn

    from app.web import logs
    from app.web.open_files import raise_open_files

    logs.set_up(settings().log_level)
    if migrate_first:
        with_database(migrate)
    if workers < 1:
        fail("--workers must be at least 1")
    with_database(_look)
    _listen(host, port)
    raise_open_files(settings().connections)
    # uvicorn raises the signal again when it has stopped: an orderly end is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _metrics_of_all(workers):
        uvicorn.run(
            "app.asgi:app",
            host=host,
            port=port,
            workers=workers,
            http="app.web.protocol:BoundedProtocol",
            ws="app.live.protocol:DeskProtocol",
            ws_max_size=64 * 1024,
            ws_per_message_deflate=False,
            ws_ping_interval=KEEPALIVE,
            ws_ping_timeout=KEEPALIVE,
            timeout_graceful_shutdown=5,
            # Without it, the requests of one connection share a context: none may begin with what another left there.
            reset_contextvars=True,
            log_config=None,
            # uvicorn would believe what loopback says of others; the application asks DESK_TRUSTED_PROXIES instead.
            proxy_headers=False,
            access_log=False,
            server_header=False,
        )


async def _look() -> None:
    """Before a server starts that could only fail: its words are then those of every other command. A database that
    somebody else is writing to is none of those."""
    from app.migrate import pending_migrations

    try:
        await Quota.try_writing()
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
    if await pending_migrations():
        fail("the database is not up to date; run `python -m app migrate` first, or serve with --migrate")


def _listen(host: str, port: int) -> None:
    """Whether it can be done, in one line; the server's own words would stand among those of its start and its end."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        fail(f"cannot listen on {host}, port {port}: {error.strerror or error}")


@contextmanager
def _metrics_of_all(workers: int) -> Iterator[None]:
    """A folder in which several workers count together; prometheus_client reads its name when it is imported,
    which the workers do as they start. One worker counts in its own memory."""
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="codedesk-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


async def migrate() -> None:
    from app.migrate import migrate_database

    await migrate_database()


def seed() -> None:
    if settings().production:
        fail(
            "seed is for demonstrations, as its passwords are published; a desk in production gets its first admin by "
            "`python -m app create-person NAME --role admin --password-stdin`"
        )
    with_database(_seed)


async def _seed() -> None:
    from app.seed import seed_desk

    print(await seed_desk())


async def prune(age: timedelta) -> None:
    # All of the desk, so that every kind of event is known: one that is not would seem to be unread by nobody.
    import app.main  # noqa: F401
    from app.notifications.retention import prune_log

    pruned = await prune_log(now() - age)
    print(f"entries removed: {pruned.removed}")
    if pruned.unread:
        print(f"as old, but unread by somebody, so they stay: {pruned.unread}")


def print_matrix() -> None:
    # All of the desk, so that every event has been declared.
    import app.main  # noqa: F401
    from app.matrix import markdown

    print(markdown(), end="")


async def create_person(name: str, email: str | None, password: str, role: str) -> None:
    name = names.normalised(name)
    email = email or f"{name}@localhost.localdomain"
    try:
        person = await Person.register(name, email.strip(), password, role, by_operator=True)
    except DeskError as error:
        fail(_reasons(error))
    print(f"{person.role} {person.username} can sign in")


async def change_person(name: str, change: Callable[[Person], Awaitable[None]]) -> None:
    person = await Person.named(names.normalised(name))
    if person is None:
        fail(f"there is no person called {name!r}")
    try:
        await change(person)
    except DeskError as error:
        fail(_reasons(error))


def _reasons(error: DeskError) -> str:
    return " ".join(f"{name}: {message}" for name, message in error.fields.items()) or error.message


def with_database(work: Callable[Params, Awaitable[None]], *args: Params.args, **kwargs: Params.kwargs) -> None:
    """Runs it to its end; one clear line and exit 1 when the database cannot be used."""
    from app.db.engine import engine

    async def run() -> None:
        await engine().start_connection_pool()
        try:
            await work(*args, **kwargs)
        finally:
            await engine().close_connection_pool()

    try:
        asyncio.run(run())
    except (*UNAVAILABLE, sqlite3.DatabaseError, asyncpg.PostgresError) as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise  # the desk's own mistake, not the file's
        hint = _hint(error)
        fail(f"the database cannot be used: {str(error).splitlines()[0]}{hint}")


def _hint(error: Exception) -> str:
    """What to do about it, where that is known."""
    if is_not_migrated(error):
        return " (run `python -m app migrate` first)"
    if "pg_trgm" in str(error):
        return " (search needs the extension pg_trgm: install PostgreSQL's contrib package, and let a superuser run it)"
    return " (search needs an SQLite with FTS5)" if "fts5" in str(error) else ""


def is_not_migrated(error: Exception) -> bool:
    return isinstance(error, asyncpg.UndefinedTableError) or "no such table" in str(error)


def fail(why: str) -> NoReturn:
    print(f"codedesk: {why}", file=sys.stderr)
    raise SystemExit(1)
