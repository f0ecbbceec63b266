from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from piccolo.columns import ForeignKey, Integer, Serial, Timestamptz, Varchar

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.events import (
    CodeActivated,
    CodeCancelled,
    CodeCompleted,
    CodeCorrected,
    CodeExpired,
    CodeGenerated,
    CodeTakenBack,
)
from app.db import transaction
from app.db.fetch import fetch, for_update, placeholders
from app.db.portions import in_portions
from app.db.row import MOST_KEY
from app.errors import MARKED, Conflict, Invalid, NotFound
from app.i18n.message import say
from app.labels import state
from app.licences import key as licence_key
from app.licences.plans import DEFAULT_PRODUCT, check_licence, plan_label
from app.licences.reasons import checked_reason
from app.listings.row import OwnedRow
from app.live.event import SYSTEM, Actor, Event
from app.live.log import record
from app.people.tables import Person
from app.products.tables import MOST_SLUG, Product

STATUSES = ("pending", "activated", "completed", "cancelled", "expired")
AT_A_TIME = 100
MOST_AT_ONCE = 200
"""Codes in one action."""


@dataclass(frozen=True)
class Transition:
    """One arrow of the state diagram: from where, to where, what it is called when it has happened, and what an
    activated code's account does with it."""

    start: tuple[str, ...]
    end: str
    event: Callable[..., Event]
    account: Callable[[TradingCode, Actor], Awaitable[CustomerAccount | None]]
    consequence: tuple[str, str] | None = None
    """What a person reads before they confirm it, of one code and of several; None: it is done without asking."""
    danger: bool = False
    """Takes something away from the client."""
    takes_reason: bool = False
    """Whether its event says why, if somebody has said it."""

    @property
    def final(self) -> bool:
        return not FROM_STATUS[self.end]


class TradingCode(OwnedRow, tablename="trading_code"):
    """A licence key for a trading robot, bound to a platform and an account number there, for a plan."""

    event_field = "code"
    page, own_page = "/admin/codes/{}", "/codes/{}"
    nothing = say("There is no such code.")

    id = Serial(primary_key=True)
    code = Varchar(length=25)
    owner = ForeignKey(references=Person)
    owner_name = Varchar(length=32)
    platform = Varchar(length=3)
    account_number = Varchar(length=12)
    plan = Varchar(length=8)
    product = Varchar(length=MOST_SLUG, default=DEFAULT_PRODUCT)
    """Its slug."""
    status = Varchar(length=10)
    request_key = Varchar(length=MOST_KEY, null=True, default=None)
    created_at = Timestamptz()
    changed_at = Timestamptz()
    changed_by = Varchar(length=32)
    version = Integer(default=1)

    @property
    def grouped_key(self) -> str:
        return licence_key.grouped(self.code)

    @property
    def licence_anchor(self) -> str:
        return licence_key.anchor(self.code)

    @property
    def render_key(self) -> tuple[Any, ...]:
        return self.version, self.status

    def facts(self) -> dict[str, Any]:
        return {
            "owner": self.owner_name,
            "code": self.grouped_key,
            "plan": plan_label(self.plan),
            "where": self.where,
        }

    def about(self) -> str:
        return say(" about code {code}", code=self.grouped_key)

    @property
    def transitions(self) -> Sequence[tuple[str, Transition]]:
        """What can happen to it now, by the action's name."""
        return FROM_STATUS.get(self.status, ())

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "code": self.grouped_key,
            "owner": self.owner_name,
            "platform": self.platform,
            "account_number": self.account_number,
            "plan": self.plan,
            "status": self.status,
            "created_at": self.created_at.isoformat(),
            "product": self.product,
        }

    @classmethod
    async def generate(
        cls, owner: Person, *, platform: str, account_number: str, plan: str, product: str = "",
        request_key: str | None = None,
    ) -> Self:  # fmt: skip
        """A pending code. The same request_key of the same owner gives the same code again.

        Raises Invalid, also for a product that is not on sale, and Conflict for a request_key under which something
        else was generated.
        """
        check_licence(platform, account_number, plan)
        if request_key is not None and not 1 <= len(request_key) <= MOST_KEY:
            raise Invalid(MARKED, {"request_key": say("Use 1 to {most} characters.", most=MOST_KEY)})
        sold, at = await Product.sold_as(product), now()
        async with transaction():
            code = await cls.add(
                {
                    cls.code: licence_key.new_key(),
                    cls.owner: owner.id,
                    cls.owner_name: owner.username,
                    cls.platform: platform,
                    cls.account_number: account_number,
                    cls.plan: plan,
                    cls.product: sold.slug,
                    cls.status: "pending",
                    cls.request_key: request_key,
                    cls.created_at: at,
                    cls.changed_at: at,
                    cls.changed_by: owner.username,
                }
            )
            if code is not None:
                record(CodeGenerated(client=owner.id, code=code.id), by=owner)
                return code
        [code] = await cls.matching((cls.owner == owner.id) & (cls.request_key == request_key))
        before = code.platform, code.account_number, code.plan, code.product
        if before != (platform, account_number, plan, sold.slug):
            raise Conflict(
                say(
                    "What you sent before has generated code {code} ({plan}, {where}); nothing was generated now. "
                    "Press again to generate this one too.",
                    **code.facts(),
                ),
                {"request_key": say("This key belongs to another code: use a new one.")},
            )
        return code

    @classmethod
    async def licensed(cls, licence: str) -> Self | None:
        codes = await cls.matching(cls.code == licence)
        return codes[0] if codes else None

    async def take_back(self, by: Actor) -> Self:
        """By its client: a pending code is cancelled. Raises Conflict for any other."""
        async with transaction():
            code = await self._move(self.id, ("pending",), "cancelled", by)
            if code is None:
                raise await self._pending_no_more()
            record(CodeTakenBack(client=code.owner, code=code.id), by=by)
        return code

    async def correct(self, platform: str, account_number: str, by: Actor) -> Self:
        """By its client: a pending code is for another trading account. Raises Invalid for one that makes no sense or
        is the same, Conflict for a code that is not pending, or has been corrected since it was read."""
        check_licence(platform, account_number)
        cls = type(self)
        if (platform, account_number) == (self.platform, self.account_number):
            raise Invalid(MARKED, {"account_number": say("The code is for this account already.")})
        async with transaction():
            code = await cls.compare_and_set(
                (cls.id == self.id) & (cls.status == "pending") & (cls.version == self.version),
                {
                    cls.platform: platform, cls.account_number: account_number, cls.changed_at: now(),
                    cls.changed_by: by.username, cls.version: cls.version + 1,
                },
            )  # fmt: skip
            if code is None:
                raise await self._pending_no_more()
            record(CodeCorrected(client=code.owner, code=code.id, before=self.where, after=code.where), by=by)
        return code

    async def _pending_no_more(self) -> Conflict | NotFound:
        code = await type(self).by_id(self.id)
        if code is None:
            return NotFound(self.nothing)
        if code.status == "pending":
            return Conflict(
                say(
                    "Code {code} is for {where} now (by {name}, {at}). Nothing was changed.",
                    code=code.grouped_key, where=code.where, name=code.changed_by, at=code.changed_at,
                )
            )  # fmt: skip
        return Conflict(
            say(
                "Code {code} is {status} (by {name}, {at}): this cannot be done any more. Nothing was changed.",
                code=code.grouped_key, status=state(code.status), name=code.changed_by, at=code.changed_at,
            )
        )  # fmt: skip

    @classmethod
    async def act(cls, ids: Collection[int], action: str, by: Actor, reason: str = "") -> list[Self]:
        """One action on several codes: one transaction, an event for each, all or none.

        Raises NotFound, Conflict (someone was first), Invalid for an unknown action or a reason too long.
        """
        reason = checked_reason(reason)
        if action not in TRANSITIONS:
            raise unknown_action()
        if not 1 <= len(ids) <= MOST_AT_ONCE:
            raise Invalid(MARKED, {"code_id": say("Select 1 to {most} codes.", most=MOST_AT_ONCE)})
        changed, keys = [], sorted(set(ids))
        async with transaction():
            # In one order for everybody, so that two batches never wait for each other.
            if len(keys) > 1:
                await cls._hold(keys)
            for code_id in keys:
                changed.append(await cls._act(code_id, TRANSITIONS[action], by, reason))
                await asyncio.sleep(0)  # nothing in it suspends on SQLite: two hundred would hold the event loop
        return changed

    @classmethod
    async def _hold(cls, keys: Sequence[int]) -> None:
        """Their accounts too: in the order of their own, in which whoever acts on many accounts goes through them."""
        rows = await fetch(
            f"SELECT code FROM trading_code WHERE id IN ({placeholders(len(keys))}) ORDER BY id{for_update()}", *keys
        )
        await CustomerAccount.hold_licences([row["code"] for row in rows])

    @classmethod
    async def act_on_selected(
        cls, ids: Collection[int], action: str, by: Actor, reason: str = "", statuses: Collection[str] = STATUSES
    ) -> list[Self]:
        """One action on those of many codes to which it can happen, in portions of MOST_AT_ONCE: each is all or none.
        Where somebody is first in a later portion, what was done before stays, and the others are left as they are.

        Raises Invalid for an unknown action, Conflict where nothing can be done."""
        if action not in TRANSITIONS:
            raise unknown_action()
        start = [status for status in TRANSITIONS[action].start if status in statuses]
        codes = (await cls.by_ids(ids)).values()
        keys = sorted(code.id for code in codes if code.status in start)
        if not keys:
            raise Conflict(
                say(
                    "None of the selected codes can become {end} now. Nothing was changed.",
                    end=state(TRANSITIONS[action].end),
                )
            )
        return await in_portions(
            keys, MOST_AT_ONCE, lambda portion: cls.act(portion, action, by, reason), ends=Conflict
        )

    async def activate(self, by: Actor) -> Self:
        return (await self.act([self.id], "activate", by))[0]

    async def complete(self, by: Actor) -> Self:
        return (await self.act([self.id], "complete", by))[0]

    async def cancel(self, by: Actor, reason: str = "") -> Self:
        return (await self.act([self.id], "cancel", by, reason))[0]

    async def expire(self, by: Actor) -> Self:
        return (await self.act([self.id], "expire", by))[0]

    @classmethod
    async def expire_unused(cls, ttl: timedelta) -> int:
        """The scheduler's: expires pending codes older than `ttl`. Gives how many it went through."""
        old = (cls.status == "pending") & (cls.created_at <= now() - ttl)
        rows = await cls.select(cls.id).where(old).order_by(cls.created_at).limit(AT_A_TIME)
        for row in rows:
            async with transaction():
                if code := await cls._move(row["id"], ("pending",), "expired", SYSTEM):
                    record(CodeExpired(client=code.owner, code=code.id), by=SYSTEM)
            await asyncio.sleep(0)
        return len(rows)

    @classmethod
    async def _act(cls, code_id: int, transition: Transition, by: Actor, reason: str) -> Self:
        code = await cls._move(code_id, transition.start, transition.end, by)
        if code is None:
            raise await cls._conflict(code_id, transition)
        account = await transition.account(code, by)
        more: dict[str, Any] = {} if account is None else {"account": account.id}
        if transition.takes_reason:
            more["reason"] = reason
        record(transition.event(client=code.owner, code=code.id, **more), by=by)
        return code

    @classmethod
    async def _move(cls, code_id: int, start: tuple[str, ...], end: str, by: Actor) -> Self | None:
        return await cls.compare_and_set(
            (cls.id == code_id) & cls.status.is_in(list(start)),
            {cls.status: end, cls.changed_at: now(), cls.changed_by: by.username, cls.version: cls.version + 1},
        )

    @classmethod
    async def _conflict(cls, code_id: int, transition: Transition) -> Conflict | NotFound:
        code = await cls.by_id(code_id)
        if code is None:
            return NotFound(cls.nothing)
        return Conflict(
            say(
                "Code {code} is {status} (by {name}, {at}), so it cannot become {end}. Nothing was changed.",
                code=code.grouped_key,
                status=state(code.status),
                name=code.changed_by,
                at=code.changed_at,
                end=state(transition.end),
            )
        )


def unknown_action() -> Invalid:
    return Invalid(MARKED, {"action": say("Choose one of {choices}.", choices=", ".join(TRANSITIONS))})


async def _open_account(code: TradingCode, by: Actor) -> CustomerAccount:
    return await CustomerAccount.open(
        code.owner, code.owner_name, licence=code.code, platform=code.platform, account_number=code.account_number,
        plan=code.plan, product=code.product, origin="code", by=by,
    )  # fmt: skip


async def _leave_running(code: TradingCode, by: Actor) -> None:
    return None


async def _suspend_account(code: TradingCode, by: Actor) -> CustomerAccount | None:
    return await CustomerAccount.suspend_licence(code.code, by)


async def _end_account(code: TradingCode, by: Actor) -> CustomerAccount | None:
    return await CustomerAccount.end_licence(code.code, by)


TRANSITIONS: Mapping[str, Transition] = {
    "activate": Transition(("pending",), "activated", CodeActivated, _open_account),
    "complete": Transition(
        ("activated",), "completed", CodeCompleted, _leave_running,
        (
            say("The code becomes final. Its account keeps running to the end of the plan."),
            say("The codes become final. Their accounts keep running to the end of the plan."),
        ),
    ),
    "cancel": Transition(
        ("pending", "activated"), "cancelled", CodeCancelled, _suspend_account,
        (
            say("The code is cancelled. An account that runs on it is suspended."),
            say("The codes are cancelled. An account that runs on one of them is suspended."),
        ),
        danger=True, takes_reason=True,
    ),
    "expire": Transition(
        ("pending", "activated"), "expired", CodeExpired, _end_account,
        (
            say("The code expires now. An account that runs on it ends now."),
            say("The codes expire now. An account that runs on one of them ends now."),
        ),
        danger=True,
    ),
}  # fmt: skip
"""All that can happen to a code, in the order in which it is offered."""

FROM_STATUS: Mapping[str, Sequence[tuple[str, Transition]]] = {
    status: tuple((action, transition) for action, transition in TRANSITIONS.items() if status in transition.start)
    for status in STATUSES
}
"""Completed, cancelled and expired are final: no arrow leads away from them."""
