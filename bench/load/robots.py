"""`python -m bench.load.robots PORT RATE`: robots that ask at a fixed rate, each on a connection that is free.

A process of its own, so that they ask in time whatever the generator waits for. The first line of its standard input
tells whose they are; it ends with its input, and prints the seconds that each answer took, as JSON.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from functools import partial
from itertools import count, cycle
from time import perf_counter
from typing import NamedTuple

from bench.load.http import Http, HttpResponse
from bench.load.loop import Loop
from bench.targets.rooms import Refused, Request


class Robot(NamedTuple):
    licence: str
    account: str

    def question(self) -> Request:
        return Request("POST", "/robot/check", {
            "v": "1", "licence": self.licence, "product": "robot", "platform": "mt5", "account": self.account,
            "server": "Benchmark-Demo", "mode": "demo", "version": "1.0", "terminal": f"terminal-{self.account}",
            "nonce": os.urandom(16).hex(),
        })  # fmt: skip


def told_valid(question: Request, answer: HttpResponse) -> HttpResponse:
    """The answer, if it answers this question and says VALID; raises Refused."""
    nonce = f"\nnonce={question.fields['nonce']}\n".encode()
    if answer.status != 200 or not answer.body.startswith(b"v=1\ncode=VALID\n") or nonce not in answer.body:
        raise Refused(f"a robot got {answer.status}: {answer.body[:300].decode(errors='replace')}")
    return answer


class Robots:
    """The process, from the generator's side. They ask as soon as this is there."""

    def __init__(self, port: int, rate: float, robots: list[Robot]) -> None:
        command = [sys.executable, "-m", "bench.load.robots", str(port), str(rate)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(robots).encode() + b"\n")
        self._process.stdin.flush()
        self._process.stdout.readline()

    def stop(self) -> list[float]:
        """The seconds that each has waited. Raises Refused when one was not told that its licence is valid."""
        output, _ = self._process.communicate(timeout=60)
        if self._process.returncode:
            raise Refused("a robot beside was not told VALID")
        return list(json.loads(output))


def main() -> None:
    port, rate = int(sys.argv[1]), float(sys.argv[2])
    robots = cycle([Robot(*each) for each in json.loads(sys.stdin.readline())])
    loop, waits = Loop(), []
    free: list[Http] = []
    asking = 0

    def answered(connection: Http, question: Request, asked: float, answer: HttpResponse) -> None:
        nonlocal asking
        told_valid(question, answer)
        waits.append(perf_counter() - asked)
        asking -= 1
        free.append(connection)

    print("asking", flush=True)
    began = perf_counter()
    for number in count():
        loop.rest(began + number / rate - perf_counter())
        if select.select([sys.stdin], [], [], 0)[0]:
            break
        connection = free.pop() if free else Http(loop, port, {})
        question = next(robots).question()
        asking += 1
        connection.send(*question, partial(answered, connection, question, perf_counter()))
    loop.until(lambda: not asking, what="the last robots")
    print(json.dumps(waits))


if __name__ == "__main__":
    main()
