"""One thread, one epoll: readiness goes straight to the connection that waits for it."""

from __future__ import annotations

import select
import time
from collections.abc import Callable


class Stalled(TimeoutError):
    """What was waited for did not come in time."""


class Loop:
    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._readers: dict[int, Callable[[], None]] = {}

    def watch(self, fd: int, on_readable: Callable[[], None]) -> None:
        self._readers[fd] = on_readable
        self._epoll.register(fd, select.EPOLLIN)

    def forget(self, fd: int) -> None:
        del self._readers[fd]
        self._epoll.unregister(fd)

    def until(self, done: Callable[[], bool], seconds: float = 30.0, what: str = "a response") -> None:
        """Serves the connections until `done()`; raises Stalled after `seconds`."""
        deadline = time.monotonic() + seconds
        readers, poll = self._readers, self._epoll.poll
        while not done():
            for fd, _ in poll(min(1.0, seconds), 512):
                if fd in readers:
                    readers[fd]()
            if time.monotonic() > deadline:
                raise Stalled(f"waited {seconds:g} s for {what}")

    def rest(self, seconds: float) -> None:
        """Serves the connections for a while, whatever comes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for fd, _ in self._epoll.poll(left, 512):
                if fd in self._readers:
                    self._readers[fd]()
