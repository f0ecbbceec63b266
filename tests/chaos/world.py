"""Servers on one database, the people, and the journal."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from os import kill
from pathlib import Path
from typing import Any, Self

import httpx

from app.robots.keys import KeyFile
from tests.chaos.broken import FAULTY
from tests.chaos.journal import Journal
from tests.databases import Cluster, Databases, PostgresDatabases
from tests.people import PASSWORDS, ROLES
from tests.server import Server

PAGE_SIZE = 10
MORE_CLIENTS = ("carl", "dora")
PATIENCE, BROKEN_PATIENCE = 30.0, 6.0
HEALING = 60.0
"""Seconds that a healed desk has to become well again."""


class ChaosServer(Server):
    """A server that is killed, frozen and started again; its port stays."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fate = threading.Lock()
        """Held by the one fault that this server suffers at a time."""

    def revive(self) -> None:
        """Starts it, as often as it takes: while the database is away a start fails, and its supervisor tries again."""
        deadline = time.monotonic() + HEALING
        while True:
            try:
                self.start()
                return
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                self._end_if_running()

    def _end_if_running(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        kill(self.pid, signal.SIGCONT)


class BrokenServer(ChaosServer):
    """The desk with a relay that is wrong on purpose: shows that the checks can fail."""

    command = ("-m", "tests.chaos.broken", "serve")


class World:
    def __init__(self, database: Databases, folder: Path, seed: int, *, servers: int, broken: str | None) -> None:
        self.seed = seed
        self.patience = BROKEN_PATIENCE if broken in FAULTY else PATIENCE
        """Seconds in which a page must equal a fresh load once everything is healed."""
        self.look_again = 1.0 if broken in FAULTY else 0.2
        """Seconds between two comparisons of a page: of a broken relay's most will never be equal."""
        self.journal = Journal()
        self.url = database.fresh()
        self.cluster: Cluster | None = database.cluster if isinstance(database, PostgresDatabases) else None
        kind = BrokenServer if broken else ChaosServer
        keys = KeyFile(folder / "robot-keys.pem")
        keys.add()
        settings = {
            "DESK_PAGE_SIZE": str(PAGE_SIZE), "DESK_LOG_LEVEL": "WARNING", "DESK_QUOTAS": "off",
            "CHAOS_BREAK": broken or "", "DESK_ROBOT_KEYS": str(keys.path),
        }  # fmt: skip
        self.servers = [kind(self.url, log=folder / f"server-{n}.log", **settings) for n in range(servers)]
        self.tokens: dict[str, str] = {}
        self.over = threading.Event()
        """No more actions, no more faults."""
        self.quiet = threading.Event()
        """A pause in which everything is healed and looked at."""
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for server in self.servers:
            self._stack.enter_context(server)
        for name in MORE_CLIENTS:
            form = {"username": name, "email": f"{name}@example.com", "password": f"{name}-in-the-storm"}
            with httpx.Client(base_url=self.servers[0].url) as stranger:
                assert stranger.post("/register", data=form).status_code == 303
                self.tokens[name] = stranger.cookies["desk"]
        for name, password in PASSWORDS.items():
            with httpx.Client(base_url=self.servers[0].url) as stranger:
                assert stranger.post("/login", data={"username": name, "password": password}).status_code == 303
                self.tokens[name] = stranger.cookies["desk"]
        return self

    def __exit__(self, *_: Any) -> None:
        self._stack.close()

    @property
    def database(self) -> str:
        return self.url.rsplit("/", 1)[1]

    @property
    def admins(self) -> list[str]:
        return [name for name in self.tokens if ROLES.get(name) == "admin"]

    @property
    def clients(self) -> list[str]:
        return [name for name in self.tokens if ROLES.get(name) != "admin"]

    def dice(self, name: str) -> random.Random:
        """One for each actor, all from the one seed."""
        return random.Random(f"{self.seed} {name}")

    def browser(self, server: Server, who: str, timeout: float = 15, **headers: str) -> httpx.Client:
        browser = httpx.Client(base_url=server.url, timeout=timeout, headers=headers)
        browser.cookies.set("desk", self.tokens[who])
        return browser

    def heal(self) -> None:
        """Waits until every server says that it is well; whatever broke it has ended by then."""
        for server in self.servers:
            try:
                wait_for(server.is_well, HEALING, f"{server.url} is well again")
            except TimeoutError:
                self.journal.lost.append(f"{server.url} does not heal: {_health(server)}")
                self.over.set()


def _health(server: Server) -> str:
    try:
        return httpx.get(f"{server.url}/healthz", timeout=10).text
    except httpx.TransportError as error:
        return repr(error)


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain until {what}")
        time.sleep(0.05)
