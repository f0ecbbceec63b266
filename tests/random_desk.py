"""What people do at random, said once: tests post it, call the verb behind it, or journal it in the middle of chaos."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from app.licences.plans import PLANS, PLATFORMS


class Deed(NamedTuple):
    who: str
    path: str
    fields: dict[str, Any]


class NothingThere(Exception):
    """No row to which it could be done."""


class RandomDesk:
    """People who do anything that comes to mind, the same for the same seed; a test says what they know of."""

    random: Random
    admins: Sequence[str] = ("ada", "grace")
    clients: Sequence[str] = ("bob", "bob", "eve")

    def ids(self, kind: str, who: str) -> Sequence[int]:
        """Of the codes, accounts, requests or events that this person may come upon."""
        raise NotImplementedError

    def number(self) -> str:
        """One of few, so that a search for it lists several rows."""
        return self.pick(("1234", "12345678", "98765"))

    def days(self) -> int:
        """Few, so that accounts end soon."""
        return self.random.randint(1, 9)

    def deed(self, who: str | None = None) -> Deed:
        """Of this person, or of anybody. Raises NothingThere."""
        role = who and ("admin" if who in self.admins else "client")
        rows = [row for row in DEEDS if role in (None, row[1])]
        [(_, role, path, fields)] = self.random.choices(rows, [row[0] for row in rows])
        who = who or self.pick(self.admins if role == "admin" else self.clients)
        return Deed(who, path, dict(fields(self, who)))

    def pick(self, things: Sequence[Any]) -> Any:
        return self.random.choice(things)

    def some(self, kind: str, who: str, many: int) -> list[int]:
        """Up to so many, in any order."""
        if not (ids := self.ids(kind, who)):
            raise NothingThere
        return self.random.sample(ids, min(len(ids), many))

    def one(self, kind: str, who: str) -> int:
        return self.some(kind, who, 1)[0]

    def licence(self) -> dict[str, Any]:
        return {"platform": self.pick(PLATFORMS), "account_number": self.number(), "plan": self.pick(PLANS)}

    def words(self) -> str:
        """Never the same twice: what is stored is known by them."""
        return f"tag-{self.random.getrandbits(64):016x}"


CODE_ACTIONS = ("activate", "activate", "activate", "complete", "cancel", "expire")
DEEDS: Sequence[tuple[int, str, str, Callable[[RandomDesk, str], Mapping[str, Any]]]] = (
    (8, "client", "/api/generate-code", lambda desk, who: desk.licence()),
    (5, "client", "/api/extend-code", lambda desk, who: {
        "account_id": desk.one("accounts", who), "plan": "30", "note": desk.words()}),
    (2, "client", "/api/move-account", lambda desk, who: {
        "account_id": desk.one("accounts", who), "platform": desk.pick(PLATFORMS), "account_number": desk.number(),
        "note": desk.words()}),
    (1, "client", "/api/take-back-code", lambda desk, who: {"code_id": desk.one("codes", who)}),
    (2, "client", "/api/correct-code", lambda desk, who: {
        "code_id": desk.one("codes", who), "platform": desk.pick(PLATFORMS), "account_number": desk.number()}),
    (2, "client", "/api/messages", lambda desk, who: {
        "about": (about := desk.pick(("code", "account", "request"))), "row_id": desk.one(f"{about}s", who),
        "message": desk.words()}),
    (3, "admin", "/api/messages", lambda desk, who: {
        "about": (about := desk.pick(("code", "account", "request"))), "row_id": desk.one(f"{about}s", who),
        "message": desk.words(), "to": desk.pick(("", "admins"))}),
    (2, "client", "/api/extension-requests/withdraw", lambda desk, who: {"request_id": desk.one("requests", who)}),
    (1, "client", "/api/notifications/seen", lambda desk, who: {"up_to": desk.one("events", who)}),
    (11, "admin", "/api/admin/codes", lambda desk, who: {
        "code_id": desk.some("codes", who, desk.pick((1, 1, 1, 2, 4))), "action": desk.pick(CODE_ACTIONS)}),
    (5, "admin", "/api/admin/extension-requests", lambda desk, who: {
        "request_id": desk.one("requests", who), "action": desk.pick(("approve", "approve", "reject")),
        "reason": "not now"}),
    (4, "admin", "/api/admin/accounts", lambda desk, who: {
        "account_id": desk.one("accounts", who), "action": desk.pick(("suspend", "restore", "release"))}),
    (4, "admin", "/api/admin/extend-customer", lambda desk, who: {
        "account_id": desk.one("accounts", who), "days": desk.days()}),
    (2, "admin", "/api/admin/move-account", lambda desk, who: {
        "account_id": desk.one("accounts", who), "platform": desk.pick(PLATFORMS), "account_number": desk.number()}),
    (3, "admin", "/api/admin/create-account", lambda desk, who: {
        "username": desk.pick(desk.clients), **desk.licence()}),
    (1, "admin", "/api/admin/broadcast", lambda desk, who: {"message": desk.words(), "level": "info"}),
    (1, "admin", "/api/notifications/seen", lambda desk, who: {"up_to": desk.one("events", who)}),
)  # fmt: skip
"""How often, by whom, where, and with which fields: those are made only for the one deed that is chosen."""
