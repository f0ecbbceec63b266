"""What is done to the desk. Each fault mends what it broke before it returns, so that the desk can heal by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import asyncpg

from tests.chaos.pages import ChaosPage
from tests.chaos.world import World
from tests.live.rows import execute

EVERY = 1.0
"""Seconds between two faults, on average."""
AT_ONCE = 3
"""Faults that may overlap."""
LOG_LOCK = 7_265_001

MET_ANOTHER = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that is lost while it is being made
    sqlite3.OperationalError,
)
"""What a fault raises that was itself hit by another, such as a restart of PostgreSQL."""

Fault = Callable[[], None]


class Faults(threading.Thread):
    def __init__(self, world: World, pages: list[ChaosPage]) -> None:
        super().__init__(name="faults", daemon=True)
        self.world = world
        self.pages = pages
        self.dice = world.dice("faults")
        self.failed: list[str] = []
        self._under_way: list[threading.Thread] = []
        self._cluster_lock = threading.Lock()

    def run(self) -> None:
        kinds = self._kinds()
        while not self.world.over.is_set():
            self.world.over.wait(self.dice.expovariate(1 / EVERY))
            self._under_way = [thread for thread in self._under_way if thread.is_alive()]
            if self.world.quiet.is_set() or self.world.over.is_set() or len(self._under_way) >= AT_ONCE:
                continue
            fault = self.dice.choices(list(kinds), list(kinds.values()))[0]
            thread = threading.Thread(target=self._suffer, args=(fault,), daemon=True)
            thread.start()
            self._under_way.append(thread)

    def wait_until_none(self) -> None:
        for thread in tuple(self._under_way):
            thread.join(90)
            if thread.is_alive():
                raise TimeoutError("a fault does not end")

    def _kinds(self) -> Mapping[Fault, int]:
        of_both: dict[Fault, int] = {
            self.kill_a_server: 3, self.stop_a_server: 1, self.freeze_a_server: 2, self.cut_sockets: 3,
            self.dead_network: 1, self.stall_readers: 2, self.hold_a_row: 2, self.jump_the_clock: 3,
        }  # fmt: skip
        if self.world.cluster is None:
            return of_both
        return of_both | {
            self.restart_postgres: 1, self.swallow_notify: 3, self.kill_listeners: 3, self.kill_backends: 2,
            self.hold_the_log: 2,
        }  # fmt: skip

    def _suffer(self, fault: Fault) -> None:
        name = fault.__name__.replace("_", " ")
        self.world.journal.faults[name] += 1
        try:
            fault()
        except MET_ANOTHER as error:
            self.world.journal.counts[f"faults that met another fault ({type(error).__name__})"] += 1
        except Exception as error:
            self.failed.append(f"{name}: {error!r}")

    def kill_a_server(self) -> None:
        server = self.dice.choice(self.world.servers)
        if server.fate.acquire(blocking=False):
            try:
                server.kill()
                time.sleep(self.dice.uniform(0, 1.5))
                server.revive()
            finally:
                server.fate.release()

    def stop_a_server(self) -> None:
        """As an operator would restart it: SIGTERM, good-byes, the end of what runs."""
        server = self.dice.choice(self.world.servers)
        if server.fate.acquire(blocking=False):
            try:
                server.stop()
                server.revive()
            finally:
                server.fate.release()

    def freeze_a_server(self) -> None:
        """A process that gets no time, as on an overloaded or suspended host."""
        server = self.dice.choice(self.world.servers)
        if server.fate.acquire(blocking=False):
            try:
                server.freeze()
                time.sleep(self.dice.uniform(0.5, 3))
                server.thaw()
            finally:
                server.fate.release()

    def cut_sockets(self) -> None:
        for page in self.dice.sample(self.pages, self.dice.randint(1, 5)):
            page.cut()

    def dead_network(self) -> None:
        for page in self.dice.sample(self.pages, 2):
            page.abandons.set()

    def stall_readers(self) -> None:
        for page in self.dice.sample(self.pages, self.dice.randint(1, 4)):
            page.stalled_until = time.monotonic() + self.dice.uniform(1, 8)

    def hold_a_row(self) -> None:
        """Somebody's transaction stays open: on PostgreSQL it holds some rows, on SQLite all writing."""
        seconds = self.dice.choice((0.5, 1, 2, 6))  # 6 is longer than the desk waits
        if self.world.cluster is None:
            connection = sqlite3.connect(self.world.url.removeprefix("sqlite:///"), timeout=5, isolation_level=None)
            try:
                connection.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                connection.execute("ROLLBACK")
            finally:
                connection.close()
        else:
            self._hold("SELECT id FROM trading_code ORDER BY id DESC LIMIT 5 FOR UPDATE", seconds)

    def hold_the_log(self) -> None:
        """A transaction that has the log's lock does not commit: nobody else's event can be written."""
        self._hold(f"SELECT pg_advisory_xact_lock({LOG_LOCK})", self.dice.choice((0.5, 1, 2, 6)))

    def jump_the_clock(self) -> None:
        """For rows picked at random the time has come: seen from them, the clock has jumped."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        match self.dice.randrange(4):
            case 0:
                self._turn("expires_at = {}", past)
            case 1:
                self._turn("noticed = NULL, expires_at = {}", past + timedelta(days=self.dice.choice((1, 7))))
            case 2:
                row = f"SELECT id FROM trading_code WHERE status = 'pending' ORDER BY id DESC {self._offset()}"
                old = past - timedelta(days=8)
                execute(
                    self.world.url,
                    f"UPDATE trading_code SET created_at = {{}} WHERE status = 'pending' AND id = ({row})", old,
                )  # fmt: skip
            case 3:
                execute(self.world.url, "UPDATE day SET last = {} WHERE id = 1", (past - timedelta(days=1)).date())

    def _turn(self, change: str, value: datetime) -> None:
        some = "SELECT id FROM customer_account WHERE status = 'valid' AND expires_at IS NOT NULL ORDER BY id DESC "
        for (account,) in execute(self.world.url, some + self._offset()):
            self.world.journal.moved_accounts.add(account)
            execute(
                self.world.url,
                f"UPDATE customer_account SET {change} WHERE status = 'valid' AND id = {{}}", value, account,
            )  # fmt: skip

    def _offset(self) -> str:
        return f"LIMIT 1 OFFSET {self.dice.randrange(10)}"

    def restart_postgres(self) -> None:
        assert self.world.cluster is not None
        if self._cluster_lock.acquire(blocking=False):
            try:
                self.world.cluster.stop(self.dice.choice(("fast", "immediate")))
                time.sleep(self.dice.uniform(0, 3))
                self.world.cluster.start()
            finally:
                self._cluster_lock.release()

    def swallow_notify(self) -> None:
        """The backends that would deliver NOTIFY are stopped and then ended: what is committed meanwhile notifies
        nobody, and the process learns of the loss only afterwards."""
        assert self.world.cluster is not None
        pids = self.world.cluster.backends(self.world.database, "codedesk-listen")
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(self.dice.uniform(0.5, 3))
            self.world.cluster.terminate(self.world.database, "codedesk-listen")
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def kill_listeners(self) -> None:
        assert self.world.cluster is not None
        self.world.cluster.terminate(self.world.database, "codedesk-listen")

    def kill_backends(self) -> None:
        """All connections of the pools, in the middle of whatever they do."""
        assert self.world.cluster is not None
        self.world.cluster.terminate(self.world.database, "codedesk")

    def _hold(self, sql: str, seconds: float) -> None:
        async def hold() -> None:
            connection = await asyncpg.connect(self.world.url, timeout=5)
            try:
                async with connection.transaction():
                    await connection.execute(sql)
                    await asyncio.sleep(seconds)
            finally:
                connection.terminate()

        asyncio.run(hold())
