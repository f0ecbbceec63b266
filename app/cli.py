"""python -m app serve | migrate | seed | create-person | change-password | change-role | suspend-person"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn

import asyncpg

from app.db.errors import UNAVAILABLE
from app.errors import DeskError
from app.live.event import SYSTEM
from app.people.tables import Person
from app.settings import SettingsError, settings

KEEPALIVE = 20.0
"""Seconds between pings on a socket, and that a peer has to answer one."""


def main(argv: list[str] | None = None) -> None:
    arguments = _parser().parse_args(argv)
    try:
        settings()
    except SettingsError as error:
        _give_up(str(error))
    arguments.run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description="Codedesk, a live desk for trading codes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve the desk")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8000)
    serving.add_argument("--workers", type=int, default=1)
    serving.add_argument("--migrate", action="store_true", help="bring the database up to date first")
    serving.set_defaults(run=serve)
    migrating = commands.add_parser("migrate", help="bring the database up to date")
    migrating.set_defaults(run=lambda _: _with_database(migrate))
    seeding = commands.add_parser("seed", help="fill an empty database with a demo desk")
    seeding.set_defaults(run=lambda _: _with_database(seed))
    creating = commands.add_parser("create-person", help="make a person")
    creating.add_argument("name")
    creating.add_argument("--role", choices=("admin", "client"), required=True)
    creating.add_argument("--email", help="default: NAME@localhost.localdomain")
    creating.add_argument("--password-stdin", action="store_true", required=True, help="one line on standard input")
    creating.set_defaults(run=create_person)
    suspending = commands.add_parser("suspend-person", help="end a person's sessions, and let them sign in no more")
    suspending.add_argument("name")
    suspending.set_defaults(run=lambda given: change_person(given.name, lambda person: person.suspend(by=SYSTEM)))
    changing = commands.add_parser("change-role", help="make a person an admin or a client; ends their sessions")
    changing.add_argument("name")
    changing.add_argument("--role", choices=("admin", "client"), required=True)
    changing.set_defaults(
        run=lambda given: change_person(given.name, lambda person: person.change_role(given.role, by=SYSTEM))
    )
    renewing = commands.add_parser("change-password", help="give a person a new password; ends their sessions")
    renewing.add_argument("name")
    renewing.add_argument("--password-stdin", action="store_true", required=True, help="one line on standard input")
    renewing.set_defaults(
        run=lambda given: change_person(given.name, lambda person: person.change_password(_password(), by=SYSTEM))
    )
    return parser


def serve(arguments: argparse.Namespace) -> None:
    import uvicorn

    from app.web import logs

    logs.set_up(settings().log_level)

    if arguments.migrate:
        _with_database(migrate)
    if arguments.workers < 1:
        _give_up("--workers must be at least 1")
    # uvicorn raises the signal again when it has stopped: an orderly end is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "app.asgi:app",
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        ws="app.live.protocol:DeskProtocol",
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        ws_ping_interval=KEEPALIVE,
        ws_ping_timeout=KEEPALIVE,
        timeout_graceful_shutdown=5,
        log_config=None,
        access_log=False,
        server_header=False,
    )


async def migrate() -> None:
    from app.migrate import migrate_database

    await migrate_database()


async def seed() -> None:
    from app.seed import seed_desk

    print(await seed_desk())


def create_person(arguments: argparse.Namespace) -> None:
    password = _password()

    async def create() -> None:
        email = arguments.email or f"{arguments.name}@localhost.localdomain"
        try:
            person = await Person.register(arguments.name, email, password, arguments.role)
        except DeskError as error:
            _give_up(_reasons(error))
        print(f"{person.role} {person.username} can sign in")

    _with_database(create)


def change_person(name: str, change: Callable[[Person], Awaitable[None]]) -> None:
    async def run() -> None:
        person = await Person.named(name)
        if person is None:
            _give_up(f"there is no person called {name!r}")
        try:
            await change(person)
        except DeskError as error:
            _give_up(_reasons(error))

    _with_database(run)


def _password() -> str:
    return sys.stdin.readline().rstrip("\n")


def _reasons(error: DeskError) -> str:
    return " ".join(f"{name}: {said}" for name, said in error.fields.items()) or error.message


def _with_database(work: Callable[[], Awaitable[None]]) -> None:
    from app.db.engine import engine

    async def run() -> None:
        await engine().start_connection_pool()
        try:
            await work()
        finally:
            await engine().close_connection_pool()

    try:
        asyncio.run(run())
    except (*UNAVAILABLE, asyncpg.PostgresError) as error:
        hint = " (run `python -m app migrate` first)" if is_not_migrated(error) else ""
        _give_up(f"the database cannot be used: {str(error).splitlines()[0]}{hint}")


def is_not_migrated(error: Exception) -> bool:
    return isinstance(error, asyncpg.UndefinedTableError) or "no such table" in str(error)


def _give_up(why: str) -> NoReturn:
    print(f"codedesk: {why}", file=sys.stderr)
    raise SystemExit(1)
