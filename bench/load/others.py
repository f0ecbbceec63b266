"""`python -m bench.load.others PORT PATH COOKIE`: somebody else who asks for a page again and again.

A process of its own, so that it waits for the server and never for the generator. It ends with its standard input, and
prints when it asked and when it was answered, as JSON; perf_counter is one clock for all processes.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection

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

    def longest_touching(self, window: Window) -> float:
        """Seconds of the longest request that was under way at some time of it; after `stop`."""
        return max(
            (ended - began for began, ended in self._requests if began < window[1] and ended > window[0]), default=0
        )

    def longest_within(self, window: Window) -> float:
        """Seconds of the longest request that both began and ended in it; after `stop`."""
        return max(
            (ended - began for began, ended in self._requests if window[0] < began and ended < window[1]), default=0
        )


def main() -> None:
    port, path, cookie = sys.argv[1:]
    with suppress(OSError):
        os.nice(-10)  # where it may: else the generator, which is busy just then, makes it wait for its core
    requests = []
    connection = HTTPConnection("127.0.0.1", int(port))
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        connection.getresponse().read()
        requests.append((began, time.perf_counter()))
    print(json.dumps(requests))


if __name__ == "__main__":
    main()
