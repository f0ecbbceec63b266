"""Real databases to test on: a SQLite file, or a PostgreSQL cluster of our own on a free port of 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from glob import glob
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg

from tests import fork_server

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parent.parent


PORTS = range(12_000, 32_000)
"""Below those that the system gives to whoever connects (Linux: 32768 to 60999): one of theirs can be found free here,
and be a client's when the server comes to listen there."""
WORKERS = 16
"""Whose ports are kept apart; of more, some look at the same ones."""


def _own_ports() -> Iterator[int]:
    """Of each worker others, in turn: a server that is down for a while finds its port free again."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = [*PORTS[number % WORKERS :: WORKERS]]
    first = secrets.randbelow(len(own))  # of another run beside this one
    return cycle(own[first:] + own[:first])


_ports = _own_ports()


def free_port() -> int:
    """On which nobody listens."""
    for port in _ports:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server does
            probe.bind(("127.0.0.1", port))
            break
    return port


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """A place where databases can be made; everything is gone at the end."""
    prepared, template = _prepared
    if kind == "sqlite":
        yield SQLiteDatabases(folder, template)
    else:
        with postgres_cluster(folder / "cluster", prepared) as cluster:
            yield PostgresDatabases(cluster, template and cluster.url(template))


PREPARED = "CODEDESK_TESTS_PREPARED"
_prepared: list[str] = json.loads(os.environ.pop(PREPARED, '["", ""]'))
"""By whoever has started this worker: a cluster that is to be copied, and the template in it. Nobody else finds it,
such as a copy of the desk, which has other migrations."""


def starts_workers(config: pytest.Config) -> bool:
    """Whether this process runs no tests itself."""
    return config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")


def prepare(kind: str, folder: Path) -> None:
    """Once for all workers that this process starts: what forks, and the database of which theirs are copies."""
    fork_server.share(folder / "fork-server")
    (place := folder / "prepared").mkdir()
    if kind == "sqlite":
        found = ["", SQLiteDatabases(place).template()]
    else:
        with postgres_cluster(place / "cluster", ending="fast") as cluster:
            found = [str(cluster.folder), PostgresDatabases(cluster).template().rsplit("/", 1)[1]]
    os.environ[PREPARED] = json.dumps(found)


class Databases:
    """Fresh databases, each a copy of one that was migrated once and holds Ada, Bob and Eve."""

    def __init__(self, template: str = "") -> None:
        self._made = 0
        self._template = template

    def empty(self) -> str:
        """The URL of a database without any table."""
        self._made += 1
        return self._create(f"desk_{self._made}")

    def fresh(self) -> str:
        """The URL of a migrated database with Ada, Bob and Eve, and an empty log."""
        self._made += 1
        return self._copy(self.template(), f"desk_{self._made}")

    def template(self) -> str:
        if not self._template:
            self._template = self._create("template_of_all")
            run_app(self._template, "-m", "tests.people")
        return self._template

    def _create(self, name: str) -> str:
        raise NotImplementedError

    def _copy(self, template: str, name: str) -> str:
        raise NotImplementedError


class SQLiteDatabases(Databases):
    def __init__(self, folder: Path, template: str = "") -> None:
        super().__init__(template)
        self._folder = folder

    def _create(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def _copy(self, template: str, name: str) -> str:
        shutil.copy(template.removeprefix("sqlite:///"), self._folder / f"{name}.db")
        return self._create(name)


class PostgresDatabases(Databases):
    def __init__(self, cluster: Cluster, template: str = "") -> None:
        super().__init__(template)
        self.cluster = cluster

    def _create(self, name: str) -> str:
        self.cluster.execute(f"CREATE DATABASE {name}")
        return self.cluster.url(name)

    def _copy(self, template: str, name: str) -> str:
        how = "STRATEGY FILE_COPY" if self.cluster.version >= 15 else ""  # the only one of those before; half the time
        self.cluster.execute(f"CREATE DATABASE {name} TEMPLATE {template.rsplit('/', 1)[1]} {how}")
        # A copied sequence believes that its next values are in the WAL already: without a checkpoint in between, a
        # crash sets it back, and ids come twice (seen with PostgreSQL 15).
        self.cluster.execute("CHECKPOINT")
        return self.cluster.url(name)


class Cluster:
    """A PostgreSQL server; `restart` and `stop` are for tests of what happens then."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    @cached_property
    def version(self) -> int:
        return int(self.fetch("SHOW server_version_num")[0][0]) // 10_000

    def url(self, database: str) -> str:
        return f"postgresql://desk@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        # Nobody pulls its plug: what a crash of its processes needs is in the files all the same.
        unsafe = "-c fsync=off -c full_page_writes=off"
        options = f"-p {self.port} -h 127.0.0.1 -k '' {unsafe} -c max_connections=100"
        _as_postgres("pg_ctl", "start", "-w", "-D", str(self.folder), "-l", f"{self.folder}.log", "-o", options)

    def stop(self, how: str = "fast") -> None:
        _as_postgres("pg_ctl", "stop", "-w", "-m", how, "-D", str(self.folder))

    def restart(self, how: str = "fast") -> None:
        self.stop(how)
        self.start()

    def backends(self, database: str, application: str = "codedesk%") -> list[int]:
        """Process ids of the desk's connections; `codedesk-listen` are those that wait for NOTIFY."""
        sql = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE $2 ORDER BY pid"
        return [row["pid"] for row in self.fetch(sql, database, application)]

    def terminate(self, database: str, application: str = "codedesk%") -> int:
        """Ends connections behind the desk's back; gives how many."""
        pids = self.backends(database, application)
        self.fetch("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", pids)
        return len(pids)

    def execute(self, sql: str, database: str = "postgres") -> None:
        self.fetch(sql, database=database)

    def fetch(self, sql: str, *values: Any, database: str = "postgres") -> list[Any]:
        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.url(database), timeout=10)
            try:
                return list(await connection.fetch(sql, *values))
            finally:
                await connection.close()

        return asyncio.run(run())


@contextmanager
def postgres_cluster(folder: Path, copy_of: str = "", ending: str = "immediate") -> Iterator[Cluster]:
    """`copy_of`: the folder of one that was stopped."""
    folder.mkdir()
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root; its own user must reach the folder.
        for parent in (folder, *folder.parents[:-1]):
            if parent == Path("/tmp"):
                break
            parent.chmod(parent.stat().st_mode | 0o755)
        shutil.chown(folder, "postgres")
        (folder.parent / "cluster.log").touch()
        shutil.chown(folder.parent / "cluster.log", "postgres")
    if copy_of:
        subprocess.run(["cp", "-Rp", f"{copy_of}/.", str(folder)], check=True)
    else:
        _as_postgres("initdb", "-D", str(folder), "-U", "desk", "-A", "trust", "-E", "UTF8", "--no-sync")
    cluster = Cluster(folder, free_port())
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop(ending)


def _as_postgres(program: str, *arguments: str) -> None:
    command = [_binary(program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stdout}")


def _binary(program: str) -> str:
    programs = sorted(glob(f"/usr/lib/postgresql/*/bin/{program}"))
    where = programs[-1] if programs else shutil.which(program)
    if where is None:
        raise RuntimeError(f"PostgreSQL's {program} is missing: install the package postgresql, or run `make test`")
    return where


def run_app(
    url: str, *arguments: str, stdin: str = "", check: bool = True, root: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """`python …` on a database, in a process of its own. `root`: the tree whose application it is."""
    if root == ROOT:
        done = fork_server.run([*arguments], cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdin=stdin)
        if check:
            done.check_returncode()
        return done
    return subprocess.run(
        [sys.executable, *arguments], cwd=root, env=os.environ | {"DATABASE_URL": url}, input=stdin, text=True,
        capture_output=True, check=check,
    )  # fmt: skip
