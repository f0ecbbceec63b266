"""Nothing is half done: every row agrees with its events."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.chaos.journal import Journal
from tests.chaos.snapshot import Snapshot

CODE_ENDS = {
    "CodeActivated": "activated",
    "CodeCompleted": "completed",
    "CodeCancelled": "cancelled",
    "CodeTakenBack": "cancelled",
    "CodeExpired": "expired",
}
DECIDED = {
    f"{kind}{status.capitalize()}": status
    for kind in ("Extension", "Move")
    for status in ("approved", "rejected", "withdrawn")
}
ROBOTS = {
    "RobotStarted", "TerminalAdded", "ServerBound", "RobotRefused", "RobotWentQuiet", "RobotIsBack", "SeatFreed",
}  # fmt: skip
"""What happens to an account's robots leaves the account what it was."""


def codes(journal: Journal, snapshot: Snapshot) -> None:
    history = snapshot.histories("code")
    opened = {account["licence"] for account in snapshot.accounts.values() if account["origin"] == "code"}
    for key, code in snapshot.codes.items():
        all_kinds = [e["kind"] for e in history.pop(key, [])]
        kinds = [kind for kind in all_kinds if kind != "CodeCorrected"]  # which may happen again and again
        ends = [CODE_ENDS.get(kind, kind) for kind in kinds[1:]]
        if kinds[:1] != ["CodeGenerated"] or kinds.count("CodeGenerated") > 1 or len(set(kinds)) < len(kinds):
            (journal.twice if len(set(kinds)) < len(kinds) else journal.lost).append(f"code {key}: {kinds}")
        if (ends or ["pending"])[-1] != code["status"] or code["version"] != len(all_kinds):
            journal.lost.append(f"half done: code {key} is {code['status']}, version {code['version']}, after {kinds}")
        if ("CodeActivated" in kinds) != (code["code"] in opened):
            journal.lost.append(f"half done: code {key} after {kinds}, its account: {code['code'] in opened}")
    for key in history:
        journal.lost.append(f"code {key} has events, but no row")


def accounts(journal: Journal, snapshot: Snapshot) -> None:
    """As many changes as events; and, while nobody moved it, an end that is the sum of what was added."""
    history = snapshot.histories("account")
    days = {request["id"]: request["days"] for request in snapshot.requests.values()}
    same = {
        "ExtensionRequested", "ExtensionRejected", "ExtensionWithdrawn", "AccountExpiringSoon", "CodeCompleted",
        "MoveRequested", "MoveRejected", "MoveWithdrawn", *ROBOTS,
    }  # fmt: skip
    for key, account in snapshot.accounts.items():
        events = history.pop(key, [])
        changes = [e for e in events if e["kind"] not in same]
        if [e["kind"] for e in changes[:1]] not in (["CodeActivated"], ["AccountCreated"]):
            journal.lost.append(f"account {key} began with {[e['kind'] for e in changes]}")
        if account["version"] != len(changes):
            text = f"account {key}: version {account['version']} after {[e['kind'] for e in changes]}"
            (journal.lost if account["version"] < len(changes) else journal.twice).append(text)
        ended = {"AccountExpired", "CodeExpired", "AccountExpiringSoon"} & {e["kind"] for e in events}
        if account["expires_at"] is None or key in journal.moved_accounts or ended:
            continue
        added = sum(e["data"]["days"] for e in events if e["kind"] == "AccountExtended")
        added += sum(days.get(e["data"]["request"], 0) for e in events if e["kind"] == "ExtensionApproved")
        end = _time(account["created_at"]) + timedelta(days=int(account["plan"]) + added)
        if _time(account["expires_at"]) != end:
            (journal.lost if _time(account["expires_at"]) < end else journal.twice).append(
                f"account {key} ends {account['expires_at']}, not {end}"
            )
    for key in history:
        journal.lost.append(f"account {key} has events, but no row")


def requests(journal: Journal, snapshot: Snapshot) -> None:
    history = snapshot.histories("request")
    waiting = {account["id"]: account["pending_extension"] for account in snapshot.accounts.values()}
    for key, request in snapshot.requests.items():
        kinds = [e["kind"] for e in history.pop(key, [])]
        expected = DECIDED.get(kinds[1]) if len(kinds) > 1 else "pending"
        first = "MoveRequested" if request["kind"] == "move" else "ExtensionRequested"
        if kinds[:1] != [first] or len(kinds) > 2 or request["status"] != expected:
            journal.lost.append(f"half done: request {key} is {request['status']} after {kinds}")
        if (waiting.get(request["account"]) == key) != (request["status"] == "pending"):
            journal.lost.append(f"half done: request {key} is {request['status']}, its account waits for {waiting}")
    for key in history:
        journal.lost.append(f"request {key} has events, but no row")


def seats(journal: Journal, snapshot: Snapshot) -> None:
    """No licence has more terminals than its product allows, and each account says how many run."""
    seated = [row for row in snapshot.installations.values() if row["status"] != "free"]
    for key, account in snapshot.accounts.items():
        mine = [row for row in seated if row["account"] == key]
        most = snapshot.products[account["product"]]["seats"]
        if most is not None and len(mine) > most:
            journal.twice.append(f"account {key} has {len(mine)} seats, not {most}")
        running = sum(row["status"] == "running" for row in mine)
        if running != account["robots_running"]:
            journal.lost.append(f"half done: {running} robots of account {key} run, not {account['robots_running']}")
    starts = Counter(event["data"]["account"] for event in snapshot.of("RobotStarted"))
    journal.twice += [
        f"account {key} was used for the first time {many} times" for key, many in starts.items() if many > 1
    ]
    for row in seated:
        if not starts[row["account"]]:
            journal.lost.append(f"account {row['account']} has a seat, and no robot ever started")


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
