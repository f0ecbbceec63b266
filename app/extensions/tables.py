from __future__ import annotations

from typing import Any, Self

from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz, Varchar

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.db import transaction
from app.errors import MARKED, Conflict, Invalid, NotFound
from app.extensions.events import ExtensionApproved, ExtensionRejected, ExtensionRequested, ExtensionWithdrawn
from app.i18n.message import say, say_count
from app.labels import state
from app.licences import key as licence_key
from app.licences.plans import PLANS
from app.listings.row import OwnedRow
from app.live.event import Actor
from app.live.log import record
from app.people.tables import Person

STATUSES = ("pending", "approved", "rejected", "withdrawn")
EXTENSION_PLANS = tuple(plan for plan in PLANS if plan != "lifetime")
MOST_NOTE = 500
"""Characters of a note or a reason."""
REASON = say("Say why in 1 to {most} characters; the client will read it.", most=MOST_NOTE)


class ExtensionRequest(OwnedRow, tablename="extension_request"):
    """At most one per account is pending: a partial unique index holds that."""

    event_field = "request"

    id = Serial(primary_key=True)
    account = ForeignKey(references=CustomerAccount)
    owner = ForeignKey(references=Person)
    owner_name = Varchar(length=32)
    licence = Varchar(length=25)
    platform = Varchar(length=3)
    account_number = Varchar(length=12)
    days = Integer()
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

    def facts(self) -> dict[str, Any]:
        return {"days": say_count("{count} day", "{count} days", self.days), "reason": self.reason}

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "account_id": self.account,
            "days": self.days,
            "status": self.status,
            "note": self.note,
            "reason": self.reason,
        }

    @classmethod
    async def of(cls, person: Person, request_id: int) -> Self:
        """The request if it is theirs, or they are an admin; NotFound otherwise."""
        request = await cls.by_id(request_id)
        if request is None or not (person.is_admin or request.owner == person.id):
            raise NotFound(say("There is no such extension request."))
        return request

    @classmethod
    async def ask(cls, account: CustomerAccount, plan: str, note: str, by: Actor) -> Self:
        """Raises Invalid for a plan without days or a note too long, Conflict when the account cannot be extended
        or a request waits already."""
        fields = {}
        if plan not in EXTENSION_PLANS:
            fields["plan"] = say("Choose one of {choices} days.", choices=", ".join(EXTENSION_PLANS))
        if len(note) > MOST_NOTE:
            fields["note"] = say("Use at most {most} characters.", most=MOST_NOTE)
        if fields:
            raise Invalid(MARKED, fields)
        async with transaction():
            request = await cls.add(
                {
                    cls.account: account.id,
                    cls.owner: account.owner,
                    cls.owner_name: account.owner_name,
                    cls.licence: account.licence,
                    cls.platform: account.platform,
                    cls.account_number: account.account_number,
                    cls.days: int(plan),
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
            account = await account.fresh()
            if not account.extendable:
                if account.plan == "lifetime":
                    raise Conflict(say("This account cannot be extended: it never ends."))
                raise Conflict(
                    say("This account cannot be extended: it is suspended ({change}).", change=account.last_change)
                )
            record(ExtensionRequested(client=request.owner, request=request.id, account=account.id), by=by)
        return request

    async def withdraw(self, by: Actor) -> Self:
        async with transaction():
            request = await self._decide("withdrawn", "", by)
            record(ExtensionWithdrawn(client=request.owner, request=request.id, account=request.account), by=by)
        return request

    async def approve(self, by: Actor) -> Self:
        """Raises Conflict when someone was first, or the account cannot be extended any more."""
        async with transaction():
            request = await self._decide("approved", "", by)
            account = await CustomerAccount.by_id(request.account)
            assert account is not None
            await account.prolong(request.days, by)
            record(ExtensionApproved(client=request.owner, request=request.id, account=request.account), by=by)
        return request

    async def reject(self, reason: str, by: Actor) -> Self:
        """Raises Invalid without a reason: the client reads it."""
        if not 1 <= len(reason.strip()) <= MOST_NOTE:
            raise Invalid(MARKED, {"reason": REASON})
        async with transaction():
            request = await self._decide("rejected", reason.strip(), by)
            record(ExtensionRejected(client=request.owner, request=request.id, account=request.account), by=by)
        return request

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
        return request
