"""How long the event loop is held, so that everybody else waits: a task that sleeps and notes how much too late it was
woken, and a thread that looks at what the loop runs while that task is late."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from types import FrameType

from app.live import metrics

logger = logging.getLogger(__name__)

SAMPLE_EVERY = 0.02
"""Seconds of sleep between two samples, some 20 µs of work each; what begins and ends within them is not seen, so a
hold may have been this much longer than it is said to be."""
LOOK_EVERY = 0.025
"""Seconds between two looks of the thread: some 10 µs each, and more only while the loop is late."""
LATE = 0.015
"""Seconds after which the thread notes what runs."""
BUDGET = 0.05
"""Seconds of the processor's time for which nothing on the loop may hold it: more is a fault of ours, and is logged.
Time, on the other hand, also passes while other programs have the processor: so long holds are logged only from
LONG on."""
LONG = 0.25
RECENT = 60.0
"""Seconds for which the longest of the recent holds is told."""
FRAMES = 6
"""Of a stack, from the inside, that a line names."""


async def watch_loop() -> None:
    """Never returns."""
    onlooker = Onlooker(threading.get_ident())
    longest = LongestHold()
    onlooker.start()
    try:
        while True:
            busy = time.thread_time()
            onlooker.expect(due := time.perf_counter() + SAMPLE_EVERY)
            await asyncio.sleep(SAMPLE_EVERY)
            held = max(0.0, (at := time.perf_counter()) - due)
            metrics.LOOP_LAG.observe(held)
            longest.note(at, held)
            # Its thread may have worked before it was late, too: then that is all that can be said.
            _tell(held, min(held, time.thread_time() - busy), onlooker.seen)
    finally:
        onlooker.stop()


def _tell(held: float, worked: float, running: str) -> None:
    if worked > BUDGET or held > LONG:
        logger.warning(
            "the event loop was held for %.0f ms, and its thread worked for %.0f ms of them, in: %s",
            held * 1000, worked * 1000, running or "nothing that could be seen",
            extra={"held": round(held, 4), "worked": round(worked, 4)},
        )  # fmt: skip


class LongestHold:
    """The longest since the start, and of the last RECENT seconds: kept are only those that no later one exceeds."""

    def __init__(self) -> None:
        self._since_start = 0.0
        self._recent: deque[tuple[float, float]] = deque()

    def note(self, at: float, held: float) -> None:
        """`at` in seconds of a clock that never goes back."""
        recent = self._recent
        before = recent[0] if recent else None
        while recent and recent[-1][1] <= held:
            recent.pop()
        recent.append((at, held))
        while recent[0][0] < at - RECENT:
            recent.popleft()
        if recent[0] != before:
            metrics.LONGEST_HOLD.set(recent[0][1])
        if held > self._since_start:
            self._since_start = held
            metrics.LONGEST_HOLD_SINCE_START.set(held)


class Onlooker:
    """A thread beside the loop's: nothing on the loop can tell what holds it while it is held."""

    def __init__(self, watched: int) -> None:
        self._watched = watched
        self._due = float("inf")
        self._has_ended = threading.Event()
        self.seen = ""
        """What ran when the loop was late; empty if it was not, or came back before anybody looked."""

    def expect(self, due: float) -> None:
        """When the loop should come back, in seconds of the performance counter."""
        self.seen, self._due = "", due

    def start(self) -> None:
        threading.Thread(target=self._look, name="loop-onlooker", daemon=True).start()

    def stop(self) -> None:
        self._has_ended.set()

    def _look(self) -> None:
        while not self._has_ended.wait(LOOK_EVERY):
            due = self._due
            if not self.seen and time.perf_counter() - due > LATE:
                seen = running(sys._current_frames().get(self._watched))
                if self._due == due:  # else it has come back meanwhile, and what was seen is nothing that held it
                    self.seen = seen


def running(frame: FrameType | None) -> str:
    """The innermost FRAMES of a stack, as `app.people.tables.Person.register:75 < …`."""
    places: list[str] = []
    while frame is not None and len(places) < FRAMES:
        places.append(f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(places)
