"""Stories in a real browser, against a real server process on a database of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from e2e.oracle import wait_until_live
from tests.chromium import launch
from tests.databases import Databases, databases, prepare, starts_workers
from tests.longest_first import longest_first
from tests.loop_budget import callbacks, loop_budget  # noqa: F401 - in every test
from tests.people import PASSWORDS
from tests.server import Server

_everything = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if starts_workers(config):
        prepare("sqlite", Path(_everything.enter_context(tempfile.TemporaryDirectory(prefix="codedesk-e2e-"))))


LONG = ("test_pressed", "test_accessible", "test_away_and_back", "test_styleguide")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items, LONG)


def pytest_unconfigure() -> None:
    _everything.close()


@pytest.fixture(scope="session")
def database() -> Iterator[Databases]:
    with tempfile.TemporaryDirectory(prefix="codedesk-e2e-") as folder, databases("sqlite", Path(folder)) as made:
        yield made


@pytest.fixture
def server(database: Databases, tmp_path: Path) -> Iterator[Server]:
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
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


LEFT_EARLY = "WebSocket is closed before the connection is established"
"""Chromium's word for a page that was left while its socket was still connecting: no fault, whatever the story."""


class Console:
    """What the browsers complain of, script errors and violations of the CSP among it. A story ends without any."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._expected = [LEFT_EARLY]

    def expect(self, *parts: str) -> None:
        """Complaints with these words are what the story is about."""
        self._expected += parts

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.messages.append(f"uncaught: {error.error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.messages.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self.messages if not any(part in text for part in self._expected)]


@pytest.fixture
def console() -> Iterator[Console]:
    console = Console()
    yield console
    assert console.unexpected == []


@pytest.fixture
def stranger(browser: Browser, console: Console) -> Iterator[Callable[..., BrowserContext]]:
    """`stranger(server)`: a browser of somebody who is not signed in; options go to the context."""
    with ExitStack() as contexts:

        def open_browser(server: Server, **options: Any) -> BrowserContext:
            context = browser.new_context(base_url=server.url, **options)
            contexts.callback(context.close)
            context.set_default_timeout(10_000)
            console.watch(context)
            return context

        yield open_browser


@pytest.fixture
def sign_in(stranger: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`sign_in(server, "ada", "/admin/codes")`: a browser of their own with a live page, awaited unless it is in
    another language; options go to the context."""

    def open_page(server: Server, name: str, path: str = "/", *, waits: bool = True, **options: Any) -> Page:
        context = stranger(server, **options)
        response = context.request.post("/login", form={"username": name, "password": PASSWORDS[name]}, max_redirects=0)
        assert response.status == 303
        page = context.new_page()
        page.goto(path)
        if waits and options.get("java_script_enabled", True):
            wait_until_live(page)
        return page

    return open_page
