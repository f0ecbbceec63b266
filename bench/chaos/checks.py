"""The books against the database: what was acknowledged is there, once; what was refused left no trace."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx

from app.notifications.wording import TELLS_ADMINS, TELLS_CLIENTS
from bench.chaos.books import Attempt, Books, Said
from bench.chaos.world import World

Rows = list[dict[str, Any]]

CODE_KINDS = {
    "activate": "CodeActivated",
    "complete": "CodeCompleted",
    "cancel": "CodeCancelled",
    "expire": "CodeExpired",
}
CODE_ENDS = {
    "CodeActivated": "activated",
    "CodeCompleted": "completed",
    "CodeCancelled": "cancelled",
    "CodeExpired": "expired",
}
DECISIONS = {"approve": ("ExtensionApproved", "approved"), "reject": ("ExtensionRejected", "rejected"),
             "withdraw": ("ExtensionWithdrawn", "withdrawn")}  # fmt: skip
COUNTED = {"extend": "AccountExtended", "suspend": "AccountSuspended", "restore": "AccountRestored"}


class Ledger:
    """All rows of the desk, read once at rest."""

    def __init__(self, url: str) -> None:
        self.people = {row["id"]: row for row in read(url, "person")}
        self.codes = {row["id"]: row for row in read(url, "trading_code")}
        self.accounts = {row["id"]: row for row in read(url, "customer_account")}
        self.requests = {row["id"]: row for row in read(url, "extension_request")}
        self.events = read(url, "event")
        for event in self.events:
            event["data"] = json.loads(event["data"])

    def of(self, kind: str, **data: Any) -> Rows:
        return [e for e in self.events if e["kind"] == kind and data.items() <= e["data"].items()]


def balance(world: World) -> Ledger:
    """Writes what is lost and what is there twice into the books."""
    ledger, books = Ledger(world.url), world.books
    for check in (_created, _moved_codes, _decided, _counted, _seen, _codes_whole, _accounts_whole, _requests_whole):
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
    by = {(e["kind"], e["data"]["code"]): e["actor_name"] for e in ledger.events if e["kind"] in CODE_ENDS}
    for what, kind in CODE_KINDS.items():
        tries: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
        for attempt in books.of(what):
            codes = _ids(attempt.fields["code_id"])
            for code in codes:
                tries[code, attempt.who].append(attempt)
            mine = [code for code in codes if by.get((kind, code)) == attempt.who]
            if attempt.said is Said.DONE and len(mine) < len(codes):
                books.lost.append(f"{attempt}: only {mine}")
            alone = all(len(tries[code, attempt.who]) == 1 for code in codes)
            if attempt.said is Said.UNKNOWN and alone and 0 < len(mine) < len(codes):
                books.lost.append(f"half done: {attempt}: only {mine}")
            if attempt.said is Said.UNKNOWN and alone and mine:
                _there_after_all(books, [attempt])
        for (code, who), attempts in tries.items():
            said = Counter(a.said for a in attempts)
            if by.get((kind, code)) == who and not said[Said.DONE] + said[Said.UNKNOWN]:
                books.twice.append(f"refused, and yet done: {attempts[0]}")
            if said[Said.DONE] > 1:
                books.twice.append(f"acknowledged {said[Said.DONE]} times: {attempts[0]}")


def _decided(books: Books, ledger: Ledger) -> None:
    by = {(e["kind"], e["data"]["request"]): e["actor_name"] for e in ledger.events if "request" in e["data"]}
    for what, (kind, _) in DECISIONS.items():
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


def _codes_whole(books: Books, ledger: Ledger) -> None:
    """The row tells the same story as its events."""
    story = _stories(ledger, "code")
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


def _accounts_whole(books: Books, ledger: Ledger) -> None:
    """As many changes as events; and, while nobody turned its clock, an end that is the sum of what was added."""
    story = _stories(ledger, "account")
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
        if account["expires_at"] is None or turned:
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


def _requests_whole(books: Books, ledger: Ledger) -> None:
    story = _stories(ledger, "request")
    status = dict(DECISIONS.values())
    waiting = {account["id"]: account["pending_extension"] for account in ledger.accounts.values()}
    for key, request in ledger.requests.items():
        kinds = [e["kind"] for e in story.pop(key, [])]
        wanted = status[kinds[1]] if len(kinds) > 1 else "pending"
        if kinds[:1] != ["ExtensionRequested"] or len(kinds) > 2 or request["status"] != wanted:
            books.lost.append(f"half done: request {key} is {request['status']} after {kinds}")
        if (waiting[request["account"]] == key) != (request["status"] == "pending"):
            books.lost.append(f"half done: request {key} is {request['status']}, its account waits for {waiting}")
    for key in story:
        books.lost.append(f"request {key} has events, but no row")


def inboxes(world: World, ledger: Ledger) -> None:
    """Each person's notifications, page by page to the end: each once, and all that they were to be told."""
    ids = {row["username"]: row["id"] for row in ledger.people.values()}
    for who in world.tokens:
        server = world.servers[0]
        with world.browser(server, who, Accept="application/json") as browser:
            shown = _read_all(browser, "/notifications")
        if who in world.admins:
            told = [e["id"] for e in ledger.events if e["kind"] in (*TELLS_ADMINS, "BroadcastSent")]
        else:
            told = [
                e["id"] for e in ledger.events
                if e["kind"] == "BroadcastSent" or (e["client"] == ids[who] and e["kind"] in TELLS_CLIENTS)
            ]  # fmt: skip
        counted = Counter(shown)
        world.books.lost += [f"{who} was never told of event {key}" for key in told if not counted[key]]
        world.books.twice += [
            f"{who} was told {many} times of event {key}" for key, many in counted.items() if many > 1
        ]
        world.books.twice += [f"{who} was told of event {key}, which is not theirs" for key in set(shown) - set(told)]
        world.books.notes["notifications in inboxes"] += len(shown)


def _read_all(browser: httpx.Client, path: str) -> list[int]:
    shown: list[int] = []
    following: int | None = None
    while True:
        response = browser.get(path, params={"after": following} if following else {})
        response.raise_for_status()
        page = response.json()
        shown += [item["id"] for item in page["items"]]
        following = page["next"]
        if following is None:
            return shown


def _hold(books: Books, attempt: Attempt, found: int, *, least: int, most: int) -> None:
    if found < least:
        books.lost.append(f"acknowledged, and not there: {attempt}")
    elif found > most:
        books.twice.append(f"there {found} times, at most {most} meant: {attempt}")


def _there_after_all(books: Books, attempts: Collection[Attempt]) -> None:
    """No answer, or an error, and yet it was done: allowed, as nobody can know better; but not with these words."""
    books.notes["unknown, and it was done"] += 1
    for attempt in attempts:
        if "Nothing was changed" in attempt.words and attempt.said is Said.UNKNOWN:
            books.lost.append(f"told that nothing was changed, and it was done: {attempt}")


def _stories(ledger: Ledger, of: str) -> dict[int, Rows]:
    stories: dict[int, Rows] = defaultdict(list)
    for event in ledger.events:
        if event["data"].get(of) is not None:
            stories[event["data"][of]].append(event)
    return stories


def _ids(value: Any) -> list[int]:
    return [int(one) for one in (value if isinstance(value, list) else [value])]


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def read(url: str, table: str) -> Rows:
    sql = f"SELECT * FROM {table} ORDER BY id"
    if url.startswith("sqlite:"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql)]
        finally:
            connection.close()

    async def fetch() -> Rows:
        connection = await asyncpg.connect(url)
        try:
            return [dict(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(fetch())
