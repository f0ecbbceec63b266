"""People who act through the JSON of both servers, at random, and record the outcome."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from typing import Any

import httpx

from tests.chaos.journal import Attempt, Outcome, record_response
from tests.chaos.world import World
from tests.random_desk import NothingThere, RandomDesk

PACE = 0.25
"""Seconds that a person rests between two actions, on average."""
NAMES = {
    "/api/generate-code": "generate",
    "/api/take-back-code": "take back",
    "/api/correct-code": "correct",
    "/api/messages": "write",
    "/api/extend-code": "ask",
    "/api/move-account": "ask to move",
    "/api/admin/move-account": "move",
    "/api/extension-requests/withdraw": "withdraw",
    "/api/notifications/seen": "see",
    "/api/admin/extend-customer": "extend",
    "/api/admin/create-account": "create",
    "/api/admin/broadcast": "broadcast",
}
"""In the journal, by the path; where there is an action to choose, it is called by that."""
LISTED = {
    "codes": ("/admin/codes?status=pending", "/admin/codes?status=activated", "/admin/codes"),
    "requests": ("/admin/extensions?status=pending", "/admin/extensions"),
    "accounts": ("/admin/accounts",),
    "events": ("/notifications",),
}
ON_THE_DESK = {"accounts": "accounts", "requests": "extensions", "codes": "codes"}
"""Lists of a client's own page."""


class Actor(threading.Thread, RandomDesk):
    def __init__(self, world: World, name: str, number: int = 0) -> None:
        super().__init__(name=f"actor {name} {number}", daemon=True)
        self.world = world
        self.who = name
        self.admins, self.clients = world.admins, world.clients
        self.random = world.dice(self.name)
        # Every other one soon loses patience: what they asked for may still be done.
        patience = 1.0 if number % 2 else 15.0
        self._browsers = [world.browser(server, name, patience, Accept="application/json") for server in world.servers]
        self.acting = False

    def run(self) -> None:
        while not self.world.over.is_set():
            if not self.world.quiet.is_set():
                self.acting = True
                if not self.world.quiet.is_set():
                    self.act()
                self.acting = False
            self.world.over.wait(self.random.expovariate(1 / PACE))

    def act(self) -> None:
        try:
            _, path, fields = self.deed(self.who)
        except NothingThere:
            return
        except (httpx.TransportError, Unread):
            self.world.journal.counts["pages that could not be read"] += 1
            return
        if path == "/api/generate-code":
            fields["request_key"] = uuid.UUID(int=self.random.getrandbits(128)).hex
        attempt = self.send(path, fields)
        if "request_key" in fields and attempt.outcome is Outcome.UNKNOWN and self.random.random() < 0.5:
            self.send(path, fields)  # the key makes that harmless

    def broadcast(self) -> None:
        self.send("/api/admin/broadcast", {"message": self.words(), "level": "info"})

    def number(self) -> str:
        """Twelve digits, never the same twice as far as it matters: what is stored is known by them."""
        return str(self.random.randrange(10**11, 10**12))

    def days(self) -> int:
        """One of many: an extension that is stored is known by them."""
        return self.random.randint(1, 3650)

    def ids(self, kind: str, who: str) -> Sequence[int]:
        if who in self.clients and kind in ON_THE_DESK:
            rows = self.read("/")[ON_THE_DESK[kind]]["items"]
        else:
            rows = self.read(self.pick(LISTED[kind]))["items"]
        return [row["id"] for row in rows]

    def read(self, path: str) -> Any:
        response = self.random.choice(self._browsers).get(path)
        if response.status_code != 200:
            raise Unread(f"{path}: {response.status_code}")
        return response.json()

    def send(self, path: str, fields: dict[str, Any]) -> Attempt:
        what = str(fields.get("action") or NAMES[path])
        attempt = self.world.journal.tried(what, self.who, fields)
        try:
            record_response(attempt, self.random.choice(self._browsers).post(path, json=fields))
        except httpx.TransportError as error:
            attempt.words = repr(error)
        return attempt


class Unread(Exception):
    """The page could not be loaded."""
