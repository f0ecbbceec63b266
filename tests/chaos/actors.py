"""People who act through the JSON of both servers, at random, and record the outcome."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from tests.chaos.journal import Attempt, Outcome, record_response
from tests.chaos.world import World

PACE = 0.25
"""Seconds that a person rests between two actions, on average."""
PLANS = ("7", "30", "90", "180", "365", "lifetime")


class Actor(threading.Thread):
    def __init__(self, world: World, name: str, number: int = 0) -> None:
        super().__init__(name=f"actor {name} {number}", daemon=True)
        self.world = world
        self.who = name
        self.dice = world.dice(self.name)
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
            self.world.over.wait(self.dice.expovariate(1 / PACE))

    def act(self) -> None:
        moves: Mapping[Callable[[], None], int] = (
            {self.decide_codes: 8, self.decide_requests: 4, self.extend: 3, self.create: 2, self.suspend: 3,
             self.broadcast: 1, self.see: 1}
            if self.who in self.world.admins
            else {self.generate: 8, self.ask: 4, self.withdraw: 1, self.see: 1}
        )  # fmt: skip
        try:
            self.dice.choices(list(moves), list(moves.values()))[0]()
        except (httpx.TransportError, Unread):
            self.world.journal.counts["pages that could not be read"] += 1

    def generate(self) -> None:
        fields = wish(self.dice) | {"request_key": uuid.UUID(int=self.dice.getrandbits(128)).hex}
        attempt = self.send("generate", "/api/generate-code", fields)
        if attempt.outcome is Outcome.UNKNOWN and self.dice.random() < 0.5:
            self.send("generate", "/api/generate-code", fields)  # the key makes that harmless

    def ask(self) -> None:
        if account := self.any_of("/", "accounts"):
            self.send("ask", "/api/extend-code", {"account_id": account["id"], "plan": "30", "note": tag(self.dice)})

    def withdraw(self) -> None:
        if request := self.any_of("/", "extensions"):
            self.send("withdraw", "/api/extension-requests/withdraw", {"request_id": request["id"]})

    def decide_codes(self) -> None:
        action = self.dice.choice(("activate", "activate", "activate", "complete", "cancel", "expire"))
        codes = self.listed(
            self.dice.choice(("/admin/codes?status=pending", "/admin/codes?status=activated", "/admin/codes"))
        )
        if codes:
            chosen = self.dice.sample(codes, min(len(codes), self.dice.choice((1, 1, 1, 3))))
            self.send(action, "/api/admin/codes", {"code_id": [code["id"] for code in chosen], "action": action})

    def decide_requests(self) -> None:
        action = self.dice.choice(("approve", "approve", "reject"))
        path = self.dice.choice(("/admin/extensions?status=pending", "/admin/extensions"))
        if rows := self.listed(path):
            fields = {"request_id": self.dice.choice(rows)["id"], "action": action, "reason": "not now"}
            self.send(action, "/api/admin/extension-requests", fields)

    def extend(self) -> None:
        if rows := self.listed("/admin/accounts"):
            fields = {"account_id": self.dice.choice(rows)["id"], "days": self.dice.randint(1, 3650)}
            self.send("extend", "/api/admin/extend-customer", fields)

    def create(self) -> None:
        self.send(
            "create", "/api/admin/create-account", wish(self.dice) | {"username": self.dice.choice(self.world.clients)}
        )

    def suspend(self) -> None:
        if rows := self.listed("/admin/accounts"):
            action = self.dice.choice(("suspend", "restore"))
            self.send(action, "/api/admin/accounts", {"account_id": self.dice.choice(rows)["id"], "action": action})

    def broadcast(self) -> None:
        self.send("broadcast", "/api/admin/broadcast", {"message": tag(self.dice), "level": "info"})

    def see(self) -> None:
        if rows := self.listed("/notifications"):
            self.send("see", "/api/notifications/seen", {"up_to": self.dice.choice(rows)["id"]})

    def any_of(self, path: str, listing: str) -> dict[str, Any] | None:
        rows = self.read(path)[listing]["items"]
        return self.dice.choice(rows) if rows else None

    def listed(self, path: str) -> list[dict[str, Any]]:
        return list(self.read(path)["items"])

    def read(self, path: str) -> Any:
        response = self.dice.choice(self._browsers).get(path)
        if response.status_code != 200:
            raise Unread(f"{path}: {response.status_code}")
        return response.json()

    def send(self, what: str, path: str, fields: dict[str, Any]) -> Attempt:
        attempt = self.world.journal.tried(what, self.who, fields)
        try:
            record_response(attempt, self.dice.choice(self._browsers).post(path, json=fields))
        except httpx.TransportError as error:
            attempt.words = repr(error)
        return attempt


class Unread(Exception):
    """The page could not be loaded."""


def wish(dice: random.Random) -> dict[str, Any]:
    number = str(dice.randrange(10**11, 10**12))
    """Twelve digits of which no two wishes are the same, as far as it matters: an action is known by them."""
    return {"platform": dice.choice(("mt4", "mt5")), "account_number": number, "plan": dice.choice(PLANS)}


def tag(dice: random.Random) -> str:
    return f"tag-{dice.getrandbits(64):016x}"
