"""Codedesk with more processes and on PostgreSQL, for the actions a second."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.targets.base import Missing
from bench.targets.codedesk import Codedesk
from tests.databases import postgres_cluster


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
    figures = frozenset({"actions"})
    cores = frozenset({0, 1})
    filled = False

    def install(self) -> None:
        self._cluster = ExitStack()
        folder = Path(tempfile.mkdtemp(prefix="codedesk-bench-"))
        self._cluster.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            cluster = self._cluster.enter_context(postgres_cluster(folder / "cluster"))
        except (OSError, RuntimeError, LookupError, subprocess.SubprocessError) as problem:
            self._cluster.close()
            raise Missing(f"PostgreSQL does not start: {problem}") from problem
        cluster.execute("CREATE DATABASE desk")
        self._url = cluster.url("desk")

    def uninstall(self) -> None:
        self._cluster.close()

    def prepare(self, database: Path, admins: int) -> None:
        database.touch()
        super().prepare(database, min(admins, 1))

    def _env(self, database: Path) -> dict[str, str]:
        return {**super()._env(database), "DATABASE_URL": self._url}


class CodedeskPostgresTwo(CodedeskPostgres):
    name = "codedesk-pg-2"
    label = "Codedesk, PostgreSQL, 2 processes"
    workers = 2
