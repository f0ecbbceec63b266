"""Open pages, what they stand at, and how long until the last of them stands where it should."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from bench.load.loop import Loop

Facts = Mapping[str, str]
"""What a page shows, as far as the benchmark asks: {"7": "activated", "mark": "000012"}."""


class Page:
    """An open page. Its target feeds `learn` with what arrives; the crowd hears of it."""

    def __init__(self) -> None:
        self.state: dict[str, str] = {}
        self.on_change: Callable[[Page], None] | None = None

    def learn(self, facts: Facts) -> None:
        self.state.update(facts)
        if self.on_change is not None:
            self.on_change(self)

    def shows(self, goal: Facts) -> bool:
        return goal.items() <= self.state.items()

    def received(self) -> int:
        """Bytes this page has received so far, over all its connections."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Crowd:
    def __init__(self, loop: Loop, pages: Sequence[Page]) -> None:
        self._loop, self.pages = loop, pages
        self.last = 0.0
        """The moment (perf_counter) at which the last page so far came to stand at the goal."""
        self.first = 0.0
        """The same of the first page."""

    def expect(self, goal: Facts) -> None:
        """Starts to watch; to be called before the action, so that no page is missed."""
        self._goal, self._waiting = goal, set(self.pages)
        self.first = self.last = time.perf_counter()
        for page in self.pages:
            page.on_change = self._changed
            self._changed(page)

    def arrived(self) -> bool:
        return not self._waiting

    def wait(self, seconds: float = 60.0) -> None:
        """Until every page stands at the goal; raises Stalled after `seconds`."""
        self._loop.until(self.arrived, seconds, f"all pages to show {dict(list(self._goal.items())[:3])}")

    def _changed(self, page: Page) -> None:
        if page in self._waiting and page.shows(self._goal):
            self.last = time.perf_counter()
            if len(self._waiting) == len(self.pages):
                self.first = self.last
            self._waiting.discard(page)
            page.on_change = None
