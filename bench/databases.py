"""Databases to start from: made once a run in the target's own way, filled by SQL, copied for each measurement."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path

from bench.filling import HISTORY
from bench.load.loop import Loop
from bench.server import serving
from bench.size import People
from bench.targets.base import Copies, Target
from bench.targets.rooms import Desk

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
STATUSES = ("pending", "activated", "completed", "cancelled", "expired")
KEY = (
    " || ".join(f"substr('{ALPHABET}', ((n * 2654435761 >> {bits}) & 31) + 1, 1)" for bits in (27, 22, 17))
    + " || printf('%08X', n) || 'BENCHMARKBENCH'"
)
"""Of the n-th code: as evenly spread as those of a desk."""


class Databases:
    def __init__(self, folder: Path, people: People) -> None:
        self._folder, self._people = folder, people

    def fresh(self, target: Target, rows: int) -> Path:
        """A copy of the target's database with its people and that many codes."""
        template = self._template(target, rows)
        fresh = self._folder / f"{target.name}.db"
        for leftover in (f"{fresh}-wal", f"{fresh}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.copy(template, fresh)
        return fresh

    def with_history(self, target: Target, size: int) -> Path:
        """Made once, as what is measured adds hardly anything to it."""
        database = self._folder / f"{target.name}-{HISTORY}-{size}.db"
        if not database.exists():
            target.with_history(database, size)
        return database

    def _template(self, target: Target, rows: int) -> Path:
        template = self._folder / f"{target.name}-{rows}.template"
        if not template.exists():
            making = template.with_suffix(".making")
            if rows:
                shutil.copy(self._template(target, 0), making)
                fill(making, [codes(target.table(), rows)])
            else:
                target.prepare(making, self._people)
                _first_rows(target, making)
                if target.filled:
                    fill(making, target.copies(self._people))
            _close(making)
            making.rename(template)
        return template


def codes(table: str, rows: int) -> Copies:
    """Copies of the first code, with a key of its own each and the statuses in turn."""
    statuses = "CASE n % 5 " + " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(STATUSES)) + " END"
    return Copies(table, rows, {"id": f"(SELECT MAX(id) FROM {table}) + n", "code": KEY, "status": statuses})


def fill(database: Path, all_copies: list[Copies]) -> None:
    """Five thousand people at the door would take argon2 an hour: so they are copies of one, with a session each."""
    with sqlite3.connect(database) as connection:
        connection.create_function("sha256", 1, lambda text: hashlib.sha256(text.encode()).hexdigest())
        for table, rows, changed in all_copies:
            columns = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
            values = [changed.get(column, column) for column in columns]
            connection.execute(
                f"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {rows}) "
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
                f"FROM number, (SELECT * FROM {table} ORDER BY 1 LIMIT 1)"
            )
            parts = f"{table}_parts"
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (parts,)).fetchone():
                connection.execute(f"INSERT INTO {parts} ({parts}) VALUES ('rebuild')")
    connection.close()


def _first_rows(target: Target, database: Path) -> None:
    """Two codes of bob's, as any others, and the account of the second."""
    loop = Loop()
    with serving(target, database, database.with_suffix(".log")) as (port, _):
        room = target.desk(loop, port)
        if isinstance(room, Desk):
            client = room.browser("bob")
            room.do(client, room.generation())
            second = room.code_id(room.do(client, room.generation()))
            room.do(room.browser("admin1"), room.activation(second))


def _close(database: Path) -> None:
    """Brings what the log holds into the file, so that it can be copied."""
    if database.stat().st_size:
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
