"""Codedesk with more processes, on PostgreSQL, and as it was before: each beside today's in the same rounds."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.filling import HISTORIAN, HISTORY, History, fill_postgres
from bench.load.loop import Loop
from bench.size import People
from bench.targets.base import Missing
from bench.targets.codedesk import ROOT, Codedesk
from bench.targets.codedesk_desk import CodedeskDesk, session_token
from bench.targets.rooms import Desk
from tests.databases import postgres_cluster

BASE = "a384566"
"""The commit before a crowd became many different people."""


class CodedeskBase(Codedesk):
    """The sources of that commit, run in today's environment."""

    name = "base"
    label = f"Codedesk at {BASE}"
    figures = frozenset({"lists", "crowd", "views"})
    of_their_own = {}  # names are not told apart by how they look yet
    bulk = {}  # it has no quotas and bounds yet

    @property
    def tree(self) -> Path:
        return self.build / BASE

    def install(self) -> None:
        super().install()
        if (self.tree / "app").is_dir():
            return
        archive = subprocess.run(["git", "archive", BASE], cwd=ROOT, capture_output=True, check=False)
        if archive.returncode:
            why = archive.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise Missing(f"git cannot give commit {BASE}, as in a shallow clone: {''.join(why)}")
        unpacking = self.tree.with_suffix(".unpacking")
        shutil.rmtree(unpacking, ignore_errors=True)
        unpacking.mkdir()
        subprocess.run(["tar", "--extract", "--directory", str(unpacking)], input=archive.stdout, check=True)
        unpacking.rename(self.tree)

    def desk(self, loop: Loop, port: int) -> Desk:
        return BaseDesk(loop, port)


class BaseDesk(CodedeskDesk):
    takes_large_crowds = False
    """A broadcast to one holds it for seconds."""

    def lists(self) -> dict[str, str]:
        """Only what today's is compared with."""
        return {"first": super().lists()["first"]}


class CodedeskTwo(Codedesk):
    name = "codedesk-2"
    label = "Codedesk, 2 processes"
    figures = frozenset({"actions"})
    cores = frozenset({0, 1})
    workers = 2


class CodedeskPostgres(Codedesk):
    """On a cluster of its own, whose commits wait for the disk as little as SQLite's with synchronous=NORMAL."""

    name = "codedesk-pg"
    label = "Codedesk, PostgreSQL"
    figures = frozenset({"actions", "trips", "checks", "history"})
    cores = frozenset({0, 1})
    filled = False

    @property
    def journal(self) -> Path:
        """Of the round trips: see bench/proxy.py."""
        return self.build / f"{self.name}.trips"

    def install(self) -> None:
        super().install()
        self._running = ExitStack()
        folder = Path(tempfile.mkdtemp(prefix="codedesk-bench-"))
        self._running.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            cluster = self._running.enter_context(postgres_cluster(folder / "cluster"))
            cluster.execute("CREATE DATABASE desk")
            self._cluster, self._url = cluster, cluster.url("desk")
            self._counted_url = self._url.replace(f":{cluster.port}/", f":{self._counting(cluster.port)}/")
        except (OSError, RuntimeError, LookupError, subprocess.SubprocessError) as problem:
            self._running.close()
            raise Missing(f"PostgreSQL does not start: {problem}") from problem

    def uninstall(self) -> None:
        self._running.close()

    def prepare(self, database: Path, people: People) -> None:
        database.touch()
        super().prepare(database, people)

    def with_history(self, database: Path, size: int) -> None:
        """In a database of the file's name."""
        database.touch()
        self._cluster.execute(f"CREATE DATABASE {_name(database)}")
        Codedesk.prepare(self, database, People(0, 0))
        asyncio.run(fill_postgres(self._url_of(database), History(size, session_token(HISTORIAN))))

    def environment(self, figure: str) -> dict[str, str]:
        """Round trips are counted on their way; the desk's own clock makes as few as it can meanwhile."""
        counted = {"DATABASE_URL": self._counted_url, "DESK_CLOCK_SECONDS": "60"}
        return counted if figure == "trips" else super().environment(figure)

    def _env(self, database: Path) -> dict[str, str]:
        return {**super()._env(database), "DATABASE_URL": self._url_of(database)}

    def _url_of(self, database: Path) -> str:
        return self._cluster.url(_name(database)) if HISTORY in database.name else self._url

    def _counting(self, port: int) -> int:
        """The port of a proxy that counts what passes to the cluster."""
        proxy = subprocess.Popen(
            [sys.executable, "-m", "bench.proxy", str(port), str(self.journal)], cwd=ROOT, stdout=subprocess.PIPE
        )
        self._running.callback(proxy.wait)
        self._running.callback(proxy.terminate)
        assert proxy.stdout is not None
        return int(proxy.stdout.readline())


def _name(database: Path) -> str:
    return database.stem.replace("-", "_")


class CodedeskPostgresTwo(CodedeskPostgres):
    name = "codedesk-pg-2"
    label = "Codedesk, PostgreSQL, 2 processes"
    figures = frozenset({"actions"})
    workers = 2


class CodedeskPostgresBase(CodedeskPostgres, CodedeskBase):
    name = "base-pg"
    label = f"Codedesk at {BASE}, PostgreSQL"
    figures = CodedeskPostgres.figures - {"checks", "history"}
