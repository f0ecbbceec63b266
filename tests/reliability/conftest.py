"""Faults against real processes. What only PostgreSQL, or only SQLite, can suffer stands in files named after it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.chaos.run import Result, chaos_on
from tests.databases import Cluster, Databases, PostgresDatabases
from tests.live.pages import LivePage
from tests.live.people import People
from tests.server import Server


@pytest.fixture(scope="module")
def pair(database: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two processes on one database, for all tests of a file: who ends one starts it again."""
    url, logs = database.fresh(), tmp_path_factory.mktemp("pair")
    with Server(url, log=logs / "1.log") as first, Server(url, log=logs / "2.log") as second:
        yield first, second


@pytest.fixture(scope="module")
def people(pair: tuple[Server, Server]) -> People:
    """Through the first process."""
    return People(pair[0])


@pytest.fixture
def own_pair(servers: Callable[..., Server], database: Databases) -> tuple[Server, Server]:
    """Two processes for this test alone. The first came first, so it keeps the time."""
    url = database.fresh()
    return servers(url), servers(url)


@pytest.fixture
def own_people(own_pair: tuple[Server, Server]) -> People:
    return People(own_pair[0])


@pytest.fixture
def open_page() -> Iterator[Callable[..., LivePage]]:
    """`open_page(server, people, "ada", "/admin/codes")`: their session, on whichever process."""
    with ExitStack() as pages:

        def make(server: Server, people: People, who: str, path: str) -> LivePage:
            page = pages.enter_context(LivePage(server, same_session(server, people.browser[who]), path))
            page.until(lambda: bool(page.frames), "the greeting")
            return page

        yield make


def same_session(server: Server, browser: httpx.Client) -> httpx.Client:
    """The same browser, on another process."""
    other = server.client()
    other.cookies = browser.cookies
    return other


@pytest.fixture
def cluster(database: Databases, without_connections: None) -> Cluster:
    """It may be stopped."""
    assert isinstance(database, PostgresDatabases)
    return database.cluster


@pytest.fixture
def chaos(
    database: Databases, without_connections: None, request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[..., Result]:
    """Prints what happened, which pytest shows when a test fails."""

    def run(seconds: float, broken: str | None = None) -> Result:
        kind, seed = request.config.getoption("--database"), secrets.randbelow(10**6)
        print(f"seed {seed}")
        result = chaos_on(database, kind, tmp_path, seed=seed, seconds=seconds, broken=broken)
        print("\n".join(result.lines()))
        return result

    return run
