"""A seeded desk with its server, the intruders, and the process that attacks."""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

import httpx

from app.robots.keys import KeyFile
from tests.databases import ROOT, Databases, run_app
from tests.hostile.attack import ADMIN, COLLECTORS, GUARDED, Attack
from tests.server import Server

PASSWORD = "seven-crooked-ladders"
"""Of all intruders."""
SETTINGS = {"DESK_QUOTAS": "on"}
"""Everything else is as it comes; DESK_QUOTAS is off in the environment of the test suite."""
OPEN_FILES = 1024
"""That the server begins with: what most systems give a process that does not ask for more."""
HOLDS = re.compile(r'^desk_loop_lag_seconds_bucket{le="([^"]+)"} (\S+)$', re.M)
GRACE = 30.0
"""Seconds after its time in which the attacking process must have replied."""


class World:
    def __init__(
        self, database: Databases, folder: Path, *, intruders: int, collected: int, root: Path = ROOT,
    ) -> None:  # fmt: skip
        """`collected`: codes of each intruder whose lists are long."""
        self.root = root
        self.url = database.empty()
        self.log = folder / "server.log"
        for command in ("migrate", "seed"):
            run_app(self.url, "-m", "app", command, root=root)
        self.intruders = self._invite(intruders, collected)
        keys = KeyFile(folder / "robot-keys.pem")
        if not keys.all():
            keys.add()
        self.settings = {**SETTINGS, "DESK_ROBOT_KEYS": str(keys.path)}
        self.server = Server(self.url, log=self.log, root=root, **self._known_settings())
        self.deeds_before: Counter[str] = Counter()
        """What intruders had done before they attacked."""
        self._stack = ExitStack()
        self._attacker: Process | None = None

    def __enter__(self) -> Self:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, soft), hard))
        try:
            self._stack.enter_context(self.server)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return self

    def __exit__(self, *_: Any) -> None:
        self._stack.close()

    def _known_settings(self) -> dict[str, str]:
        """An older tree is not given what it would refuse to start with."""
        known = (self.root / "app" / "settings.py").read_text()
        for name in os.environ:
            if name.startswith("DESK_") and name not in known:
                del os.environ[name]
        return {name: value for name, value in self.settings.items() if name in known}

    def _invite(self, many: int, collected: int) -> list[dict[str, Any]]:
        special = {"admin": ADMIN, "guarded": GUARDED, "collectors": COLLECTORS, "codes": collected}
        script = Path(__file__).with_name("people.py")
        done = subprocess.run(
            [sys.executable, str(script), str(many), PASSWORD, json.dumps(special)],
            cwd=self.root, text=True, capture_output=True,
            env=os.environ | {"DATABASE_URL": self.url, "PYTHONPATH": str(self.root)},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"the intruders could not be made:\n{done.stderr[-4000:]}")
        intruders: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
        return intruders

    def memory(self) -> int:
        """Bytes of the server's resident set; 0 when it is no more."""
        try:
            pages = int(Path(f"/proc/{self.server.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGESIZE")

    def holds(self) -> Counter[float]:
        """How often the server's loop came back to a task so much too late, in seconds, since the start: counted up to
        each bound (app/live/metrics.py)."""
        found = HOLDS.findall(httpx.get(f"{self.server.url}/metrics", timeout=60).text)
        return Counter({float(bound): int(float(many)) for bound, many in found})

    async def attacker(self) -> Process:
        """One process for all attacks; started anew only when it had to be ended."""
        if self._attacker is None or self._attacker.returncode is not None:
            self._attacker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.hostile.attacker", cwd=ROOT, limit=2**24,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            await self._attacker.stdout.readline()  # type: ignore[union-attr] - it is ready
        return self._attacker

    async def attack(self, attack: Attack, seconds: float, *, small: bool) -> dict[str, Any]:
        process = await self.attacker()
        assert process.stdin is not None
        assert process.stdout is not None
        order = {
            "attack": attack.name, "port": self.server.port, "database_url": self.url, "root": str(self.root),
            "seconds": seconds, "small": small, "password": PASSWORD, "intruders": self.intruders,
        }  # fmt: skip
        process.stdin.write(json.dumps(order).encode() + b"\n")
        try:
            line = await asyncio.wait_for(process.stdout.readline(), seconds + GRACE)
        except TimeoutError:
            await self.end_attacker()
            return {"answers": {}, "done": {}, "unknown": {}, "wrong": ["the attack did not end in its time"]}
        result: dict[str, Any] = json.loads(line or b'{"wrong": ["the attacking process died"]}')
        return {"answers": {}, "done": {}, "unknown": {}, "wrong": []} | result

    async def end_attacker(self) -> None:
        if self._attacker is not None and self._attacker.returncode is None:
            with suppress(ProcessLookupError):
                self._attacker.send_signal(signal.SIGKILL)
            await self._attacker.wait()
