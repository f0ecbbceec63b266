"""Some pages are held by real Chromium, with the desk's own htmx."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from tests.chaos.world import World
from tests.chromium import launch

DOUBLES = """
() => [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, at, ids) => ids.indexOf(id) !== at)
"""
VIEWS = (("ada", "/admin"), ("bob", "/"), ("grace", "/admin/codes"), ("eve", "/notifications"))


class Browsers(threading.Thread):
    """Playwright lives in one thread, so all that is done to its pages is done there."""

    def __init__(self, world: World, many: int) -> None:
        super().__init__(name="browsers", daemon=True)
        self.world = world
        self.many = many
        self._orders: queue.Queue[tuple[Callable[[], list[str]], queue.Queue[list[str]]] | None] = queue.Queue()
        self._pages: list[Any] = []

    def open(self) -> None:
        if self.many:
            self.start()
            self._ask(list)

    def close(self) -> None:
        if self.many:
            self._orders.put(None)
            self.join(30)

    def compare(self) -> list[str]:
        """What differs from a fresh load."""
        return self._ask(self._look) if self.many else []

    def doubles(self) -> list[str]:
        return self._ask(self._doubles) if self.many else []

    def run(self) -> None:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = launch(playwright)
            for n in range(self.many):
                who, path = VIEWS[n % len(VIEWS)]
                server = self.world.servers[n % len(self.world.servers)]
                context = browser.new_context(base_url=server.url)
                context.add_cookies([{"name": "desk", "value": self.world.tokens[who], "url": server.url}])
                page = context.new_page()
                self._open(page, path)
                self._pages.append(page)
            while (order := self._next()) is not None:
                work, result = order
                try:
                    result.put(work())
                except Exception as error:
                    result.put([f"browsers: {error!r}"[:600]])
            browser.close()

    def _next(self) -> tuple[Callable[[], list[str]], queue.Queue[list[str]]] | None:
        while True:
            try:
                return self._orders.get_nowait()
            except queue.Empty:
                self._pages[0].wait_for_timeout(100)  # lets Playwright's own loop run

    def _open(self, page: Any, path: str) -> None:
        from playwright.sync_api import Error

        for _ in range(60):
            try:
                if page.goto(path).status == 200:
                    return
            except Error:
                pass
            page.wait_for_timeout(500)
        raise TimeoutError(f"{path} cannot be opened")

    def _look(self) -> list[str]:
        from e2e.oracle import expect_equals_fresh_load

        wrong = []
        for page in self._pages:
            try:
                expect_equals_fresh_load(page, timeout=self.world.patience)
            except AssertionError as error:
                wrong.append(f"browser on {page.url}: {str(error)[:300]}")
        return wrong

    def _doubles(self) -> list[str]:
        return [
            f"browser on {page.url}: #{double} stands twice"
            for page in self._pages
            for double in page.evaluate(DOUBLES)
        ]

    def _ask(self, work: Callable[[], list[str]]) -> list[str]:
        result: queue.Queue[list[str]] = queue.Queue()
        self._orders.put((work, result))
        return result.get(timeout=300)
