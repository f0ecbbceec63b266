"""Stories in a real browser, against a real server process on a database of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from e2e.oracle import wait_until_live
from tests.databases import Databases, databases
from tests.people import PASSWORDS
from tests.server import Server

FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]


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
        # The back/forward cache is off under Playwright by default, and one story is about it.
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield browser
        browser.close()


@pytest.fixture
def sign_in(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`sign_in(server, "ada", "/admin/codes")`: a browser of their own with a live page; options go to the context."""
    contexts: list[BrowserContext] = []

    def open_page(server: Server, name: str, path: str = "/", **options: object) -> Page:
        context = browser.new_context(base_url=server.url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORDS[name])
        page.click("button:has-text('Sign in')")
        page.goto(path)
        if options.get("java_script_enabled", True):
            wait_until_live(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
