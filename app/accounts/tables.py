from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from piccolo.columns import Column, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.custom_types import Combinable
from piccolo.querystring import QueryString

from app.accounts.events import (
    AccountCreated,
    AccountExpired,
    AccountExpiringSoon,
    AccountExtended,
    AccountExtensionUndone,
    AccountMoved,
    AccountRestored,
    AccountSuspended,
    TrialStarted,
)
from app.clock import now
from app.db import transaction
from app.db.fetch import fetch, for_update, placeholders
from app.db.portions import in_portions
from app.errors import MARKED, Conflict, Invalid, NotFound
from app.i18n.message import Message, say
from app.installations.events import ServerReleased
from app.installations.tables import MOST_SAID, Installation
from app.labels import state
from app.licences import key as licence_key
from app.licences.plans import DEFAULT_PRODUCT, TRIAL, check_licence, end_of, plan_label
from app.licences.reasons import checked_reason
from app.listings.row import OwnedRow
from app.live.event import SYSTEM, Actor
from app.live.log import record
from app.people.tables import Person
from app.products.tables import MOST_SLUG, MOST_TRIAL_DAYS, Product

STATUSES = ("valid", "expired", "suspended")
MOST_DAYS = 3650
NOTICES = (1, 7)
"""Days before its end at which an account's owner is notified, once each."""
START, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
"""As moments are said in a URL."""
MOST_AT_ONCE = 200
"""Accounts in one transaction."""
AT_A_TIME = 100
"""Rows that one run of the scheduler works through, a transaction each; between two of them other tasks run, as
nothing in them suspends by itself on SQLite."""


class CustomerAccount(OwnedRow, tablename="customer_account"):
    """A running licence. `licence` is the key of the code it came from, or a key of its own."""

    event_field = "account"
    page, own_page = "/admin/accounts/{}", "/accounts/{}"
    nothing = say("There is no such account.")

    id = Serial(primary_key=True)
    owner = ForeignKey(references=Person)
    owner_name = Varchar(length=32)
    """A copy: user names never change, and every list shows and searches them."""
    licence = Varchar(length=25)
    platform = Varchar(length=3)
    account_number = Varchar(length=12)
    plan = Varchar(length=8)
    product = Varchar(length=MOST_SLUG, default=DEFAULT_PRODUCT)
    """Its slug."""
    status = Varchar(length=10)
    expires_at = Timestamptz(null=True, default=None)
    """None: lifetime."""
    origin = Varchar(length=6)
    """`code`, `manual` or `trial`: a trial is for demo accounts only."""
    server = Varchar(length=MOST_SAID, default="")
    """Of the broker, to which the first use has bound it; empty: to none yet."""
    robots_running = Integer(default=0)
    robot_seen_at = Timestamptz(null=True, default=None)
    """When the last of its robots was seen, as of the last that came or went; None: none ever was."""
    pending_extension = Integer(null=True, default=None)
    """The request that waits for a decision, so that the row can say so."""
    noticed = Integer(null=True, default=None)
    """The last of NOTICES that its owner got for the present end, or need not get (`_needless_notice`)."""
    created_at = Timestamptz()
    changed_at = Timestamptz()
    changed_by = Varchar(length=32)
    version = Integer(default=1)

    @property
    def grouped_key(self) -> str:
        return licence_key.grouped(self.licence)

    @property
    def licence_anchor(self) -> str:
        return licence_key.anchor(self.licence)

    @property
    def place_by_end(self) -> str:
        """Among all accounts sorted by their end: its end in microseconds since 1970, and its id. It names a place and
        no row, so that a page that begins behind it stays where it is when that row's end is moved."""
        end = "never" if self.expires_at is None else (self.expires_at - START) // MICROSECOND
        return f"{end}.{self.id}"

    @property
    def extendable(self) -> bool:
        return self.plan != "lifetime" and self.status != "suspended"

    @property
    def render_key(self) -> tuple[Any, ...]:
        return (
            self.version, self.status, self.expires_at, self.pending_extension, self.robots_running, self.robot_seen_at,
        )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {
            "owner": self.owner_name,
            "code": self.grouped_key,
            "plan": plan_label(self.plan),
            "where": self.where,
        }

    def about(self) -> str:
        return say(" about the account on {where}", where=self.where)

    @property
    def actions(self) -> Sequence[tuple[str, Action]]:
        """What an admin can do with it now, extending and moving aside."""
        return [(name, action) for name, action in FROM_STATUS.get(self.status, ()) if action.is_offered(self)]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "licence": self.grouped_key,
            "owner": self.owner_name,
            "platform": self.platform,
            "account_number": self.account_number,
            "plan": self.plan,
            "status": self.status,
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
            "origin": self.origin,
            "product": self.product,
        }

    @classmethod
    async def open(
        cls, owner_id: int, owner_name: str, *, licence: str, platform: str, account_number: str, plan: str,
        product: str, origin: str, by: Actor,
    ) -> Self:  # fmt: skip
        """A new account that runs from now; no event of its own: the verb that opens it records one.

        Raises Conflict for a key that has one, and for a second trial of a product (both are unique indexes)."""
        at = now()
        end = end_of(plan, at)
        account = await cls.add(
            {
                cls.owner: owner_id,
                cls.owner_name: owner_name,
                cls.licence: licence,
                cls.platform: platform,
                cls.account_number: account_number,
                cls.plan: plan,
                cls.product: product,
                cls.status: "valid",
                cls.expires_at: end,
                cls.noticed: _needless_notice(end - at) if end else None,
                cls.origin: origin,
                cls.created_at: at,
                cls.changed_at: at,
                cls.changed_by: by.username,
            }
        )
        if account is None:
            if origin == "trial":
                raise Conflict(say("{owner} has had a trial of this product: extend that one.", owner=owner_name))
            raise Conflict(say("There is an account for this licence already."))
        return account

    @classmethod
    async def create(
        cls, username: str, *, platform: str, account_number: str, plan: str, by: Actor, product: str = "",
        trial_days: int = 0,
    ) -> Self:  # fmt: skip
        """By hand, with a key of its own; with the plan TRIAL for so many days, on demo accounts only.

        Raises Invalid for an unknown user, a licence that makes no sense, or a product that is not on sale; Conflict
        for a second trial of a product."""
        if plan == TRIAL:
            if not 1 <= trial_days <= MOST_TRIAL_DAYS:
                raise Invalid(MARKED, {"trial_days": say("Enter 1 to {most} days.", most=MOST_TRIAL_DAYS)})
            plan, origin = str(trial_days), "trial"
            check_licence(platform, account_number)
        else:
            origin = "manual"
            check_licence(platform, account_number, plan)
        owner = await Person.named(username)
        if owner is None or owner.role != "client":
            raise Invalid(MARKED, {"username": say("There is no client called “{name}”.", name=username)})
        sold = await Product.sold_as(product)
        async with transaction():
            account = await cls.open(
                owner.id, owner.username, licence=licence_key.new_key(), platform=platform,
                account_number=account_number, plan=plan, product=sold.slug, origin=origin, by=by,
            )  # fmt: skip
            record(AccountCreated(client=account.owner, account=account.id), by=by)
        return account

    @classmethod
    async def start_trial(cls, owner: Person, *, platform: str, account_number: str, product: str = "") -> Self:
        """By the client, once for each product that offers it. Raises Invalid and Conflict."""
        check_licence(platform, account_number)
        sold = await Product.sold_as(product)
        if sold.trial_days is None:
            raise Conflict(say("There is no trial of {product}. Nothing was changed.", product=sold.name))
        async with transaction():
            account = await cls.open(
                owner.id, owner.username, licence=licence_key.new_key(), platform=platform,
                account_number=account_number, plan=str(sold.trial_days), product=sold.slug, origin="trial", by=owner,
            )  # fmt: skip
            record(TrialStarted(client=account.owner, account=account.id), by=owner)
        return account

    async def extend(self, days: int, by: Actor) -> Self:
        if not 1 <= days <= MOST_DAYS:
            raise Invalid(MARKED, {"days": say("Enter 1 to {most} days.", most=MOST_DAYS)})
        async with transaction():
            account, before = await self.prolong(days, by)
            record(AccountExtended(client=account.owner, account=account.id, days=days, before=before), by=by)
        return account

    async def prolong(self, days: int, by: Actor) -> tuple[Self, datetime]:
        """expires_at = max(now, expires_at) + days, by compare-and-set: two at once add up. With the end before.

        Raises Conflict for accounts that cannot be extended. Ends, because every round that fails means that
        somebody else's succeeded.
        """
        account = self
        while True:
            if account.plan == "lifetime" or account.expires_at is None:
                raise Conflict(say("A lifetime account has no end, so it cannot be extended."))
            if account.status == "suspended":
                raise Conflict(
                    say(
                        "This account is suspended ({change}). Restore it before you extend it.",
                        change=account.last_change,
                    )
                )
            at = now()
            try:
                end = max(at, account.expires_at) + timedelta(days=days)
            except OverflowError:
                raise Invalid(MARKED, {"days": say("That end is too far away.")}) from None
            extended = await self._change(
                account.id,
                (CustomerAccount.expires_at == account.expires_at) & (CustomerAccount.status == account.status),
                by,
                {
                    CustomerAccount.expires_at: end,
                    CustomerAccount.status: "valid",
                    CustomerAccount.noticed: _needless_notice(end - at),
                },
            )
            if extended is not None:
                return extended, account.expires_at
            account = await self.fresh()

    async def suspend(self, by: Actor, reason: str = "") -> Self:
        """Raises Invalid for a reason too long."""
        reason = checked_reason(reason)
        async with transaction():
            account = await self._change(
                self.id, CustomerAccount.status == "valid", by, {CustomerAccount.status: "suspended"}
            )
            if account is None:
                raise await self._conflict("suspended")
            record(AccountSuspended(client=account.owner, account=account.id, reason=reason), by=by)
        return account

    async def restore(self, by: Actor) -> Self:
        """Back to what it would be now: valid, or expired if its time has run out meanwhile."""
        # By the end that the row has when it is written: it may have been moved since we read it. No end is no end.
        status = QueryString("CASE WHEN expires_at <= {} THEN 'expired' ELSE 'valid' END", now())
        async with transaction():
            account = await self._change(
                self.id, CustomerAccount.status == "suspended", by, {CustomerAccount.status: status}
            )
            if account is None:
                raise await self._conflict("restored")
            record(AccountRestored(client=account.owner, account=account.id), by=by)
        return account

    @classmethod
    async def act_on_selected(
        cls, ids: Collection[int], action: str, by: Actor, *, reason: str = "", days: int = 0,
        statuses: Collection[str] = STATUSES,
    ) -> list[Self]:  # fmt: skip
        """One action of BULK on those of many accounts to which it can happen, in portions of MOST_AT_ONCE: each is all
        or none. Raises Invalid, and Conflict where nothing can be done."""
        if action not in BULK:
            raise Invalid(MARKED, {"action": say("Choose one of {choices}.", choices=", ".join(BULK))})
        accounts = await cls.by_ids(ids)
        keys = sorted(key for key, each in accounts.items() if each.status in statuses and BULK[action].is_for(each))
        if not keys:
            raise Conflict(say("None of the selected accounts allows this now. Nothing was changed."))

        async def act(portion: Sequence[int]) -> list[Self]:
            async with transaction():
                changed = []
                for key in portion:
                    changed.append(await BULK[action].verb(accounts[key], by, reason, days))
                    await asyncio.sleep(0)  # nothing in it suspends on SQLite
            return changed

        return await in_portions(keys, MOST_AT_ONCE, act, ends=Conflict)

    async def move(self, platform: str, account_number: str, by: Actor) -> Self:
        """To another trading account, by hand. Raises Invalid and Conflict."""
        async with transaction():
            account = await self.relocate(platform, account_number, by)
            moved = AccountMoved(client=account.owner, account=account.id, before=self.where, after=account.where)
            record(moved, by=by)
        return account

    async def relocate(self, platform: str, account_number: str, by: Actor) -> Self:
        """Within a transaction: from now on the licence is for that trading account, is bound to no server, and all its
        seats are free. No event of its own: the verb that does it records one."""
        check_licence(platform, account_number)
        if (platform, account_number) == (self.platform, self.account_number):
            raise Invalid(MARKED, {"account_number": say("The licence is for this account already.")})
        account = await self._change(
            self.id,
            (CustomerAccount.status != "suspended")
            & (CustomerAccount.platform == self.platform)
            & (CustomerAccount.account_number == self.account_number),
            by,
            {
                CustomerAccount.platform: platform, CustomerAccount.account_number: account_number,
                CustomerAccount.server: "", CustomerAccount.robots_running: 0,
            },
        )  # fmt: skip
        if account is None:
            raise await self._conflict("moved")
        await Installation.free_all(account.id)
        return account

    async def release_server(self, by: Actor) -> Self:
        """Its next use binds it anew. Raises Conflict where it is bound to none."""
        async with transaction():
            account = await self._change(
                self.id, (CustomerAccount.server == self.server) & (CustomerAccount.server != ""), by,
                {CustomerAccount.server: ""},
            )  # fmt: skip
            if account is None:
                raise Conflict(say("This account is bound to no server. Nothing was changed."))
            record(ServerReleased(client=account.owner, account=account.id, server=self.server), by=by)
        return account

    @classmethod
    async def bind_server(cls, account_id: int, server: str) -> None:
        """With a robot's first use of it, which is recorded by whoever sees that."""
        await cls.update({cls.server: server}).where((cls.id == account_id) & (cls.server == ""))

    @classmethod
    async def count_robots(cls, account_id: int) -> Self:
        """Within a transaction that has changed its installations. To the admins, and to `changed_by`, the account is
        what it was."""
        [row] = await fetch(
            "UPDATE customer_account SET "
            "robots_running = (SELECT COUNT(*) FROM installation WHERE account = {} AND status = 'running'), "
            "robot_seen_at = (SELECT MAX(last_seen_at) FROM installation WHERE account = {}) "
            "WHERE id = {} RETURNING *",
            account_id, account_id, account_id,
        )  # fmt: skip
        return cls._written(row)

    async def take_back(self, extension: AccountExtended, by: Actor) -> Self:
        """Back to the end before an extension, if nothing has changed since this row was read."""
        assert extension.before is not None
        at, end = now(), extension.before
        async with transaction():
            account = await self._change(
                self.id, CustomerAccount.version == self.version, by,
                {
                    CustomerAccount.expires_at: end,
                    CustomerAccount.status: "valid" if end > at else "expired",
                    CustomerAccount.noticed: _needless_notice(end - at),
                },
            )  # fmt: skip
            if account is None:
                raise (await self.fresh()).changed_since()
            record(AccountExtensionUndone(client=account.owner, account=account.id, days=extension.days), by=by)
        return account

    def changed_since(self) -> Conflict:
        """Of what cannot be undone any more."""
        return Conflict(
            say(
                "This account has been changed since ({change}): it is {status}. Nothing was undone.",
                change=self.last_change,
                status=state(self.status),
            )
        )

    @classmethod
    async def suspend_licence(cls, licence: str, by: Actor) -> Self | None:
        """With its cancelled code; None when there was nothing to suspend."""
        account = await cls.licensed(licence)
        if account is None:
            return None
        return await cls._change(account.id, cls.status == "valid", by, {cls.status: "suspended"})

    @classmethod
    async def end_licence(cls, licence: str, by: Actor) -> Self | None:
        """With its expired code: the account ends now; None when it had ended before."""
        account = await cls.licensed(licence)
        if account is None:
            return None
        return await cls._change(account.id, cls.status.is_in(["valid", "suspended"]), by, account._ended())

    @classmethod
    async def hold_licences(cls, licences: Sequence[str]) -> None:
        """Within a transaction that changes several of them: nobody else does meanwhile."""
        if licences:
            where = f"licence IN ({placeholders(len(licences))})"
            await fetch(f"SELECT id FROM customer_account WHERE {where} ORDER BY id{for_update()}", *licences)

    @classmethod
    async def licensed(cls, licence: str) -> Self | None:
        accounts = await cls.matching(cls.licence == licence)
        return accounts[0] if accounts else None

    def _ended(self) -> Mapping[Column, Any]:
        at = now()
        end = at if self.expires_at is None else min(at, self.expires_at)
        return {CustomerAccount.status: "expired", CustomerAccount.expires_at: end}

    @classmethod
    async def expire_due(cls) -> int:
        """The scheduler's: ends the accounts whose time is over. Gives how many it went through."""
        due = (cls.status == "valid") & (cls.expires_at <= now())
        rows = await cls.select(cls.id).where(due).order_by(cls.expires_at).limit(AT_A_TIME)
        for row in rows:
            async with transaction():
                if expired := await cls._change(row["id"], due, SYSTEM, {cls.status: "expired"}):
                    record(AccountExpired(client=expired.owner, account=expired.id), by=SYSTEM)
            await asyncio.sleep(0)
        return len(rows)

    @classmethod
    async def notice_due(cls) -> int:
        """The scheduler's: notifies owners 7 days and 1 day before the end, once each, unless the account ran no longer
        than that in the first place; one that was missed is not made up for when the next is due."""
        row_count, least = 0, 0
        for days in NOTICES:
            at = now()
            due = (
                (cls.status == "valid")
                & (cls.expires_at > at + timedelta(days=least))
                & (cls.expires_at <= at + timedelta(days=days))
                & (cls.noticed.is_null() | (cls.noticed > days))
            )
            least = days
            for row in await cls.select(cls.id).where(due).order_by(cls.expires_at).limit(AT_A_TIME):
                row_count += 1
                async with transaction():
                    # To the admins, and to `changed_by`, the account is what it was.
                    if account := await cls.compare_and_set((cls.id == row["id"]) & due, {cls.noticed: days}):
                        record(AccountExpiringSoon(client=account.owner, account=account.id, days=days), by=SYSTEM)
                await asyncio.sleep(0)
        return row_count

    @classmethod
    async def mark_pending(cls, account_id: int, request: int | None) -> None:
        """Only its owner's row says so: to the admins, and to `changed_by`, the account is what it was."""
        await cls.update({cls.pending_extension: request}).where(cls.id == account_id)

    async def fresh(self) -> Self:
        account = await type(self).by_id(self.id)
        if account is None:
            raise NotFound(self.nothing)
        return account

    @classmethod
    async def _change(
        cls, account_id: int, condition: Combinable, by: Actor, values: Mapping[Column, Any]
    ) -> Self | None:
        return await cls.compare_and_set(
            (cls.id == account_id) & condition,
            {**values, cls.changed_at: now(), cls.changed_by: by.username, cls.version: cls.version + 1},
        )

    async def _conflict(self, end: str) -> Conflict:
        account = await self.fresh()
        return Conflict(
            say(
                "This account is {status} ({change}), so it cannot be {end}. Nothing was changed.",
                status=state(account.status),
                change=account.last_change,
                end=state(end),
            )
        )

    @property
    def last_change(self) -> Message:
        return say("by {name}, {at}", name=self.changed_by, at=self.changed_at)


@dataclass(frozen=True)
class Action:
    """What an admin does with an account by one click, and in which states it is offered."""

    start: tuple[str, ...]
    verb: Callable[[CustomerAccount, Actor, str], Awaitable[CustomerAccount]]
    """With the reason, empty if none is given."""
    danger: bool = False
    """Takes something away from the client, who reads the reason."""
    is_offered: Callable[[CustomerAccount], bool] = lambda account: True


ACTIONS: Mapping[str, Action] = {
    "suspend": Action(("valid",), CustomerAccount.suspend, danger=True),
    "restore": Action(("suspended",), lambda account, by, _: account.restore(by)),
    "release": Action(
        STATUSES, lambda account, by, _: account.release_server(by), is_offered=lambda account: bool(account.server)
    ),
}


@dataclass(frozen=True)
class Bulk:
    """What can be done with many accounts at once."""

    start: tuple[str, ...]
    verb: Callable[[Any, Actor, str, int], Awaitable[Any]]
    """With the reason, and the days; each where there is one."""
    asks: bool = True
    is_for: Callable[[CustomerAccount], bool] = lambda account: True
    takes: str = ""
    """`reason`, or `days`; empty: neither."""


BULK: Mapping[str, Bulk] = {
    "extend": Bulk(
        ("valid", "expired"), lambda account, by, _, days: account.extend(days, by), takes="days",
        is_for=lambda account: account.extendable,
    ),
    "suspend": Bulk(
        ("valid",), lambda account, by, reason, _: account.suspend(by, reason), takes="reason",
        is_for=lambda account: account.status == "valid",
    ),
    "restore": Bulk(
        ("suspended",), lambda account, by, _, __: account.restore(by), asks=False,
        is_for=lambda account: account.status == "suspended",
    ),
}  # fmt: skip

FROM_STATUS: Mapping[str, Sequence[tuple[str, Action]]] = {
    status: tuple((name, action) for name, action in ACTIONS.items() if status in action.start) for status in STATUSES
}


def _needless_notice(term: timedelta) -> int | None:
    """The first of NOTICES that an account need not get which runs for `term` from now on: it would get it at once.

    What counts is the present term, however it came about: from the activation, the creation by hand or the last
    extension to the end. So a plan of 7 days gets the notice of its last day only; extended by 30, of its last 7 days
    too; and one that had ended and got 3 days more gets no notice at once that these are fewer than 7.
    """
    return next((days for days in sorted(NOTICES) if term <= timedelta(days=days)), None)
