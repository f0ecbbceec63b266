"""`python -m bench.load.others PORT PATH COOKIE`: somebody else who asks for a page again and again.

A process of its own, so that it waits for the server and never for the generator. It ends with its standard input, and
prints when it asked and when it was answered, as JSON; perf_counter is one clock for all processes.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

Window = tuple[float, float]
PAUSE = 0.002
"""Seconds between two requests: they shall wait for others, not load the server."""


class Others:
    """The process, from the generator's side."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bench.load.others", str(port), path, headers["Cookie"]]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._requests: list[Window] = []

    def stop(self) -> None:
        output, _ = self._process.communicate(timeout=60)
        self._requests = [(began, ended) for began, ended in json.loads(output)]

    def longest(self, windows: Sequence[Window]) -> tuple[float, float]:
        """Seconds of the longest request that was under way in one of these, and of the longest of all others; after
        `stop`."""
        beside, without = [0.0], [0.0]
        for began, ended in self._requests:
            is_beside = any(began <= window_end and ended >= window_began for window_began, window_end in windows)
            (beside if is_beside else without).append(ended - began)
        return max(beside), max(without)


def main() -> None:
    port, path, cookie = sys.argv[1:]
    with suppress(OSError):
        os.nice(-10)  # where it may: else the generator, which is busy just then, makes it wait for its core
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    requests = []
    connection = socket.create_connection(("127.0.0.1", int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        began = time.perf_counter()
        connection.sendall(request)
        if not connection.recv(65_536):
            raise ConnectionError("the server closed a connection that is in use")
        requests.append((began, time.perf_counter()))
    print(json.dumps(requests))


if __name__ == "__main__":
    main()
