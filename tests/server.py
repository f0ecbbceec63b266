"""A real server process, and people who use it through HTTP and sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import httpx

from tests import fork_server
from tests.databases import ROOT, free_port
from tests.loop_budget import LOGS
from tests.people import PASSWORDS

START_LIMIT = 30.0


# Compiled modules and templates are kept, whatever the shell says: the tests start servers by the hundred.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Nobody here speaks TLS, and httpx would read the authorities of the system for each of its clients: 20 ms, and the
# tests make them by the thousand. From a folder they would be read when they are needed.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull


class Server:
    """`python -m app serve` on a free port; ended by its id at the end of the `with`."""

    command: tuple[str, ...] = ("-m", "app", "serve")

    def __init__(
        self, database_url: str, *, log: Path, port: int | None = None, root: Path = ROOT, **environment: str
    ) -> None:
        self.database_url = database_url
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.root = root
        """The tree whose application it is."""
        self._environment = environment
        self._process: subprocess.Popen[bytes] | fork_server.Forked | None = None
        self._clients: list[httpx.Client] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        for client in self._clients:
            client.close()
        if self._process is not None:
            self.end()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        LOGS.watch(self.log)
        self._process = self._started()
        deadline = time.monotonic() + START_LIMIT
        while not self.is_well():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.02)

    def _started(self) -> subprocess.Popen[bytes] | fork_server.Forked:
        argv = [*self.command, "--port", str(self.port)]
        env = os.environ | {"DATABASE_URL": self.database_url} | self._environment
        if self.root == ROOT:
            return fork_server.start(argv, cwd=ROOT, env=env, log=self.log)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *argv], cwd=self.root, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def is_well(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def end(self) -> None:
        """At the end of the `with`: what a good stop is has tests of its own, and takes a quarter of a second."""
        self.kill()

    def kill(self) -> None:
        """As a crash would: no good-bye to anybody."""
        self._ended_by(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator would; gives the exit code."""
        return self._ended_by(signal.SIGTERM)

    def _ended_by(self, how: signal.Signals) -> int:
        assert self._process is not None
        process, self._process = self._process, None
        process.send_signal(how)
        try:
            return process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def client(self, name: str | None = None) -> httpx.Client:
        """A browser without JavaScript: signed in as `name`, or a stranger."""
        client = httpx.Client(base_url=self.url, timeout=20)
        self._clients.append(client)
        if name is not None:
            response = client.post("/login", data={"username": name, "password": PASSWORDS[name]})
            assert response.status_code == 303, response.text
        return client

    def api(self, name: str | None = None) -> httpx.Client:
        """The same, asking for JSON."""
        client = self.client(name)
        client.headers["Accept"] = "application/json"
        return client


class TwoWorkers(Server):
    command = (*Server.command, "--workers", "2")

    def end(self) -> None:
        """Its workers end with it only if it is asked to."""
        self.stop()
