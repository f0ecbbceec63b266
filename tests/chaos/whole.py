"""Nothing is half done: every row tells the same story as its events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.chaos.books import Books
from tests.chaos.ledger import Ledger

CODE_ENDS = {
    "CodeActivated": "activated",
    "CodeCompleted": "completed",
    "CodeCancelled": "cancelled",
    "CodeExpired": "expired",
}
DECIDED = {"ExtensionApproved": "approved", "ExtensionRejected": "rejected", "ExtensionWithdrawn": "withdrawn"}


def codes(books: Books, ledger: Ledger) -> None:
    story = ledger.stories("code")
    opened = {account["licence"] for account in ledger.accounts.values() if account["origin"] == "code"}
    for key, code in ledger.codes.items():
        kinds = [e["kind"] for e in story.pop(key, [])]
        ends = [CODE_ENDS[kind] for kind in kinds[1:]]
        if kinds[:1] != ["CodeGenerated"] or kinds.count("CodeGenerated") > 1 or len(set(kinds)) < len(kinds):
            (books.twice if len(set(kinds)) < len(kinds) else books.lost).append(f"code {key}: {kinds}")
        if (ends or ["pending"])[-1] != code["status"] or code["version"] != 1 + len(ends):
            books.lost.append(f"half done: code {key} is {code['status']}, version {code['version']}, after {kinds}")
        if ("CodeActivated" in kinds) != (code["code"] in opened):
            books.lost.append(f"half done: code {key} after {kinds}, its account: {code['code'] in opened}")
    for key in story:
        books.lost.append(f"code {key} has events, but no row")


def accounts(books: Books, ledger: Ledger) -> None:
    """As many changes as events; and, while nobody turned its clock, an end that is the sum of what was added."""
    story = ledger.stories("account")
    days = {request["id"]: request["days"] for request in ledger.requests.values()}
    same = {"ExtensionRequested", "ExtensionRejected", "ExtensionWithdrawn", "AccountExpiringSoon", "CodeCompleted"}
    for key, account in ledger.accounts.items():
        events = story.pop(key, [])
        changes = [e for e in events if e["kind"] not in same]
        if [e["kind"] for e in changes[:1]] not in (["CodeActivated"], ["AccountCreated"]):
            books.lost.append(f"account {key} began with {[e['kind'] for e in changes]}")
        if account["version"] != len(changes):
            text = f"account {key}: version {account['version']} after {[e['kind'] for e in changes]}"
            (books.lost if account["version"] < len(changes) else books.twice).append(text)
        turned = {"AccountExpired", "CodeExpired", "AccountExpiringSoon"} & {e["kind"] for e in events}
        if account["expires_at"] is None or key in books.turned or turned:
            continue
        added = sum(e["data"]["days"] for e in events if e["kind"] == "AccountExtended")
        added += sum(days[e["data"]["request"]] for e in events if e["kind"] == "ExtensionApproved")
        end = _time(account["created_at"]) + timedelta(days=int(account["plan"]) + added)
        if _time(account["expires_at"]) != end:
            (books.lost if _time(account["expires_at"]) < end else books.twice).append(
                f"account {key} ends {account['expires_at']}, not {end}"
            )
    for key in story:
        books.lost.append(f"account {key} has events, but no row")


def requests(books: Books, ledger: Ledger) -> None:
    story = ledger.stories("request")
    waiting = {account["id"]: account["pending_extension"] for account in ledger.accounts.values()}
    for key, request in ledger.requests.items():
        kinds = [e["kind"] for e in story.pop(key, [])]
        wanted = DECIDED[kinds[1]] if len(kinds) > 1 else "pending"
        if kinds[:1] != ["ExtensionRequested"] or len(kinds) > 2 or request["status"] != wanted:
            books.lost.append(f"half done: request {key} is {request['status']} after {kinds}")
        if (waiting[request["account"]] == key) != (request["status"] == "pending"):
            books.lost.append(f"half done: request {key} is {request['status']}, its account waits for {waiting}")
    for key in story:
        books.lost.append(f"request {key} has events, but no row")


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
