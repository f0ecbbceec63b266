"""Codedesk, started as anybody would, with its people copied into the database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.filling import HISTORIAN, History, fill_sqlite
from bench.load.loop import Loop
from bench.size import People
from bench.targets.base import PASSWORD, Command, Copies, Target, token
from bench.targets.codedesk_desk import TOKEN_LENGTH, CodedeskDesk, session_token
from bench.targets.rooms import Desk

ROOT = Path(__file__).parents[2]
COPIED_KEY = "printf('%08X', n) || 'BENCHMARKACCOUNTX'"


class Codedesk(Target):
    name = "codedesk"
    label = "Codedesk"
    figures = Target.figures | {"crowd", "views", "checks", "history"}
    workers = 1
    of_their_own: Mapping[str, str] = {"skeleton": "NULL"}
    """Columns of a person that no copy may share."""
    bulk: Mapping[str, str] = {
        "DESK_QUOTAS": "off",
        "DESK_CONNECTIONS": "100000",
        "DESK_CONNECTIONS_PER_ADDRESS": "100000",
    }
    """Settings under which one person, and one address, may do what takes a thousand of them a day."""

    @property
    def tree(self) -> Path:
        """Where its sources lie."""
        return ROOT

    def install(self) -> None:
        """The benchmark runs in the project's own environment."""

    def prepare(self, database: Path, people: People) -> None:
        self._run(database, "migrate")
        self._run(database, "create-person", "bob", "--role", "client", "--password-stdin")
        self._run(database, "create-person", "admin1", "--role", "admin", "--password-stdin")
        if "checks" in self.figures:
            self._run(database, "keys", "new", "--once")

    def with_history(self, database: Path, size: int) -> None:
        self.prepare(database, People(0, 0))
        fill_sqlite(database, History(size, session_token(HISTORIAN)))

    def copies(self, people: People) -> list[Copies]:
        """Every second client has one valid account with an end."""
        account = {"owner": _person("client", "2 * n"), "owner_name": "'client' || 2 * n", "licence": COPIED_KEY}
        return [
            Copies("person", people.clients, {"id": _next("person"), **_named("client", "n"), **self.of_their_own}),
            Copies(
                "person",
                people.admins - 1,
                {"id": _next("person"), **_named("admin", "n + 1"), "role": "'admin'", **self.of_their_own},
            ),
            Copies("session", people.clients, {"id": _next("session"), **_session("client", "n")}),
            Copies("session", people.admins - 1, {"id": _next("session"), **_session("admin", "n + 1")}),
            Copies("customer_account", people.clients // 2, {"id": _next("customer_account"), **account}),
        ]

    def command(self, port: int, database: Path) -> Command:
        serve = ["serve", "--port", str(port), *(["--workers", str(self.workers)] if self.workers > 1 else [])]
        return Command([sys.executable, "-m", "app", *serve], self.tree, self._env(database))

    def environment(self, figure: str) -> dict[str, str]:
        if figure == "history":
            return {"DESK_CODE_TTL_DAYS": "365"}  # so that it does not expire what was filled in
        return {"DESK_CLOCK_SECONDS": "0.2"} if figure == "crowd" else {}

    def desk(self, loop: Loop, port: int) -> Desk:
        return CodedeskDesk(loop, port)

    def table(self) -> str:
        return "trading_code"

    def _env(self, database: Path) -> dict[str, str]:
        keys = {"DESK_ROBOT_KEYS": str(self.build / "robot-keys.pem")} if "checks" in self.figures else {}
        return {"DATABASE_URL": f"sqlite:///{database}", "DESK_LOG_LEVEL": "WARNING", **keys, **self.bulk}

    def _run(self, database: Path, *arguments: str) -> None:
        env = {**os.environ, **self._env(database)}
        command = [sys.executable, "-m", "app", *arguments]
        subprocess.run(
            command, cwd=self.tree, env=env, input=f"{PASSWORD}\n", text=True, check=True, stdout=subprocess.DEVNULL
        )


def _next(table: str) -> str:
    return f"(SELECT MAX(id) FROM {table}) + n"


def _named(name: str, number: str) -> dict[str, str]:
    return {"username": f"'{name}' || ({number})", "email": f"'{name}' || ({number}) || '@example.com'"}


def _person(name: str, number: str) -> str:
    return f"(SELECT id FROM person WHERE username = '{name}' || ({number}))"


def _session(name: str, number: str) -> dict[str, str]:
    padded = f"substr('{token(name)}' || ({number}) || '{'-' * TOKEN_LENGTH}', 1, {TOKEN_LENGTH})"
    return {"person": _person(name, number), "token_hash": f"sha256({padded})"}
