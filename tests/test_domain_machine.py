"""Hypothesis drives the domain: random verbs by random people, as time passes, beside a model in plain Python.

After every step: no illegal state, one event for each thing that happened and none for what failed, and the rows
that changed are exactly those that the new events name.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app import clock
from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.db.engine import engine
from app.errors import Conflict
from app.licences.plans import PLANS
from app.live.log import LogEntry
from app.people.tables import Person
from app.requests.tables import AccountRequest
from app.settings import settings as desk_settings
from tests.inspection import everything

WEEK = timedelta(days=7)
ARROWS = {
    "activate": ({"pending"}, "activated", "CodeActivated"),
    "complete": ({"activated"}, "completed", "CodeCompleted"),
    "cancel": ({"pending", "activated"}, "cancelled", "CodeCancelled"),
    "expire": ({"pending", "activated"}, "expired", "CodeExpired"),
}
NAMES = {"trading_code": "code", "customer_account": "account", "extension_request": "request"}

admins = st.sampled_from(["ada", "grace"])
clients = st.sampled_from(["bob", "eve"])
which = st.integers(0, 10**6)


@dataclass
class Code:
    owner: str
    plan: str
    made: datetime
    status: str = "pending"
    account: int | None = None


@dataclass
class Account:
    owner: str
    plan: str
    end: datetime | None
    status: str = "valid"
    noticed: int | None = None
    """What was told of the end, or need not be told: the account ran no longer than that when its end was set."""
    pending: int | None = None


@dataclass
class Request:
    account: int
    days: int
    """0: it is a move."""
    status: str = "pending"


class Desk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.codes: dict[int, Code] = {}
        self.accounts: dict[int, Account] = {}
        self.requests: dict[int, Request] = {}
        self.people: dict[str, Person] = {}
        self.expected: list[tuple[str, str, str]] = []
        """What the log must say next: kind, client, actor."""
        self.before: dict[str, dict[int, dict[str, Any]]] = {}
        self.cursor = 0
        self.number = 10_000_000
        """Of the trading account to which the last move led."""

    def teardown(self) -> None:
        self.runner.run(engine().close_connection_pool())
        self.runner.close()
        clock.return_to_present()

    @initialize()
    def an_empty_desk(self) -> None:
        self.runner.run(self._empty())

    async def _empty(self) -> None:
        clock.return_to_present()
        await engine().start_connection_pool()
        for table in (
            "event",
            "installation",
            "refusal",
            "extension_request",
            "customer_account",
            "trading_code",
            "session",
        ):
            await Person.raw(f"DELETE FROM {table}")
        for name in ("ada", "grace", "bob", "eve"):
            person = await Person.named(name)
            assert person is not None
            self.people[name] = person
        self.before = await self._rows()

    # What people do

    @rule(client=clients, plan=st.sampled_from(PLANS))
    def generate(self, client: str, plan: str) -> None:
        made = clock.now()
        code = self.run(TradingCode.generate(self.people[client], platform="mt5", account_number="12345678", plan=plan))
        self.codes[code.id] = Code(client, plan, made)
        self.expected.append(("CodeGenerated", client, client))

    @precondition(lambda self: self.codes)
    @rule(admin=admins, action=st.sampled_from(sorted(ARROWS)), picks=st.lists(which, min_size=1, max_size=3))
    def act(self, admin: str, action: str, picks: list[int]) -> None:
        ids = sorted({self.pick(self.codes, pick) for pick in picks})
        start, end, kind = ARROWS[action]
        allowed = all(self.codes[key].status in start for key in ids)
        earliest = clock.now()
        done = self.run(TradingCode.act(ids, action, by=self.people[admin]), allowed)
        if not allowed:
            return
        assert [code.id for code in done] == ids
        for key in ids:
            code = self.codes[key]
            was, code.status = code.status, end
            self.expected.append((kind, code.owner, admin))
            if action == "activate":
                account = self.read(CustomerAccount.licensed(done[ids.index(key)].code))
                code.account = account.id
                self.accounts[account.id] = Account(
                    code.owner, code.plan, account.expires_at, noticed=7 if code.plan == "7" else None
                )
                self.check_end(account.expires_at, earliest, code.plan)
            elif was == "activated" and code.account is not None:
                self.code_ended(self.accounts[code.account], action, earliest, code.account)

    def code_ended(self, account: Account, action: str, earliest: datetime, key: int) -> None:
        if action == "cancel" and account.status == "valid":
            account.status = "suspended"
        if action == "expire" and account.status in ("valid", "suspended"):
            ended = self.read(CustomerAccount.by_id(key)).expires_at
            if account.end is not None and account.end < earliest:
                assert ended == account.end
            else:
                assert earliest <= ended <= clock.now()
            account.status, account.end = "expired", ended

    @rule(admin=admins, client=clients, plan=st.sampled_from(PLANS))
    def create(self, admin: str, client: str, plan: str) -> None:
        earliest = clock.now()
        account = self.run(
            CustomerAccount.create(client, platform="mt4", account_number="87654321", plan=plan, by=self.people[admin])
        )
        noticed = 7 if plan == "7" else None
        self.accounts[account.id] = Account(client, plan, account.expires_at, noticed=noticed)
        self.check_end(account.expires_at, earliest, plan)
        self.expected.append(("AccountCreated", client, admin))

    @precondition(lambda self: self.accounts)
    @rule(admin=admins, pick=which, days=st.integers(1, 400))
    def extend(self, admin: str, pick: int, days: int) -> None:
        key = self.pick(self.accounts, pick)
        account = self.accounts[key]
        row = self.read(CustomerAccount.by_id(key))
        earliest = clock.now()
        extended = self.run(row.extend(days, by=self.people[admin]), self.extendable(account))
        if self.extendable(account):
            self.longer(account, extended.expires_at, earliest, days)
            self.expected.append(("AccountExtended", account.owner, admin))

    @precondition(lambda self: self.accounts)
    @rule(admin=admins, pick=which, verb=st.sampled_from(["suspend", "restore"]))
    def suspend_or_restore(self, admin: str, pick: int, verb: str) -> None:
        key = self.pick(self.accounts, pick)
        account = self.accounts[key]
        allowed = account.status == ("valid" if verb == "suspend" else "suspended")
        row = self.read(CustomerAccount.by_id(key))
        self.run(getattr(row, verb)(by=self.people[admin]), allowed)
        if allowed and verb == "suspend":
            account.status = "suspended"
            self.expected.append(("AccountSuspended", account.owner, admin))
        elif allowed:
            account.status = "expired" if account.end is not None and account.end <= clock.now() else "valid"
            self.expected.append(("AccountRestored", account.owner, admin))

    @precondition(lambda self: self.accounts)
    @rule(admin=admins, pick=which)
    def move(self, admin: str, pick: int) -> None:
        key = self.pick(self.accounts, pick)
        account = self.accounts[key]
        allowed = account.status != "suspended"
        row = self.read(CustomerAccount.by_id(key))
        self.number += 1
        moved = self.run(row.move("mt5", str(self.number), by=self.people[admin]), allowed)
        if allowed:
            assert moved.where == f"MT5 {self.number}"
            self.expected.append(("AccountMoved", account.owner, admin))

    @precondition(lambda self: self.accounts)
    @rule(pick=which)
    def ask_to_move(self, pick: int) -> None:
        key = self.pick(self.accounts, pick)
        account = self.accounts[key]
        allowed = account.status != "suspended" and account.pending is None
        row = self.read(CustomerAccount.by_id(key))
        self.number += 1
        asking = AccountRequest.ask_to_move(row, "mt5", str(self.number), "", by=self.people[account.owner])
        request = self.run(asking, allowed)
        if allowed:
            self.requests[request.id] = Request(key, days=0)
            account.pending = request.id
            self.expected.append(("MoveRequested", account.owner, account.owner))

    @precondition(lambda self: self.accounts)
    @rule(pick=which, plan=st.sampled_from(PLANS[:-1]))
    def ask(self, pick: int, plan: str) -> None:
        key = self.pick(self.accounts, pick)
        account = self.accounts[key]
        allowed = self.extendable(account) and account.pending is None
        row = self.read(CustomerAccount.by_id(key))
        request = self.run(AccountRequest.ask(row, plan, "", by=self.people[account.owner]), allowed)
        if allowed:
            self.requests[request.id] = Request(key, int(plan))
            account.pending = request.id
            self.expected.append(("ExtensionRequested", account.owner, account.owner))

    @precondition(lambda self: self.requests)
    @rule(admin=admins, pick=which, verb=st.sampled_from(["approve", "reject", "withdraw"]))
    def decide(self, admin: str, pick: int, verb: str) -> None:
        key = self.pick(self.requests, pick)
        request = self.requests[key]
        account = self.accounts[request.account]
        possible = self.extendable(account) if request.days else account.status != "suspended"
        allowed = request.status == "pending" and (verb != "approve" or possible)
        row = self.read(AccountRequest.by_id(key))
        by = self.people[account.owner if verb == "withdraw" else admin]
        earliest = clock.now()
        doing = {
            "approve": lambda: row.approve(by=by),
            "reject": lambda: row.reject("No.", by=by),
            "withdraw": lambda: row.withdraw(by=by),
        }[verb]
        self.run(doing(), allowed)
        if allowed:
            request.status = {"approve": "approved", "reject": "rejected", "withdraw": "withdrawn"}[verb]
            account.pending = None
            if verb == "approve" and request.days:
                end = self.read(CustomerAccount.by_id(request.account)).expires_at
                self.longer(account, end, earliest, request.days)
            kind = "Extension" if request.days else "Move"
            self.expected.append((f"{kind}{request.status.capitalize()}", account.owner, by.username))

    @precondition(lambda self: any(request.status == "pending" and request.days for request in self.requests.values()))
    @rule()
    def two_admins_decide_at_once(self) -> None:
        key = next(key for key, request in self.requests.items() if request.status == "pending" and request.days)
        request = self.requests[key]
        account = self.accounts[request.account]
        row = self.read(AccountRequest.by_id(key))
        earliest = clock.now()

        async def race() -> list[Any]:
            both = row.approve(by=self.people["ada"]), row.reject("No.", by=self.people["grace"])
            return await asyncio.gather(*both, return_exceptions=True)

        results = self.runner.run(race())
        failed = [result for result in results if isinstance(result, BaseException)]
        assert [type(result) for result in failed] == [Conflict]
        [won] = [result for result in results if result not in failed]
        request.status, account.pending = won.status, None
        if won.status == "approved":
            end = self.read(CustomerAccount.by_id(request.account)).expires_at
            self.longer(account, end, earliest, request.days)
            self.expected.append(("ExtensionApproved", account.owner, "ada"))
        else:
            self.expected.append(("ExtensionRejected", account.owner, "grace"))

    # What time does

    @rule(hours=st.sampled_from([1, 30, 24 * 6, 24 * 29, 24 * 200]))
    def time_passes(self, hours: int) -> None:
        clock.travel(timedelta(hours=hours))

    @rule()
    def the_clock_looks(self) -> None:
        at = clock.now()
        self.run(CustomerAccount.expire_due())
        self.run(TradingCode.expire_unused(WEEK))
        self.run(CustomerAccount.notice_due())
        expired, unused, noticed = [], [], []
        for account in self.accounts.values():
            if account.status != "valid" or account.end is None:
                continue
            left = account.end - at
            if left <= timedelta():
                account.status = "expired"
                expired.append((account.end, ("AccountExpired", account.owner, "system")))
            elif left <= WEEK:
                days = 1 if left <= timedelta(days=1) else 7
                if account.noticed is None or account.noticed > days:
                    account.noticed = days
                    noticed.append((days, account.end, ("AccountExpiringSoon", account.owner, "system")))
        for code in self.codes.values():
            if code.status == "pending" and code.made <= at - WEEK:
                code.status = "expired"
                unused.append((code.made, ("CodeExpired", code.owner, "system")))
        self.expected += [due[-1] for due in (*sorted(expired), *sorted(unused), *sorted(noticed))]

    # What must always hold

    @invariant()
    def the_desk_is_as_the_model_says(self) -> None:
        if self.people:
            self.runner.run(self._compare())

    async def _compare(self) -> None:
        entries = await LogEntry.after(self.cursor)
        names = {person.id: name for name, person in self.people.items()}
        recorded = [(entry.kind, names[entry.client], entry.actor_name) for entry in entries]
        assert recorded == self.expected
        after = await self._rows()
        for table, name in NAMES.items():
            changed = {key for key, row in after[table].items() if row != self.before[table].get(key)}
            named = {getattr(entry.event, name, None) for entry in entries} - {None}
            assert changed == named, f"{table}: {changed} changed, but the log names {named}"
            assert set(self.before[table]) <= set(after[table])  # nothing is ever deleted
        assert {key: row["status"] for key, row in after["trading_code"].items()} == {
            key: code.status for key, code in self.codes.items()
        }
        assert {
            key: (row["status"], row["expires_at"], row["pending_extension"], row["noticed"])
            for key, row in after["customer_account"].items()
        } == {
            key: (account.status, account.end, account.pending, account.noticed)
            for key, account in self.accounts.items()
        }
        assert {key: row["status"] for key, row in after["extension_request"].items()} == {
            key: request.status for key, request in self.requests.items()
        }
        self.before, self.expected = after, []
        self.cursor = entries[-1].id if entries else self.cursor

    async def _rows(self) -> dict[str, dict[int, dict[str, Any]]]:
        tables = await everything()
        return {table: {row["id"]: row for row in tables[table]} for table in NAMES}

    # How the model reckons

    def run(self, verb: Any, allowed: bool = True) -> Any:
        try:
            result = self.runner.run(verb)
        except Conflict:
            if allowed:
                raise
            return None
        assert allowed, "done, though it may not"
        return result

    def read(self, reading: Any) -> Any:
        row = self.runner.run(reading)
        assert row is not None
        return row

    @staticmethod
    def pick(things: dict[int, Any], pick: int) -> int:
        return sorted(things)[pick % len(things)]

    @staticmethod
    def extendable(account: Account) -> bool:
        return account.plan != "lifetime" and account.status != "suspended"

    @staticmethod
    def check_end(end: datetime | None, earliest: datetime, plan: str) -> None:
        if plan == "lifetime":
            assert end is None
        else:
            assert end is not None
            assert earliest <= end - timedelta(days=int(plan)) <= clock.now()

    @staticmethod
    def longer(account: Account, end: datetime, earliest: datetime, days: int) -> None:
        """expires_at = max(now, expires_at) + days."""
        assert account.end is not None
        start = end - timedelta(days=days)
        if account.end >= clock.now():
            assert start == account.end
        else:
            assert max(earliest, account.end) <= start <= clock.now()
        left = end - earliest
        account.end, account.status = end, "valid"
        account.noticed = next((notice for notice in (1, 7) if left < timedelta(days=notice, seconds=1)), None)


TestDesk = pytest.mark.usefixtures("without_connections")(Desk.TestCase)
TestDesk.settings = settings(max_examples=16 if desk_settings().is_sqlite else 8, stateful_step_count=40)
