from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from piccolo.columns import Column, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.db import transaction
from app.errors import MARKED, Conflict, Invalid
from app.i18n.message import Message, say, say_count
from app.labels import state
from app.licences import key as licence_key
from app.licences.plans import DEFAULT_PRODUCT, PLANS, check_licence
from app.listings.row import OwnedRow
from app.live.event import Actor, Event
from app.live.log import record
from app.people.tables import Person
from app.products.tables import MOST_SLUG
from app.requests.events import (
    ExtensionApproved,
    ExtensionRejected,
    ExtensionRequested,
    ExtensionWithdrawn,
    MoveApproved,
    MoveRejected,
    MoveRequested,
    MoveWithdrawn,
)

DECISIONS = ("approve", "reject")
STATUSES = ("pending", "approved", "rejected", "withdrawn")
EXTENSION_PLANS = tuple(plan for plan in PLANS if plan != "lifetime")
MOST_NOTE = 500
"""Characters of a note or a reason."""
TOO_LONG = say("Use at most {most} characters.", most=MOST_NOTE)
REASON = say("Say why in 1 to {most} characters; the client will read it.", most=MOST_NOTE)


@dataclass(frozen=True)
class Kind:
    """What can be asked for: its events, and what is done when it is approved."""

    requested: Callable[..., Event]
    withdrawn: Callable[..., Event]
    approved: Callable[..., Event]
    rejected: Callable[..., Event]
    grant: Callable[[AccountRequest, CustomerAccount, Actor], Awaitable[Any]]
    """Raises Conflict when it cannot be done any more."""
    check: Callable[[CustomerAccount], None]
    """Raises Conflict for an account that it cannot be asked for."""


class AccountRequest(OwnedRow, tablename="extension_request"):
    """Of one account; at most one per account is pending: a partial unique index holds that."""

    event_field = "request"
    page, own_page = "/admin/extensions/{}", "/requests/{}"
    nothing = say("There is no such request.")

    id = Serial(primary_key=True)
    kind = Varchar(length=10, default="extension")
    """One of KINDS."""
    account = ForeignKey(references=CustomerAccount)
    owner = ForeignKey(references=Person)
    owner_name = Varchar(length=32)
    licence = Varchar(length=25)
    platform = Varchar(length=3)
    account_number = Varchar(length=12)
    """As it was when it was asked."""
    product = Varchar(length=MOST_SLUG, default=DEFAULT_PRODUCT)
    days = Integer()
    """Of an extension; else 0."""
    to_platform = Varchar(length=3, default="")
    to_number = Varchar(length=12, default="")
    """Of a move; else empty."""
    note = Text()
    status = Varchar(length=10)
    reason = Text()
    decided_by_name = Varchar(length=32, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    version = Integer(default=1)

    @property
    def grouped_key(self) -> str:
        return licence_key.grouped(self.licence)

    @property
    def render_key(self) -> tuple[Any, ...]:
        return self.version, self.status

    @property
    def target(self) -> str:
        """Where a move leads."""
        return f"{self.to_platform.upper()} {self.to_number}"

    @property
    def wish(self) -> Message:
        """What is asked for, in short."""
        if self.kind == "move":
            return say("to {target}", target=self.target)
        return say_count("+{count} day", "+{count} days", self.days)

    def facts(self) -> dict[str, Any]:
        return {
            "owner": self.owner_name,
            "days": say_count("{count} day", "{count} days", self.days),
            "reason": self.reason,
            "before": self.where,
            "after": self.target,
        }

    def about(self) -> str:
        return say(" about the request for {where}", where=self.where)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "account_id": self.account,
            "product": self.product,
            "days": self.days,
            "to_platform": self.to_platform,
            "to_account_number": self.to_number,
            "status": self.status,
            "note": self.note,
            "reason": self.reason,
        }

    def as_csv(self) -> dict[str, Any]:
        more = {"owner": self.owner_name, "platform": self.platform, "account_number": self.account_number}
        return self.as_json() | more | {"created_at": self.created_at.isoformat()}

    @classmethod
    async def ask(cls, account: CustomerAccount, plan: str, note: str, by: Actor) -> Self:
        """For more days. Raises Invalid for a plan without days or a note too long, Conflict when the account cannot be
        extended or a request waits already."""
        fields = {}
        if plan not in EXTENSION_PLANS:
            fields["plan"] = say("Choose one of {choices} days.", choices=", ".join(EXTENSION_PLANS))
        if len(note) > MOST_NOTE:
            fields["note"] = TOO_LONG
        if fields:
            raise Invalid(MARKED, fields)
        return await cls._ask("extension", account, {cls.days: int(plan)}, note, by)

    @classmethod
    async def ask_to_move(
        cls, account: CustomerAccount, platform: str, account_number: str, note: str, by: Actor
    ) -> Self:
        """To another trading account. Raises Invalid for one that makes no sense or is the same, or a note too long,
        Conflict as `ask` does."""
        check_licence(platform, account_number)
        if (platform, account_number) == (account.platform, account.account_number):
            raise Invalid(MARKED, {"account_number": say("The licence is for this account already.")})
        if len(note) > MOST_NOTE:
            raise Invalid(MARKED, {"note": TOO_LONG})
        target: dict[Column, Any] = {cls.days: 0, cls.to_platform: platform, cls.to_number: account_number}
        return await cls._ask("move", account, target, note, by)

    @classmethod
    async def _ask(cls, kind: str, account: CustomerAccount, wish: Mapping[Column, Any], note: str, by: Actor) -> Self:
        async with transaction():
            request = await cls.add(
                {
                    cls.kind: kind,
                    cls.account: account.id,
                    cls.owner: account.owner,
                    cls.owner_name: account.owner_name,
                    cls.licence: account.licence,
                    cls.platform: account.platform,
                    cls.account_number: account.account_number,
                    cls.product: account.product,
                    **wish,
                    cls.note: note.strip(),
                    cls.status: "pending",
                    cls.reason: "",
                    cls.created_at: now(),
                }
            )
            if request is None:
                raise Conflict(say("A request for this account is waiting for its decision already."))
            await CustomerAccount.mark_pending(account.id, request.id)
            # Read again now that its row is locked: it may have been suspended since it was read.
            KINDS[kind].check(await account.fresh())
            record(KINDS[kind].requested(client=request.owner, request=request.id, account=account.id), by=by)
        return request

    async def withdraw(self, by: Actor) -> Self:
        async with transaction():
            return await self._decide("withdrawn", "", by)

    async def approve(self, by: Actor) -> Self:
        """Raises Conflict when someone was first, or the account does not allow it any more."""
        async with transaction():
            request = await self._decide("approved", "", by)
            account = await CustomerAccount.by_id(request.account)
            assert account is not None
            await KINDS[request.kind].grant(request, account, by)
        return request

    async def reject(self, reason: str, by: Actor) -> Self:
        """Raises Invalid without a reason: the client reads it."""
        if not 1 <= len(reason.strip()) <= MOST_NOTE:
            raise Invalid(MARKED, {"reason": REASON})
        async with transaction():
            return await self._decide("rejected", reason.strip(), by)

    @classmethod
    async def decide_selected(cls, ids: Collection[int], action: str, reason: str, by: Actor) -> list[Self]:
        """One decision on those of many requests that wait for one, a transaction each: one that cannot be done, as
        somebody was first or the account does not allow it, is left as it is. Raises Invalid, and Conflict where none
        can be done."""
        if action not in DECISIONS:
            raise Invalid(MARKED, {"action": say("Choose one of {choices}.", choices=", ".join(DECISIONS))})
        decided: list[Self] = []
        refused = Conflict(say("None of the selected requests waits for a decision. Nothing was changed."))
        rows = await cls.by_ids(ids)
        for key in sorted(key for key, each in rows.items() if each.status == "pending"):
            request = rows[key]
            try:
                decided.append(await (request.approve(by) if action == "approve" else request.reject(reason, by)))
            except Conflict as error:
                refused = error
            await asyncio.sleep(0)
        if not decided:
            raise refused
        return decided

    async def _decide(self, status: str, reason: str, by: Actor) -> Self:
        cls = type(self)
        request = await cls.compare_and_set(
            (cls.id == self.id) & (cls.status == "pending"),
            {
                cls.status: status,
                cls.reason: reason,
                cls.decided_by_name: by.username,
                cls.decided_at: now(),
                cls.version: cls.version + 1,
            },
        )
        if request is None:
            decided = await cls.by_id(self.id)
            assert decided is not None
            assert decided.decided_at is not None, "a request that is not pending has been decided"
            raise Conflict(
                say(
                    "This request was decided before you: {status} (by {name}, {at}). Nothing was changed.",
                    status=state(decided.status),
                    name=decided.decided_by_name,
                    at=decided.decided_at,
                )
            )
        await CustomerAccount.mark_pending(request.account, None)
        event: Callable[..., Event] = getattr(KINDS[request.kind], status)
        record(event(client=request.owner, request=request.id, account=request.account), by=by)
        return request


async def _prolong(request: AccountRequest, account: CustomerAccount, by: Actor) -> None:
    await account.prolong(request.days, by)


async def _move(request: AccountRequest, account: CustomerAccount, by: Actor) -> None:
    if (account.platform, account.account_number) == (request.to_platform, request.to_number):
        raise Conflict(say("This account has been moved there already ({change}).", change=account.last_change))
    await account.relocate(request.to_platform, request.to_number, by)


def _check_extendable(account: CustomerAccount) -> None:
    if account.plan == "lifetime":
        raise Conflict(say("This account cannot be extended: it never ends."))
    if not account.extendable:
        raise Conflict(say("This account cannot be extended: it is suspended ({change}).", change=account.last_change))


def _check_movable(account: CustomerAccount) -> None:
    if account.status == "suspended":
        raise Conflict(say("This account cannot be moved: it is suspended ({change}).", change=account.last_change))


KINDS: Mapping[str, Kind] = {
    "extension": Kind(
        ExtensionRequested, ExtensionWithdrawn, ExtensionApproved, ExtensionRejected, _prolong, _check_extendable
    ),
    "move": Kind(MoveRequested, MoveWithdrawn, MoveApproved, MoveRejected, _move, _check_movable),
}
"""One table, one page and one decision for all of them."""
