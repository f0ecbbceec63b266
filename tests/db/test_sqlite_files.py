"""SQLite's files: nobody else's business, and a bad one is one line."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.db.sqlite import KeptSQLiteEngine
from tests import fork_server
from tests.databases import ROOT

PASSWORD = "seven-quiet-harbours"
COMMANDS = {
    "serve": ["serve", "--port", "0"],
    "migrate": ["migrate"],
    "seed": ["seed"],
    "create-person": ["create-person", "mia", "--role", "client", "--password-stdin"],
    "change-role": ["change-role", "bob", "--role", "admin"],
    "prune": ["prune", "--older-than", "400d"],
}
DAC = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root as others are: the modes of files hold for it too."""


def mode(path):
    return oct(stat.S_IMODE(os.stat(path).st_mode))


@pytest.fixture
def loose_umask():
    before = os.umask(0)
    yield
    os.umask(before)


async def test_a_new_database_is_its_owners_alone_whatever_the_umask(tmp_path, loose_umask):
    kept = KeptSQLiteEngine(path=str(tmp_path / "new.db"))
    await kept.start_connection_pool()
    await kept._run_in_new_connection("CREATE TABLE secret (id INTEGER)")
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == dict.fromkeys(
        ("new.db", "new.db-wal", "new.db-shm"), "0o600"
    )
    await kept.close_connection_pool()


async def test_what_others_could_do_with_an_old_database_is_taken_from_them(database, caplog, loose_umask):
    path = database.fresh().removeprefix("sqlite:///")
    looking = sqlite3.connect(path)
    looking.execute("SELECT * FROM person").fetchall()
    for file in (path, f"{path}-wal", f"{path}-shm"):
        os.chmod(file, 0o664)
    kept = KeptSQLiteEngine(path=path)
    await kept.start_connection_pool()
    assert [mode(file) for file in (path, f"{path}-wal", f"{path}-shm")] == ["0o600"] * 3
    assert len([line for line in caplog.messages if "owner's alone now" in line]) == 3
    await kept.close_connection_pool()
    caplog.clear()
    await kept.start_connection_pool()
    assert caplog.messages == []
    await kept.close_connection_pool()
    looking.close()


async def test_a_database_behind_a_link_is_made_where_the_link_leads(tmp_path, loose_umask):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "desk.db"
    link.symlink_to(tmp_path / "elsewhere/real.db")
    kept = KeptSQLiteEngine(path=str(link))
    await kept.start_connection_pool()
    assert mode(tmp_path / "elsewhere/real.db") == "0o600"
    await kept.close_connection_pool()


def test_the_locks_of_a_desk_are_nobody_elses_either(tmp_path, loose_umask):
    env = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}"}
    subprocess.run([sys.executable, "-m", "app", "migrate"], cwd=ROOT, env=env, check=True)
    assert {mode(path) for path in tmp_path.iterdir()} == {"0o600"}
    assert [path.name for path in tmp_path.glob("*-lock-*")]


def noise(path: Path, good: str) -> None:
    path.write_bytes(os.urandom(40_000))


def text(path: Path, good: str) -> None:
    path.write_text("id,name\n1,Bob\n" * 500)


def half_overwritten(path: Path, good: str) -> None:
    """The header is fine, and so is the first page."""
    shutil.copy(good, path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def cut_short(path: Path, good: str) -> None:
    path.write_bytes(Path(good).read_bytes()[:6000])


def folder(path: Path, good: str) -> None:
    path.mkdir()


def unreadable(path: Path, good: str) -> None:
    shutil.copy(good, path)
    path.chmod(0)
    path.parent.chmod(0o500)


def read_only(path: Path, good: str) -> None:
    shutil.copy(good, path)
    path.chmod(0o400)
    path.parent.chmod(0o500)


def in_no_folder(path: Path, good: str) -> None:
    path.parent.rmdir()


@pytest.mark.parametrize(
    "make", [noise, text, half_overwritten, cut_short, folder, unreadable, read_only, in_no_folder],
    ids=lambda make: make.__name__,
)  # fmt: skip
def test_a_database_that_is_none_is_one_line_and_exit_1_from_every_command(database, tmp_path, make):
    path = tmp_path / "desk" / "desk.db"
    path.parent.mkdir()
    make(path, database.fresh().removeprefix("sqlite:///"))
    before = os.stat(path).st_mode if path.is_file() else None
    with ThreadPoolExecutor(len(COMMANDS)) as at_once:
        done = dict(zip(COMMANDS, at_once.map(lambda command: run(path, command), COMMANDS), strict=True))
    for command, ended in done.items():
        assert (ended.returncode, ended.stdout) == (1, ""), (command, ended.stderr)
        [line] = ended.stderr.splitlines()
        assert line.startswith("codedesk: the database cannot be used: "), command
    if make in (noise, text):
        assert os.stat(path).st_mode == before, "a file that is not ours was changed"
    if path.parent.exists():
        path.parent.chmod(0o700)


def run(path, command):
    return fork_server.run(
        ["-m", "app", *COMMANDS[command]], cwd=ROOT, env=os.environ | {"DATABASE_URL": f"sqlite:///{path}"},
        stdin=f"{PASSWORD}\n", behind=DAC if os.geteuid() == 0 else (),
    )  # fmt: skip
