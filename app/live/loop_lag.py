"""How long the event loop is held: a task that sleeps, and notes how much too late it was woken."""

from __future__ import annotations

import asyncio

from app.live import metrics

SAMPLE_EVERY = 0.02
"""Seconds of sleep between two samples; some 20 µs of work each."""


async def watch_loop() -> None:
    """Never returns."""
    loop = asyncio.get_running_loop()
    while True:
        asked_for = loop.time() + SAMPLE_EVERY
        await asyncio.sleep(SAMPLE_EVERY)
        metrics.LOOP_LAG.observe(max(0.0, loop.time() - asked_for))
