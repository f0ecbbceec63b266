"""Robots that ask all along: whatever the servers suffer, what they are told agrees with the rows of its moment."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.chaos.snapshot import Snapshot
from tests.chaos.world import World

PACE = 0.1
"""Seconds that a robot rests between two questions, on average."""
SEATS = 2
TERMINALS = ("T1", "T2", "T3")
"""One more than there are seats."""
COMMITTED_WITHIN = timedelta(seconds=20)
"""After an event's moment it may take so long until its rows are seen: a server may be frozen meanwhile."""


@dataclass(frozen=True)
class Told:
    account: int
    where: tuple[str, str]
    code: str
    began: datetime
    ended: datetime


class Robot(threading.Thread):
    """Knows licences as the accounts' list shows them, which may have changed since."""

    def __init__(self, world: World, number: int) -> None:
        super().__init__(name=f"robot {number}", daemon=True)
        self.world, self.random = world, world.dice(f"robot {number}")
        self.told: list[Told] = []
        self._desks = [httpx.Client(base_url=server.url, timeout=10) for server in world.servers]
        self._lists = [
            world.browser(server, world.admins[0], 10, Accept="application/json") for server in world.servers
        ]
        self._accounts: list[dict[str, Any]] = []

    def run(self) -> None:
        while not self.world.over.is_set():
            try:
                if not self._accounts or self.random.random() < 0.1:
                    self._accounts = self.random.choice(self._lists).get("/admin/accounts").json()["items"]
                if self._accounts:
                    self._ask(self.random.choice(self._accounts))
            except (
                httpx.TransportError,
                ValueError,
                KeyError,
            ):  # a server that is away, or an error in the place of rows
                self.world.journal.counts["robots that were not answered"] += 1
            self.world.over.wait(self.random.expovariate(1 / PACE))

    def _ask(self, account: dict[str, Any]) -> None:
        where = account["platform"], account["account_number"]
        robot = {
            "v": "1", "licence": account["licence"], "platform": where[0], "account": where[1], "mode": "real",
            "server": "Broker-Real7", "version": "1.0", "terminal": self.random.choice(TERMINALS),
            "nonce": secrets.token_hex(16), "product": account["product"],
        }  # fmt: skip
        began = datetime.now(UTC)
        response = self.random.choice(self._desks).post(
            "/robot/check", data=robot, headers={"Accept": "application/json"}
        )
        if response.status_code == 200:
            told = Told(account["id"], where, response.json()["code"], began, datetime.now(UTC))
            self.told.append(told)
        else:
            self.world.journal.counts["robots that were not answered"] += 1


def some_robots(world: World, many: int = 3) -> list[Robot]:
    """With a product that has fewer seats than a licence has terminals."""
    offer = {"product_id": 1, "version": 1, "name": "Trading robot", "modes": ["real"], "seats": SEATS}
    with world.browser(world.servers[0], world.admins[0], Accept="application/json") as admin:
        admin.post("/api/admin/products/change", json=offer).raise_for_status()
    return [Robot(world, number) for number in range(many)]


def compare(world: World, robots: list[Robot], snapshot: Snapshot) -> None:
    """Every answer with what its account was at some moment about then."""
    journal = world.journal
    histories = {key: _history(snapshot, key) for key in snapshot.accounts}
    for robot in robots:
        for told in robot.told:
            states = _states(histories[told.account], told.began - COMMITTED_WITHIN, told.ended)
            if not any(_may_be_told(told, where, status) for where, status in states):
                journal.lost.append(f"{told}, and the account was {states}")
            journal.counts[f"robots told {told.code}"] += 1


State = tuple[tuple[str, str], str]


def _history(snapshot: Snapshot, key: int) -> list[tuple[datetime, State]]:
    """What the account was, and from when on, as its events tell."""
    account = snapshot.accounts[key]
    first = snapshot.first_number(key)
    where, status = (_first_platform(snapshot, key) or account["platform"], first), "valid"
    history = [(datetime.min.replace(tzinfo=UTC), (where, status))]
    for event in snapshot.events:
        if event["data"].get("account") != key:
            continue
        kind = event["kind"]
        if kind == "AccountMoved":
            platform, _, number = event["data"]["after"].partition(" ")
            where = platform.lower(), number
        elif kind == "MoveApproved":
            request = snapshot.requests[event["data"]["request"]]
            where = request["to_platform"], request["to_number"]
        elif kind in ("AccountSuspended", "CodeCancelled"):
            status = "suspended"
        elif kind in ("AccountExpired", "CodeExpired"):
            status = "expired"
        elif kind in ("AccountRestored", "AccountExtended", "ExtensionApproved"):
            status = "valid or expired" if kind == "AccountRestored" else "valid"
        else:
            continue
        history.append((_time(event["at"]), (where, status)))
    return history


def _first_platform(snapshot: Snapshot, key: int) -> str:
    for event in snapshot.events:
        if event["data"].get("account") == key:
            if event["kind"] == "AccountMoved":
                return str(event["data"]["before"]).partition(" ")[0].lower()
            if event["kind"] == "MoveApproved":
                return str(snapshot.requests[event["data"]["request"]]["platform"])
    return ""


def _states(history: list[tuple[datetime, State]], since: datetime, until: datetime) -> list[State]:
    """All that it was at some moment between these."""
    before = [state for at, state in history if at <= since][-1:]
    return [*before, *(state for at, state in history if since < at <= until)]


def _may_be_told(told: Told, where: tuple[str, str], status: str) -> bool:
    if told.code in ("ACCOUNT_MISMATCH", "PLATFORM_MISMATCH"):
        return where != told.where
    if where != told.where:
        return False
    if told.code in ("VALID", "TOO_MANY_SEATS", "SERVER_MISMATCH"):
        return "valid" in status
    # The end itself is in nobody's event until the scheduler has seen it.
    return told.code == "EXPIRED" or (told.code == "SUSPENDED" and status == "suspended")


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
