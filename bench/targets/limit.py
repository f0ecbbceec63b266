"""The limits: a C loop that calls send() on as many sockets, and a Python one. No domain, only the fan-out."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

from bench.load import facts
from bench.load.loop import Loop
from bench.load.pages import Page
from bench.load.websocket import WebSocket
from bench.size import People
from bench.targets.base import Command, Missing, Target
from bench.targets.rooms import Room

SOURCES = Path(__file__).parents[1] / "peers" / "limit"
FRAME_BYTES = 600


class Limit(Target):
    name = "limit"
    label = "the limit: C send()"
    figures = frozenset({"fanout", "ceiling"})
    filled = False

    def install(self) -> None:
        compiler = shutil.which("gcc") or shutil.which("cc")
        if not compiler:
            raise Missing("there is no C compiler")
        subprocess.run([compiler, "-O2", "-o", str(self.build / "limit"), str(SOURCES / "limit.c")], check=True)

    def prepare(self, database: Path, people: People) -> None:
        database.touch()

    def command(self, port: int, database: Path) -> Command:
        return Command([str(self.build / "limit"), str(port), str(FRAME_BYTES)], self.build, {})

    def desk(self, loop: Loop, port: int) -> Room:
        return LimitRoom(loop, port)


class Floor(Limit):
    """The same by the event loop on which Codedesk runs."""

    name = "floor"
    label = "the limit: Python, uvloop"
    figures = frozenset({"fanout"})

    def install(self) -> None:
        """It runs in the project's own environment."""

    def command(self, port: int, database: Path) -> Command:
        return Command([sys.executable, str(SOURCES / "floor.py"), str(port), str(FRAME_BYTES)], self.build, {})


class LimitRoom(Room):
    def __init__(self, loop: Loop, port: int) -> None:
        super().__init__(loop, port)
        self._control = socket.create_connection(("127.0.0.1", port))
        self._control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, frames: int) -> None:
        """That many frames to every receiver, without waiting."""
        self._control.sendall(b"!" * frames)

    def admin_page(self, person: str) -> Page:
        self._control.sendall(b"+")
        return LimitPage(self)

    def listener(self, person: str) -> Page:
        return self.admin_page(person)

    def settle(self, pages: list[Page]) -> None:
        """Nothing to wait for: orders are obeyed one after the other."""

    def announce(self, number: int) -> None:
        self.send(1)

    def busy(self) -> bool:
        return False


class LimitPage(Page):
    def __init__(self, desk: LimitRoom) -> None:
        super().__init__()
        self._socket = WebSocket(desk.loop, desk.port, lambda text: self.learn(facts.mark(text)))
        self._socket.listen()

    def received(self) -> int:
        return self._socket.received

    def close(self) -> None:
        self._socket.close()
