"""The journal against the database: what was acknowledged is there, once; what was refused left no trace."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from tests.chaos import consistency
from tests.chaos.journal import Attempt, Journal, Outcome
from tests.chaos.snapshot import WRITTEN, Snapshot
from tests.chaos.world import World

CODE_KINDS = {
    "activate": "CodeActivated",
    "complete": "CodeCompleted",
    "cancel": "CodeCancelled",
    "expire": "CodeExpired",
    "take back": "CodeTakenBack",
}
DECISIONS = {
    "approve": ("ExtensionApproved", "MoveApproved"),
    "reject": ("ExtensionRejected", "MoveRejected"),
    "withdraw": ("ExtensionWithdrawn", "MoveWithdrawn"),
}
COUNTED = {
    "extend": "AccountExtended", "suspend": "AccountSuspended", "restore": "AccountRestored",
    "release": "ServerReleased", "move": "AccountMoved",
}  # fmt: skip


def balance(world: World) -> Snapshot:
    """Writes what is lost and what is there twice into the journal."""
    snapshot, journal = Snapshot(world.url), world.journal
    for check in (
        _created,
        _moved_codes,
        _decided,
        _counted,
        _corrected,
        _seen,
        consistency.codes,
        consistency.accounts,
        consistency.requests,
        consistency.seats,
    ):
        check(journal, snapshot)
    return snapshot


def _created(journal: Journal, snapshot: Snapshot) -> None:
    """What brings its own mark into the database can be stored by it."""
    by_key = Counter(row["request_key"] for row in snapshot.codes.values())
    by_number = Counter(
        snapshot.first_number(key) for key, row in snapshot.accounts.items() if row["origin"] == "manual"
    )
    by_note = {
        kind: Counter(row["note"] for row in snapshot.requests.values() if row["kind"] == kind)
        for kind in ("extension", "move")
    }
    by_words = Counter(event["data"]["message"] for kind in WRITTEN for event in snapshot.of(kind))
    by_message = Counter(event["data"]["message"] for event in snapshot.of("BroadcastSent"))
    for what, mark, stored in (
        ("generate", "request_key", by_key), ("create", "account_number", by_number),
        ("ask", "note", by_note["extension"]), ("ask to move", "note", by_note["move"]),
        ("broadcast", "message", by_message), ("write", "message", by_words),
    ):  # fmt: skip
        tries: dict[Any, list[Attempt]] = defaultdict(list)
        for attempt in journal.of(what):
            tries[attempt.fields[mark]].append(attempt)
        for key, attempts in tries.items():
            done = any(a.outcome is Outcome.DONE for a in attempts)
            maybe = any(a.outcome is Outcome.UNKNOWN for a in attempts)
            _check_count(journal, attempts[0], stored[key], least=int(done), most=int(done or maybe))
            if stored[key] and not done:
                _there_after_all(journal, attempts)
        for key in set(stored) - set(tries):
            if key is not None:
                journal.twice.append(f"{what}: {key!r} is there, and nobody asked for it")


def _moved_codes(journal: Journal, snapshot: Snapshot) -> None:
    """Each of these happens to a code at most once, so that an event belongs to the one attempt that did it."""
    by = {
        (e["kind"], e["data"]["code"]): e["actor_name"] for e in snapshot.events if e["kind"] in consistency.CODE_ENDS
    }
    for what, kind in CODE_KINDS.items():
        tries: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
        for attempt in journal.of(what):
            for code in _ids(attempt.fields["code_id"]):
                tries[code, attempt.who].append(attempt)
        for attempt in journal.of(what):
            codes = _ids(attempt.fields["code_id"])
            mine = [code for code in codes if by.get((kind, code)) == attempt.who]
            if attempt.outcome is Outcome.DONE and len(mine) < len(codes):
                journal.lost.append(f"{attempt}: only {mine}")
            only_try = all(len(tries[code, attempt.who]) == 1 for code in codes)
            if attempt.outcome is Outcome.UNKNOWN and only_try and mine:
                _there_after_all(journal, [attempt])
                if len(mine) < len(codes):
                    journal.lost.append(f"half done: {attempt}: only {mine}")
        for (code, who), attempts in tries.items():
            outcomes = Counter(a.outcome for a in attempts)
            if by.get((kind, code)) == who and not outcomes[Outcome.DONE] + outcomes[Outcome.UNKNOWN]:
                journal.twice.append(f"refused, and yet done: {attempts[0]}")
            if outcomes[Outcome.DONE] > 1:
                journal.twice.append(f"acknowledged {outcomes[Outcome.DONE]} times: {attempts[0]}")


def _decided(journal: Journal, snapshot: Snapshot) -> None:
    by = {(e["kind"], e["data"]["request"]): e["actor_name"] for e in snapshot.events if "request" in e["data"]}
    for what, kinds in DECISIONS.items():
        tries: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
        for attempt in journal.of(what):
            tries[attempt.fields["request_id"], attempt.who].append(attempt)
        for (request, who), attempts in tries.items():
            outcomes = Counter(a.outcome for a in attempts)
            stored = int(who in [by.get((kind, request)) for kind in kinds])
            _check_count(
                journal,
                attempts[0],
                stored,
                least=min(outcomes[Outcome.DONE], 2),
                most=outcomes[Outcome.DONE] + outcomes[Outcome.UNKNOWN],
            )
            if stored and not outcomes[Outcome.DONE]:
                _there_after_all(journal, attempts)


def _counted(journal: Journal, snapshot: Snapshot) -> None:
    """These may happen to an account again and again: as often as was acknowledged, plus at most what is unknown."""
    stored: Counter[Any] = Counter()
    for what, kind in COUNTED.items():
        for e in snapshot.of(kind):
            stored[what, e["actor_name"], e["data"]["account"], e["data"].get("days", 0)] += 1
    tries: dict[Any, list[Attempt]] = defaultdict(list)
    for attempt in journal.of(*COUNTED):
        fields = attempt.fields
        tries[attempt.what, attempt.who, fields["account_id"], fields.get("days", 0)].append(attempt)
    for key, attempts in tries.items():
        outcomes = Counter(a.outcome for a in attempts)
        done = outcomes[Outcome.DONE]
        _check_count(journal, attempts[0], stored[key], least=done, most=done + outcomes[Outcome.UNKNOWN])
        if stored[key] > done:
            _there_after_all(journal, [a for a in attempts if a.outcome is Outcome.UNKNOWN])
    for key in set(stored) - set(tries):
        journal.twice.append(f"{key} is there, and nobody asked for it")


def _corrected(journal: Journal, snapshot: Snapshot) -> None:
    """Again and again, too, as long as the code is pending."""
    stored = Counter((e["actor_name"], e["data"]["code"]) for e in snapshot.of("CodeCorrected"))
    tries: dict[Any, list[Attempt]] = defaultdict(list)
    for attempt in journal.of("correct"):
        tries[attempt.who, attempt.fields["code_id"]].append(attempt)
    for key, attempts in tries.items():
        outcomes = Counter(a.outcome for a in attempts)
        done = outcomes[Outcome.DONE]
        _check_count(journal, attempts[0], stored[key], least=done, most=done + outcomes[Outcome.UNKNOWN])
        if stored[key] > done:
            _there_after_all(journal, [a for a in attempts if a.outcome is Outcome.UNKNOWN])
    for key in set(stored) - set(tries):
        journal.twice.append(f"{key} was corrected, and nobody asked for it")


def _seen(journal: Journal, snapshot: Snapshot) -> None:
    stands = {row["username"]: row["seen_event"] for row in snapshot.people.values()}
    for attempt in journal.of("see"):
        if attempt.outcome is Outcome.DONE and stands[attempt.who] < attempt.fields["up_to"]:
            journal.lost.append(f"{attempt}: stands at {stands[attempt.who]}")


def _check_count(journal: Journal, attempt: Attempt, stored: int, *, least: int, most: int) -> None:
    if stored < least:
        journal.lost.append(f"acknowledged, and not there: {attempt}")
    elif stored > most:
        journal.twice.append(f"there {stored} times, at most {most} meant: {attempt}")


def _there_after_all(journal: Journal, attempts: Collection[Attempt]) -> None:
    """No response, or an error, and yet it was done: allowed, as nobody can know better; but not with these words."""
    journal.counts["unknown, and it was done"] += 1
    unknown = [attempt for attempt in attempts if attempt.outcome is Outcome.UNKNOWN]
    if unknown and all("Nothing was changed" in attempt.words for attempt in unknown):
        journal.lost.append(f"told that nothing was changed, and it was done: {unknown[0]}")


def _ids(value: Any) -> list[int]:
    return [int(one) for one in (value if isinstance(value, list) else [value])]
