from __future__ import annotations

from app.events import Audience, DeskEvent, Words
from app.topics import ACCOUNTS_UPDATED, ADMIN_NOTIFICATION, CLIENT_NOTIFICATION, CODES_UPDATED

ENDS = Audience(
    admin=(ADMIN_NOTIFICATION, CODES_UPDATED, ACCOUNTS_UPDATED),
    client=(CODES_UPDATED, ACCOUNTS_UPDATED, CLIENT_NOTIFICATION),
    only_with=((ACCOUNTS_UPDATED, "account"),),
)


class CodeGenerated(DeskEvent, frozen=True, kw_only=True):
    code: int

    creates = ("code",)
    audience = Audience(admin=(ADMIN_NOTIFICATION, CODES_UPDATED), client=(CODES_UPDATED,))
    words = Words(
        "{owner} generated code {code} ({plan}, {where})", many="{owner} generated {count} codes",
        record="You generated code {code} ({plan}, {where})",
    )  # fmt: skip


class CodeCorrected(DeskEvent, frozen=True, kw_only=True):
    """By its client, as long as it is pending."""

    code: int
    before: str
    after: str

    rekeys = ("code",)
    audience = Audience(admin=(ADMIN_NOTIFICATION, CODES_UPDATED), client=(CODES_UPDATED,))
    words = Words(
        "{owner} corrected code {code} from {before} to {after}", many="{owner} corrected {count} codes",
        record="You corrected code {code} from {before} to {after}",
    )  # fmt: skip


class CodeTakenBack(DeskEvent, frozen=True, kw_only=True):
    """By its client, as long as it is pending; it is cancelled."""

    code: int

    audience = Audience(admin=(ADMIN_NOTIFICATION, CODES_UPDATED), client=(CODES_UPDATED,))
    words = Words(
        "{owner} took back code {code}", many="{owner} took back {count} codes", record="You took back code {code}"
    )


class CodeActivated(DeskEvent, frozen=True, kw_only=True):
    code: int
    account: int

    creates = ("account",)
    audience = Audience(
        admin=(ADMIN_NOTIFICATION, CODES_UPDATED, ACCOUNTS_UPDATED),
        client=(CODES_UPDATED, ACCOUNTS_UPDATED, CLIENT_NOTIFICATION),
    )
    words = Words(
        "{by} activated code {code} of {owner}", "Your code {code} is active: {plan} on {where}",
        several="{by} activated {count} codes", done="{count} codes activated", level="success",
    )  # fmt: skip


class CodeCompleted(DeskEvent, frozen=True, kw_only=True):
    code: int
    account: int | None = None
    """The account that changed with it, if one did."""

    audience = ENDS
    words = Words(
        "{by} completed code {code} of {owner}", "Your code {code} was completed",
        several="{by} completed {count} codes", done="{count} codes completed",
    )  # fmt: skip


class CodeCancelled(DeskEvent, frozen=True, kw_only=True):
    code: int
    account: int | None = None
    reason: str = ""
    """What its client reads of why; empty: nothing was said."""

    audience = ENDS
    words = Words(
        "{by} cancelled code {code} of {owner}{because}", "Your code {code} was cancelled{because}",
        several="{by} cancelled {count} codes", done="{count} codes cancelled",
        level="warning", client_level="warning",
    )  # fmt: skip


class CodeExpired(DeskEvent, frozen=True, kw_only=True):
    code: int
    account: int | None = None

    audience = ENDS
    words = Words(
        "Code {code} of {owner} expired ({by})", "Your code {code} has expired",
        several="{count} codes expired ({by})", done="{count} codes expired",
        level="warning", client_level="warning",
    )  # fmt: skip
