"""python -m app serve | migrate | seed | prune | create-person | change-password | change-role | suspend-person | …"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from getpass import getpass

from app import operations, robot_commands
from app.command_help import EXAMPLES, SERVING, settings_help
from app.licences.plans import PLATFORMS
from app.live.event import SYSTEM
from app.operations import fail, with_database
from app.people.tables import ROLES, Person
from app.settings import SettingsError, settings

AGE = re.compile(r"([1-9][0-9]{0,3})([hdw])")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def main(argv: list[str] | None = None) -> None:
    arguments = _parser().parse_args(argv)
    try:
        settings()
    except SettingsError as error:
        fail(str(error))
    arguments.run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app", description="Codedesk, a live desk for trading codes.",
        epilog=f"{EXAMPLES}\n{settings_help()}", formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serving = commands.add_parser(
        "serve", help="serve the desk", epilog=SERVING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serving.add_argument("--port", type=_port, default=8000, help="0: any that is free (default: %(default)s)")
    serving.add_argument("--workers", type=int, default=1, help="processes (default: %(default)s)")
    serving.add_argument("--migrate", action="store_true", help="bring the database up to date first")
    serving.set_defaults(run=_serve)

    migrating = commands.add_parser("migrate", help="bring the database up to date")
    migrating.set_defaults(run=lambda _: with_database(operations.migrate))

    seeding = commands.add_parser("seed", help="fill an empty database with a demo desk; its passwords are published")
    seeding.set_defaults(run=lambda _: operations.seed())

    pruning = commands.add_parser("prune", help="remove old entries of the event log that nobody has unread")
    pruning.add_argument("--older-than", required=True, metavar="AGE", help="such as 400d, 12w or 36h")
    pruning.set_defaults(run=lambda arguments: with_database(operations.prune, _age(arguments.older_than)))

    describing = commands.add_parser("matrix", help="print the communication matrix, as docs/matrix.md has it")
    describing.set_defaults(run=lambda _: operations.print_matrix())

    creating = commands.add_parser("create-person", help="make a person, such as the first admin")
    creating.add_argument("name")
    creating.add_argument("--role", choices=ROLES, required=True)
    creating.add_argument("--email", help="default: NAME@localhost.localdomain")
    _takes_a_password(creating)
    creating.set_defaults(
        run=lambda arguments: with_database(
            operations.create_person, arguments.name, arguments.email, _password(), arguments.role
        )
    )

    keys = commands.add_parser("keys", help="the keys that sign what robots are told").add_subparsers(
        required=True, metavar="COMMAND"
    )
    making = keys.add_parser("new", help="make a key; the oldest signs")
    making.add_argument("--once", action="store_true", help="only where there is none")
    making.set_defaults(run=lambda arguments: robot_commands.new_key(once=arguments.once))
    keys.add_parser("list", help="the keys, the one that signs first").set_defaults(
        run=lambda _: robot_commands.list_keys()
    )
    retiring = keys.add_parser("retire", help="take a key away; robots that know no other believe nothing any more")
    retiring.add_argument("key")
    retiring.set_defaults(run=lambda arguments: robot_commands.retire_key(arguments.key))

    checking = commands.add_parser("check", help="what a robot with this licence is told")
    checking.add_argument("licence")
    checking.add_argument("--account", required=True, help="its account number")
    checking.add_argument("--platform", choices=PLATFORMS, default="mt5", help="default: %(default)s")
    for name in ("product", "server", "mode", "version", "terminal"):
        checking.add_argument(f"--{name}", default="", help="as the robot says it; default: as the licence wants it")
    said = ("platform", "account", "product", "server", "mode", "version", "terminal")
    checking.set_defaults(
        run=lambda arguments: with_database(
            robot_commands.check_licence, arguments.licence, {name: getattr(arguments, name) for name in said}
        )
    )

    suspending = commands.add_parser("suspend-person", help="end a person's sessions, and let them sign in no more")
    _changes_a_person(suspending, lambda person, _: person.suspend(by=SYSTEM))

    restoring = commands.add_parser("restore-person", help="let a suspended person sign in again")
    _changes_a_person(restoring, lambda person, _: person.restore(by=SYSTEM))

    unlocking = commands.add_parser("remove-second-factor", help="of a person who has lost it; the password stays")
    _changes_a_person(unlocking, lambda person, _: person.remove_second_factor(by=SYSTEM))

    changing = commands.add_parser("change-role", help="make a person an admin or a client; ends their sessions")
    changing.add_argument("--role", choices=ROLES, required=True)
    _changes_a_person(changing, lambda person, arguments: person.change_role(arguments.role, by=SYSTEM))

    renewing = commands.add_parser("change-password", help="give a person a new password; ends their sessions")
    _takes_a_password(renewing)
    _changes_a_person(renewing, lambda person, _: person.change_password(_password(), by=SYSTEM))
    return parser


def _serve(arguments: argparse.Namespace) -> None:
    robot_commands.look_at_keys()
    operations.serve(arguments.host, arguments.port, arguments.workers, migrate_first=arguments.migrate)


def _changes_a_person(
    command: argparse.ArgumentParser, change: Callable[[Person, argparse.Namespace], Awaitable[None]]
) -> None:
    command.add_argument("name")
    command.set_defaults(
        run=lambda arguments: with_database(
            operations.change_person, arguments.name, lambda person: change(person, arguments)
        )
    )


def _takes_a_password(command: argparse.ArgumentParser) -> None:
    """Never on the command line, where every process of the host can read it."""
    command.add_argument(
        "--password-stdin",
        action="store_true",
        required=True,
        help="one line on standard input; at a terminal it is asked for, unseen",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to 65535, not {text!r}")
    return int(text)


def _password() -> str:
    if sys.stdin.isatty():
        return getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


def _age(text: str) -> timedelta:
    """1 to 9999 hours, days or weeks: `36h`, `400d`, `12w`."""
    if (parts := AGE.fullmatch(text)) is None:
        fail(f"--older-than takes a number of hours, days or weeks, such as 36h, 400d or 12w, not {text!r}")
    return int(parts[1]) * UNITS[parts[2]]
