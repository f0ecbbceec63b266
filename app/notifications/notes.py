"""What people read about an event: one sentence for admins, one for the client concerned, and how serious it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.extensions.tables import ExtensionRequest
from app.live.event import LogEntry
from app.live.regions import Rows
from app.people.tables import Person
from app.templating import plan, plural


@dataclass(frozen=True)
class Wording:
    admin: str
    client: str = ""
    """Empty: the client is not told."""
    level: str = "info"
    client_level: str = "success"


WORDING: Mapping[str, Wording] = {
    "CodeGenerated": Wording("{owner} generated code {code} ({plan}, {where})"),
    "CodeActivated": Wording(
        "{by} activated code {code} of {owner}", "Your code {code} is active: {plan} on {where}", "success"
    ),
    "CodeCompleted": Wording("{by} completed code {code} of {owner}", "Your code {code} was completed"),
    "CodeCancelled": Wording(
        "{by} cancelled code {code} of {owner}", "Your code {code} was cancelled", "warning", "warning"
    ),
    "CodeExpired": Wording(
        "Code {code} of {owner} expired ({by})", "Your code {code} has expired", "warning", "warning"
    ),
    "ExtensionRequested": Wording("{owner} asks for {days} more on {where}"),
    "ExtensionWithdrawn": Wording("{owner} withdrew the request for {days} more on {where}"),
    "ExtensionApproved": Wording(
        "{by} approved {days} more for {owner} on {where}",
        "Your extension of {days} on {where} was approved",
        "success",
    ),
    "ExtensionRejected": Wording(
        "{by} rejected {days} more for {owner} on {where}",
        "Your extension of {days} on {where} was rejected: {reason}", "warning", "warning",
    ),
    "AccountCreated": Wording(
        "{by} created an account for {owner} ({plan}, {where})", "You have a new account: {plan} on {where}", "success"
    ),
    "AccountExtended": Wording(
        "{by} extended the account of {owner} on {where} by {days}",
        "Your account on {where} runs {days} longer",
        "success",
    ),
    "AccountSuspended": Wording(
        "{by} suspended the account of {owner} on {where}", "Your account on {where} was suspended",
        "warning", "warning",
    ),
    "AccountRestored": Wording(
        "{by} restored the account of {owner} on {where}", "Your account on {where} was restored", "success"
    ),
    "AccountExpired": Wording(
        "The account of {owner} on {where} has ended", "Your account on {where} has ended", "warning", "warning"
    ),
    "AccountExpiringSoon": Wording(
        "The account of {owner} on {where} ends within {days}", "Your account on {where} ends within {days}",
        "warning", "warning",
    ),
    "BroadcastSent": Wording("{message}", "{message}"),
    "PersonRegistered": Wording("{person} registered"),
    "PersonSuspended": Wording("{by} suspended the sign-in of {person}", level="warning"),
    "PersonRestored": Wording("{by} restored the sign-in of {person}"),
    "PasswordChanged": Wording("{by} changed the password of {person}"),
    "RoleChanged": Wording("{by} made {person} {role}", level="warning"),
}  # fmt: skip

AUDITED = tuple(WORDING)
"""The kinds that the audit trail shows."""
TELLS_CLIENTS = tuple(kind for kind, wording in WORDING.items() if wording.client and kind != "BroadcastSent")
TELLS_ADMINS = tuple(kind for kind in WORDING if not kind.startswith(("Person", "Password", "Role", "Broadcast")))


@dataclass(frozen=True)
class Note:
    """One event, as one side reads it."""

    id: int
    at: Any
    kind: str
    actor_name: str
    level: str
    text: str
    unread: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "actor": self.actor_name,
            "level": self.level,
            "text": self.text,
            "unread": self.unread,
        }


async def notes(
    entries: Sequence[LogEntry], rows: Rows, *, for_admins: bool, seen: int | None = None, audit: bool = False
) -> list[Note]:
    """The entries in words. `seen`: the reader's last seen event, where what is unread is marked."""
    facts = await _facts(entries, rows)
    found = []
    for entry in entries:
        wording = WORDING[entry.kind]
        text = (wording.admin if for_admins else wording.client).format_map(facts[entry.id])
        level = wording.level if for_admins else wording.client_level
        if entry.kind == "BroadcastSent":
            level = facts[entry.id]["level"]
            text = f"Broadcast: {text}" if audit else text
        unread = seen is not None and entry.id > seen
        found.append(Note(entry.id, entry.at, entry.kind, entry.actor_name, level, text, unread))
    return found


async def _facts(entries: Sequence[LogEntry], rows: Rows) -> dict[int, dict[str, Any]]:
    """What the sentences need to know, by event id; every table is asked once."""

    def ids(field: str) -> Collection[int]:
        return {key for entry in entries if (key := getattr(entry.event, field, None)) is not None}

    codes = await rows.of(TradingCode, ids("code"))
    accounts = await rows.of(CustomerAccount, ids("account"))
    requests = await rows.of(ExtensionRequest, ids("request"))
    persons = await rows.of(Person, ids("person"))
    facts = {}
    for entry in entries:
        event: Any = entry.event
        known: dict[str, Any] = {"by": entry.actor_name}
        subject: Any = codes.get(getattr(event, "code", 0)) or accounts.get(getattr(event, "account", None) or 0)
        if subject is not None:
            known |= {
                "owner": subject.owner_name,
                "code": subject.shown,
                "plan": plan(subject.plan),
                "where": f"{subject.platform.upper()} {subject.account_number}",
            }
        if request := requests.get(getattr(event, "request", 0)):
            known |= {"days": plural(request.days, "day"), "reason": request.reason}
        if person := persons.get(getattr(event, "person", 0)):
            known["person"] = person.username
        known |= {name: getattr(event, name) for name in ("message", "level", "role") if hasattr(event, name)}
        if (days := getattr(event, "days", None)) is not None:
            known["days"] = plural(days, "day")
        facts[entry.id] = known
    return facts
