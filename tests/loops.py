"""A loop in a test has an end, whatever is broken: also one that never gives others their turn, as a timeout needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

LIMIT = 60.0
"""Seconds: far more than any of them takes on a busy machine."""


def as_long_as(condition: Callable[[], Any], what: str) -> Iterator[None]:
    """`for _ in as_long_as(…):` is `while …:`, and fails when it goes on for ever."""
    for _ in rounds(what):
        if not condition():
            return
        yield


def rounds(what: str) -> Iterator[None]:
    """The same of `while True:`, for a loop that ends itself."""
    deadline = time.monotonic() + LIMIT
    while True:
        assert time.monotonic() < deadline, f"it goes on for ever: {what}"
        yield
