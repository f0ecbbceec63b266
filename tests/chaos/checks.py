"""The books against the database: what was acknowledged is there, once; what was refused left no trace."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from tests.chaos import whole
from tests.chaos.books import Attempt, Books, Said
from tests.chaos.ledger import Ledger
from tests.chaos.world import World

CODE_KINDS = {
    "activate": "CodeActivated",
    "complete": "CodeCompleted",
    "cancel": "CodeCancelled",
    "expire": "CodeExpired",
}
DECISIONS = {"approve": "ExtensionApproved", "reject": "ExtensionRejected", "withdraw": "ExtensionWithdrawn"}
COUNTED = {"extend": "AccountExtended", "suspend": "AccountSuspended", "restore": "AccountRestored"}


def balance(world: World) -> Ledger:
    """Writes what is lost and what is there twice into the books."""
    ledger, books = Ledger(world.url), world.books
    for check in (_created, _moved_codes, _decided, _counted, _seen, whole.codes, whole.accounts, whole.requests):
        check(books, ledger)
    return ledger


def _created(books: Books, ledger: Ledger) -> None:
    """What brings its own mark into the database can be found by it."""
    by_key = Counter(row["request_key"] for row in ledger.codes.values())
    by_number = Counter(row["account_number"] for row in ledger.accounts.values() if row["origin"] == "manual")
    by_note = Counter(row["note"] for row in ledger.requests.values())
    by_message = Counter(event["data"]["message"] for event in ledger.of("BroadcastSent"))
    for what, mark, found in (
        ("generate", "request_key", by_key), ("create", "account_number", by_number), ("ask", "note", by_note),
        ("broadcast", "message", by_message),
    ):  # fmt: skip
        tries: dict[Any, list[Attempt]] = defaultdict(list)
        for attempt in books.of(what):
            tries[attempt.fields[mark]].append(attempt)
        for key, attempts in tries.items():
            done = any(a.said is Said.DONE for a in attempts)
            maybe = any(a.said is Said.UNKNOWN for a in attempts)
            _hold(books, attempts[0], found[key], least=int(done), most=int(done or maybe))
            if found[key] and not done:
                _there_after_all(books, attempts)
        for key in set(found) - set(tries):
            if key is not None:
                books.twice.append(f"{what}: {key!r} is there, and nobody asked for it")


def _moved_codes(books: Books, ledger: Ledger) -> None:
    """Each of these happens to a code at most once, so that an event belongs to the one attempt that did it."""
    by = {(e["kind"], e["data"]["code"]): e["actor_name"] for e in ledger.events if e["kind"] in whole.CODE_ENDS}
    for what, kind in CODE_KINDS.items():
        tries: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
        for attempt in books.of(what):
            for code in _ids(attempt.fields["code_id"]):
                tries[code, attempt.who].append(attempt)
        for attempt in books.of(what):
            codes = _ids(attempt.fields["code_id"])
            mine = [code for code in codes if by.get((kind, code)) == attempt.who]
            if attempt.said is Said.DONE and len(mine) < len(codes):
                books.lost.append(f"{attempt}: only {mine}")
            alone = all(len(tries[code, attempt.who]) == 1 for code in codes)
            if attempt.said is Said.UNKNOWN and alone and mine:
                _there_after_all(books, [attempt])
                if len(mine) < len(codes):
                    books.lost.append(f"half done: {attempt}: only {mine}")
        for (code, who), attempts in tries.items():
            said = Counter(a.said for a in attempts)
            if by.get((kind, code)) == who and not said[Said.DONE] + said[Said.UNKNOWN]:
                books.twice.append(f"refused, and yet done: {attempts[0]}")
            if said[Said.DONE] > 1:
                books.twice.append(f"acknowledged {said[Said.DONE]} times: {attempts[0]}")


def _decided(books: Books, ledger: Ledger) -> None:
    by = {(e["kind"], e["data"]["request"]): e["actor_name"] for e in ledger.events if "request" in e["data"]}
    for what, kind in DECISIONS.items():
        tries: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
        for attempt in books.of(what):
            tries[attempt.fields["request_id"], attempt.who].append(attempt)
        for (request, who), attempts in tries.items():
            said = Counter(a.said for a in attempts)
            found = int(by.get((kind, request)) == who)
            _hold(books, attempts[0], found, least=min(said[Said.DONE], 2), most=said[Said.DONE] + said[Said.UNKNOWN])
            if found and not said[Said.DONE]:
                _there_after_all(books, attempts)


def _counted(books: Books, ledger: Ledger) -> None:
    """These may happen to an account again and again: as often as was acknowledged, plus at most what is unknown."""
    found: Counter[Any] = Counter()
    for what, kind in COUNTED.items():
        for e in ledger.of(kind):
            found[what, e["actor_name"], e["data"]["account"], e["data"].get("days", 0)] += 1
    tries: dict[Any, list[Attempt]] = defaultdict(list)
    for attempt in books.of(*COUNTED):
        fields = attempt.fields
        tries[attempt.what, attempt.who, fields["account_id"], fields.get("days", 0)].append(attempt)
    for key, attempts in tries.items():
        said = Counter(a.said for a in attempts)
        done = said[Said.DONE]
        _hold(books, attempts[0], found[key], least=done, most=done + said[Said.UNKNOWN])
        if found[key] > done:
            _there_after_all(books, [a for a in attempts if a.said is Said.UNKNOWN])
    for key in set(found) - set(tries):
        books.twice.append(f"{key} is there, and nobody asked for it")


def _seen(books: Books, ledger: Ledger) -> None:
    stands = {row["username"]: row["seen_event"] for row in ledger.people.values()}
    for attempt in books.of("see"):
        if attempt.said is Said.DONE and stands[attempt.who] < attempt.fields["up_to"]:
            books.lost.append(f"{attempt}: stands at {stands[attempt.who]}")


def _hold(books: Books, attempt: Attempt, found: int, *, least: int, most: int) -> None:
    if found < least:
        books.lost.append(f"acknowledged, and not there: {attempt}")
    elif found > most:
        books.twice.append(f"there {found} times, at most {most} meant: {attempt}")


def _there_after_all(books: Books, attempts: Collection[Attempt]) -> None:
    """No answer, or an error, and yet it was done: allowed, as nobody can know better; but not with these words."""
    books.notes["unknown, and it was done"] += 1
    unknown = [attempt for attempt in attempts if attempt.said is Said.UNKNOWN]
    if unknown and all("Nothing was changed" in attempt.words for attempt in unknown):
        books.lost.append(f"told that nothing was changed, and it was done: {unknown[0]}")


def _ids(value: Any) -> list[int]:
    return [int(one) for one in (value if isinstance(value, list) else [value])]
