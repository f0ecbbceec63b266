from __future__ import annotations

from datetime import datetime

from app.events import Audience, DeskEvent, Words
from app.topics import ACCOUNTS_UPDATED, ADMIN_NOTIFICATION, CLIENT_NOTIFICATION

BOTH_SIDES = Audience(admin=(ADMIN_NOTIFICATION, ACCOUNTS_UPDATED), client=(ACCOUNTS_UPDATED, CLIENT_NOTIFICATION))


class AccountCreated(DeskEvent, frozen=True, kw_only=True):
    account: int

    creates = ("account",)
    audience = BOTH_SIDES
    words = Words(
        "{by} created an account for {owner} ({plan}, {where})", "You have a new account: {plan} on {where}",
        several="{by} created {count} accounts", done="{count} accounts created", level="success",
    )  # fmt: skip


class AccountExtended(DeskEvent, frozen=True, kw_only=True):
    account: int
    days: int
    before: datetime | None = None
    """The end that it had until then; None: an older version has written this."""

    audience = BOTH_SIDES
    words = Words(
        "{by} extended the account of {owner} on {where} by {days}", "Your account on {where} runs {days} longer",
        several="{by} extended {count} accounts", done="{count} accounts extended", level="success",
    )  # fmt: skip


class AccountExtensionUndone(DeskEvent, frozen=True, kw_only=True):
    account: int
    days: int

    audience = BOTH_SIDES
    words = Words(
        "{by} took back {days} of the account of {owner} on {where}",
        "The last extension of your account on {where}, by {days}, was taken back",
        level="warning", client_level="warning",
    )  # fmt: skip


class AccountMoved(DeskEvent, frozen=True, kw_only=True):
    """By hand; at a client's request it is a MoveApproved (app/requests/events.py)."""

    account: int
    before: str
    after: str

    rekeys = ("account",)
    audience = BOTH_SIDES
    words = Words(
        "{by} moved the account of {owner} from {before} to {after}",
        "Your licence was moved from {before} to {after}", level="success",
    )  # fmt: skip


class TrialStarted(DeskEvent, frozen=True, kw_only=True):
    """By the client; by hand it is an AccountCreated."""

    account: int

    creates = ("account",)
    audience = BOTH_SIDES
    words = Words(
        "{owner} started a trial ({plan}, {where})", "Your trial runs: {plan} on {where}",
        many="{owner} started {count} trials",
    )  # fmt: skip


class AccountSuspended(DeskEvent, frozen=True, kw_only=True):
    account: int
    reason: str = ""
    """What its owner reads of why; empty: nothing was said."""

    audience = BOTH_SIDES
    words = Words(
        "{by} suspended the account of {owner} on {where}{because}", "Your account on {where} was suspended{because}",
        several="{by} suspended {count} accounts", done="{count} accounts suspended",
        level="warning", client_level="warning",
    )  # fmt: skip


class AccountRestored(DeskEvent, frozen=True, kw_only=True):
    account: int

    audience = BOTH_SIDES
    words = Words(
        "{by} restored the account of {owner} on {where}", "Your account on {where} was restored", level="success",
        several="{by} restored {count} accounts", done="{count} accounts restored",
    )  # fmt: skip


class AccountExpired(DeskEvent, frozen=True, kw_only=True):
    account: int

    audience = BOTH_SIDES
    words = Words(
        "The account of {owner} on {where} has ended", "Your account on {where} has ended",
        level="warning", client_level="warning",
    )  # fmt: skip


class AccountExpiringSoon(DeskEvent, frozen=True, kw_only=True):
    account: int
    days: int
    """7 or 1."""

    audience = BOTH_SIDES
    words = Words(
        "The account of {owner} on {where} ends within {days}", "Your account on {where} ends within {days}",
        level="warning", client_level="warning",
    )  # fmt: skip
