"""`python -m tests.chaos.slow_reader`: what readers who stop reading cost the others, in latency.

Rounds with and without take turns. A round is broadcasts, one after another; each counts from its request until the
last of the other readers has it. The stalled sockets get their inbox in full again with every one, until 1 MiB waits
for them and they are closed; new ones take their places.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from tests.databases import databases
from tests.live.pages import LivePage
from tests.live.people import People
from tests.live.stalled import Stalled, metric
from tests.server import Server

READERS = 10
LONG = "<&>" * 166


def measure(server: Server, rounds: int, steps: int, stalled: int) -> tuple[list[float], list[float], int]:
    people = People(server)
    for _ in range(50):
        people.broadcasts(LONG)
    before = metric(server, "desk_slow_readers_total")
    without: list[float] = []
    beside: list[float] = []
    with ExitStack() as stack:
        readers = [
            stack.enter_context(LivePage(server, people.browser[who], "/admin/codes" if who == "ada" else "/"))
            for who in ("ada", "bob")
            for _ in range(READERS // 2)
        ]
        for reader in readers:
            reader.until(lambda reader=reader: bool(reader.frames), "the greeting")
        for _ in range(rounds):
            without += [_step(people, readers) for _ in range(steps)]
            with ExitStack() as sockets:
                browser = server.client("grace")
                page = stack.enter_context(LivePage(server, browser, "/notifications"))
                message = json.dumps(page.fields())
                page.drop()
                for _ in range(stalled):
                    sockets.enter_context(Stalled(server, browser, message))
                dropped = metric(server, "desk_slow_readers_total")
                for _ in range(steps):
                    beside.append(_step(people, readers))
                    if (now := metric(server, "desk_slow_readers_total")) > dropped:
                        for _ in range(int(now - dropped)):
                            sockets.enter_context(Stalled(server, browser, message))
                        dropped = now
    return without, beside, int(metric(server, "desk_slow_readers_total") - before)


def _step(people: People, readers: list[LivePage]) -> float:
    for reader in readers:
        reader.take_in()
        reader.forget()
    started = time.perf_counter()
    marker = people.broadcasts(LONG, who="ada")
    for reader in readers:
        reader.until_position(marker)
    took = time.perf_counter() - started
    people.do("grace", "/api/notifications/seen", up_to=marker)  # her inbox is sent in full again
    return took


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and databases end with us
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.slow_reader", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--stalled", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="codedesk-slow-") as name:
        folder = Path(name)
        settings = {"DESK_LOG_LEVEL": "WARNING", "DESK_QUOTAS": "off"}
        with (
            databases(given.database, folder) as database,
            Server(database.fresh(), log=folder / "server.log", **settings) as server,
        ):
            without, beside, dropped = measure(server, given.rounds, given.steps, given.stalled)
    for name, values in (("without", without), (f"beside {given.stalled} stalled", beside)):
        p95 = quantiles(values, n=20)[-1]
        print(f"{name}: p50 {median(values) * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms, worst {max(values) * 1000:.1f} ms")
    ratio = median(beside) / median(without)
    high = quantiles(beside, n=20)[-1] / quantiles(without, n=20)[-1]
    print(f"ratio: p50 {ratio:.2f}, p95 {high:.2f}; stalled sockets closed with 1013 meanwhile: {dropped}")


if __name__ == "__main__":
    main()
