"""How long one turn of the event loop takes, in processor time of its thread: what other processes of the machine do in
the meantime does not count, so that the bound holds on a slow one too."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MOST = 0.050
"""Seconds."""


@dataclass
class Holds:
    longest: float = 0.0


@contextmanager
def holds() -> Iterator[Holds]:
    """Watches every callback of the loop that runs in here. Without the collector: what it would go through is all that
    pytest has loaded, of which a desk has nothing (garbage.py)."""
    seen, run = Holds(), asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        started = time.thread_time()
        try:
            run(handle)
        finally:
            seen.longest = max(seen.longest, time.thread_time() - started)

    asyncio.Handle._run = timed  # type: ignore[method-assign]
    gc.disable()
    try:
        yield seen
    finally:
        gc.enable()
        asyncio.Handle._run = run  # type: ignore[method-assign]
