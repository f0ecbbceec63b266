"""Each run tests on one kind of database: `pytest tests --database sqlite` (the default) or `--database postgres`."""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import Databases, databases, prepare, starts_workers
from tests.longest_first import longest_first
from tests.loop_budget import callbacks, loop_budget  # noqa: F401 - in every test
from tests.server import Server

if TYPE_CHECKING:
    from app.robots.keys import KeyFile


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite")


WITHOUT_A_DATABASE = {
    "i18n", "supply", "web", "test_access.py", "test_bounds.py", "test_chaos_checks.py", "test_emails.py",
    "test_extending.py", "test_forms.py", "test_hosts.py", "test_housekeeping.py", "test_log_lines.py",
    "test_loop_budget.py", "test_metrics.py", "test_numbers.py", "test_passwords.py", "test_patterns.py",
    "test_plain_uvicorn.py", "test_proxies.py", "test_settings.py", "test_smuggling.py", "test_structure.py",
    "test_turns.py", "test_uvicorn_internals.py",
}  # fmt: skip
"""Folders and files whose tests would do the same on either, because they end before a query, or ask for nothing that a
database does in its own way: they are run once. What strangers may send is none of it: each refuses other things. (But
what is refused in words before any query is, `@pytest.mark.once`: what got through would be accepted by SQLite, which
checks neither types nor lengths, and be seen there.)"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What stands in a file with others, and would do the same on either, is marked with `once`."""
    if config.getoption("--database") == "postgres":
        again = [item for item in items if item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in set(again)]
    longest_first(items, LONG)


LONG = (
    "test_chaos", "test_sqlite_hostile", "test_domain_machine", "test_extending", "test_sqlite_broken_relay",
    "test_processes", "test_unavailable", "test_turns",
)  # fmt: skip


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is about one kind of database says so by its file's name, and is not run on the other."""
    if config.getoption("--database") == "postgres" and collection_path.name in WITHOUT_A_DATABASE:
        return True
    other = "sqlite" if config.getoption("--database") == "postgres" else "postgres"
    return True if collection_path.name.startswith(f"test_{other}") else None


_everything = ExitStack()
_made: Databases | None = None


# No test may depend on how fast the machine is; a failure prints what repeats it.
settings.register_profile("desk", deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
settings.load_profile("desk")


def pytest_configure(config: pytest.Config) -> None:
    """The engine is chosen when piccolo_conf.py is imported, so the database stands before any test module is read."""
    global _made
    config.addinivalue_line("markers", "once: would do the same on either database, and is run on SQLite only")
    folder = Path(_everything.enter_context(tempfile.TemporaryDirectory(prefix="codedesk-tests-")))
    if starts_workers(config):
        prepare(config.getoption("--database"), folder)
        return
    _made = _everything.enter_context(databases(config.getoption("--database"), folder))
    os.environ["DATABASE_URL"] = _made.fresh()
    os.environ["DESK_ROBOT_KEYS"] = str(folder / "robot-keys.pem")
    os.environ["DESK_QUOTAS"] = "off"  # the tests do in a second what takes people a day; tests/quotas/ has them on


def pytest_collection_finish() -> None:
    """All tests and what they import stay until the end: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    _everything.close()


@pytest.fixture(scope="session")
def database() -> Databases:
    assert _made is not None
    return _made


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Every test begins with another database."""
    from app.live import kept

    kept.forget()


@pytest.fixture(scope="session")
def keys() -> KeyFile:
    """Those with which this process, and every server that the tests start, signs."""
    from app.robots.keys import KeyFile

    file = KeyFile(Path(os.environ["DESK_ROBOT_KEYS"]))
    if not file.all():
        file.add()
    return file


@pytest.fixture
def server(database: Databases, tmp_path: Path) -> Iterator[Server]:
    """A server process on a database of its own."""
    with Server(database.fresh(), log=tmp_path / "server.log") as running:
        yield running


@pytest.fixture
def servers(database: Databases, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes servers with settings of their own; all end with the test."""
    with ExitStack() as running:

        def make(database_url: str | None = None, **environment: str) -> Server:
            return running.enter_context(
                Server(database_url or database.fresh(), log=tmp_path / "server.log", **environment)
            )

        yield make


@pytest.fixture(scope="session")
async def connections() -> AsyncIterator[None]:
    """To the database of this process, for all tests: most of what each cost was opening and closing them."""
    from app.db.engine import engine

    await engine().start_connection_pool()
    yield
    await engine().close_connection_pool()


@pytest.fixture
async def without_connections(connections: None) -> AsyncIterator[None]:
    """None of this process while the test runs: it has loops of its own, or stops the database that all share."""
    from app.db.engine import engine

    await engine().close_connection_pool()
    yield
    await engine().start_connection_pool()


@pytest.fixture
async def desk(connections: None, keys: KeyFile) -> AsyncIterator[None]:
    """The domain in this process, on a database in which nothing has happened yet."""
    from app import clock

    await emptied()
    yield
    clock.return_to_present()
    await nothing_goes_on()


async def nothing_goes_on() -> None:
    """What a test has begun ends with it: the loop is the next one's too."""
    from app.db.engine import engine

    if engine().engine_type == "postgres":
        await engine().begun.close()
    if left := asyncio.all_tasks() - {asyncio.current_task()}:  # a connection may be on its way back
        _, left = await asyncio.wait(left, timeout=10)
    for task in left:
        task.cancel()
    assert not left, f"goes on after its test: {left}"


async def emptied() -> None:
    """As if nothing had happened yet."""
    from app.listings.daily import SETTLED_COUNTS
    from app.people.tables import Person
    from tests.people import PASSWORDS, ROLES

    SETTLED_COUNTS.clear()
    await _delete_all(
        "event", "extension_request", "customer_account", "trading_code", "session", "device", "sign_in_failure",
        "quota", "installation", "refusal", "invitation", "account_import", "pinned_view", "second_factor",
        "recovery_code", "half_sign_in", "desk_rule", "sent_message",
    )  # fmt: skip
    await Person.raw("DELETE FROM day WHERE zone <> 'UTC'")
    await Person.raw("DELETE FROM product WHERE slug <> 'robot'")
    await Person.raw(
        "UPDATE product SET name = 'Trading robot', status = 'active', seats = NULL, modes = 'real demo contest', "
        "least_version = '', offline_hours = 72, check_hours = 6, trial_days = NULL, version = 1"
    )
    await Person.delete().where(Person.username.not_in(list(PASSWORDS)))
    if not HASHES:
        HASHES.update({row["username"]: row["password_hash"] for row in await Person.raw("SELECT * FROM person")})
    admins = [name for name in HASHES if ROLES[name] == "admin"]
    await Person.raw(
        "UPDATE person SET seen_event = 0, active = true, language = NULL, zone = NULL, "
        "email = username || '@example.com', role = CASE WHEN username IN ({}, {}) THEN 'admin' ELSE 'client' END, "
        f"password_hash = CASE username{' WHEN {} THEN {}' * len(HASHES)} END",
        *admins, *(value for pair in HASHES.items() for value in pair),
    )  # fmt: skip


async def _delete_all(*tables: str) -> None:
    """In this order; on PostgreSQL in one statement, after which it looks whether anything refers to what is gone."""
    from app.db.engine import engine
    from app.db.transaction import transaction
    from app.people.tables import Person

    if engine().engine_type == "postgres":
        each = [f"{table}_gone AS (DELETE FROM {table})" for table in tables]
        await Person.raw(f"WITH {', '.join(each)} SELECT 1")
        return
    async with transaction():
        for table in tables:
            await Person.raw(f"DELETE FROM {table}")


HASHES: dict[str, str] = {}
"""Of everybody's password, as the database was made with them."""


@pytest.fixture
async def ada(desk: None):  # type: ignore[no-untyped-def]
    return await _person("ada")


@pytest.fixture
async def grace(desk: None):  # type: ignore[no-untyped-def]
    return await _person("grace")


@pytest.fixture
async def bob(desk: None):  # type: ignore[no-untyped-def]
    return await _person("bob")


@pytest.fixture
async def eve(desk: None):  # type: ignore[no-untyped-def]
    return await _person("eve")


async def _person(name: str):  # type: ignore[no-untyped-def]
    from app.people.tables import Person

    person = await Person.named(name)
    assert person is not None
    return person


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query outside a transaction, on either database."""
    from app.db.postgres import PooledPostgresEngine
    from app.db.sqlite import KeptSQLiteEngine

    asked: list[str] = []
    for engine, name in ((KeptSQLiteEngine, "_run_in_new_connection"), (PooledPostgresEngine, "_run_in_pool")):
        really = getattr(engine, name)

        async def ask(self: Any, query: str, *rest: Any, really: Any = really, **more: Any) -> Any:
            asked.append(query)
            return await really(self, query, *rest, **more)

        monkeypatch.setattr(engine, name, ask)
    first_column = KeptSQLiteEngine.first_column

    def ask_for_column(self: Any, query: str, args: Any) -> Any:
        if self.current_transaction.get() is None:
            asked.append(query)
        return first_column(self, query, args)

    monkeypatch.setattr(KeptSQLiteEngine, "first_column", ask_for_column)
    return asked
