"""The first page of what is looked up in a desk's history: of a small desk and of a large one, asked for in turns."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple
from urllib.parse import quote

from bench.figures.base import Goal, Row, Run, Values
from bench.filling import BUSY, HISTORIAN, OLD, History
from bench.load.http import Http

GROWTH = 1.3
"""The most that the first page of a large desk may cost in ratio to that of a small one."""
PAGES = {
    "account": "record of an account, for admins",
    "code": "record of a code, for admins",
    "old": "record of a client of a tenth of the log, long ago",
    "busy": "record of a client of a tenth of the log, up to now",
    "own_code": "record of a code, for its client",
    "own_account": "record of an account, for its client",
    "key": "search: a whole key",
    "part": "search: five characters of a key",
    "number": "search: an account number",
    "name": "search: a client's name",
    "mail": "search: a client's e-mail address",
    "none": "search: what is nowhere",
    "own_search": "search of a client: an account number",
    "common": "search: a name that a twelfth of the clients have",
    "csv_codes": "codes as CSV, to the 200th row",
    "csv_found": "a code that is searched for, as CSV",
    "csv_accounts": "accounts as CSV, to the 200th row",
    "csv_activity": "audit trail as CSV, to the 200th row",
    "csv_person": "a person that is searched for, as CSV",
    "activity": "audit trail",
    "activity_rare": "audit trail: what there is little of, a domain",
    "inbox": "inbox of an admin",
    "unread": "the same, unread",
    "codes_inbox": "the same, of codes",
    "own_unread": "inbox of a client, unread",
    "people": "people",
    "people_clients": "the same, clients",
    "people_blocked": "the same, blocked",
    "people_name": "the same, of a name",
}
"""By key, as they are named."""
ROWS = (
    Row("first_mib", "memory of the server, at most, while 10,000 codes are sent as CSV", "MiB"),
    Row("file_mib", "the same, of all codes", "MiB", (Goal(GROWTH, "self", "first_mib"),)),
    Row("file_s", "until all codes are sent", "s"),
)
SETTLED = 0.03
"""Seconds after which a server has nothing left to do for an event that nobody's page shows."""
PORTION = 200
SOME = 10_000
"""Rows of a file beside which the memory is looked at that a whole one takes."""
CHUNK = 262_144
SAMPLED = 0.2
"""Seconds after which the server's memory is looked at again."""


class Asked(NamedTuple):
    person: str
    path: str
    rows: int = 0
    """Of a file: after so many it is broken off; 0: the page is read to its end."""


def measure(run: Run) -> Values:
    [small], large = run.beside, run
    desks = [(small, run.size.history[0]), (large, run.size.history[1])]
    asked = [pages(History(size, "")) for _, size in desks]
    times: dict[str, tuple[list[float], list[float]]] = {key: ([], []) for key in asked[0]}
    browsers = [
        {person: Http(desk.loop, desk.port, _headers(desk, person)) for person in ("admin1", HISTORIAN)}
        for desk, _ in desks
    ]
    for mark in range(-2, run.size.asked):
        for desk, _ in desks:  # what a page shows is kept until the next event: here each is made anew
            desk.room.announce(mark + 3)
            desk.loop.until(lambda desk=desk: not desk.room.busy(), 10.0, "a broadcast")  # type: ignore[misc]
            desk.loop.rest(SETTLED)
        for key, of_key in times.items():
            for which in (0, 1) if mark % 2 else (1, 0):
                desk, page = desks[which][0], asked[which][key]
                took = _file(desk, page) if page.rows else _page(browsers[which][page.person], page)
                if mark >= 0:
                    of_key[which].append(took)
    values: Values = {}
    for key, (of_small, of_large) in times.items():
        values[f"{key}_small_ms"], values[f"{key}_ms"] = median(of_small) * 1e3, median(of_large) * 1e3
        values[f"{key}_growth"] = median(many / few for few, many in zip(of_small, of_large, strict=True))
    return values | _memory(large)


def _memory(desk: Run) -> Values:
    path = "/csv?view=%2Fadmin%2Fcodes"
    _file(desk, Asked("admin1", path, SOME))
    first, whole = Peak(desk), Peak(desk)
    _file(desk, Asked("admin1", path, SOME), first.look)
    began = time.perf_counter()
    _file(desk, Asked("admin1", path, desk.size.history[1]), whole.look)
    took = time.perf_counter() - began
    return {"first_mib": first.bytes / 2**20, "file_mib": whole.bytes / 2**20, "file_s": took}


class Peak:
    """The most memory that the server was seen with."""

    def __init__(self, desk: Run) -> None:
        self.bytes, self._usage, self._next = desk.usage.memory(), desk.usage, 0.0

    def look(self) -> None:
        if time.monotonic() > self._next:
            self.bytes = max(self.bytes, self._usage.memory())
            self._next = time.monotonic() + SAMPLED


def pages(history: History) -> dict[str, Asked]:
    code, own = history.size - 1, history.size
    busy, old = history.id_of(BUSY), history.id_of(OLD)
    someone = history.name(history.owner(code))
    paths = {
        "account": f"/admin/accounts/{history.accounts - 1}",
        "code": f"/admin/codes/{code}",
        "old": f"/admin/people/{old}",
        "busy": f"/admin/people/{busy}",
        "key": f"/search?q={history.key(code)}",
        "part": f"/search?q={history.key(code)[:5]}",
        "number": f"/search?q={history.number(code)}",
        "name": f"/search?q={someone}",
        "mail": f"/search?q={someone}%40example.com",
        "none": "/search?q=zz9zz9zz9",
        "common": f"/search?q={history.name(BUSY)[:4]}",
        "activity": "/admin/activity",
        "activity_rare": "/admin/activity?status=people",
        "inbox": "/notifications",
        "unread": "/notifications?status=unread",
        "codes_inbox": "/notifications?status=codes",
        "people": "/admin/people",
        "people_clients": "/admin/people?status=client",
        "people_blocked": "/admin/people?status=blocked",
        "people_name": f"/admin/people?q={someone}",
    }
    own_paths = {
        "own_code": f"/codes/{own}",
        "own_account": f"/accounts/{history.accounts}",
        "own_search": f"/search?q={history.number(own)}",
        "own_unread": "/notifications?status=unread",
    }
    files = {
        "csv_codes": ("/admin/codes", PORTION),
        "csv_found": (f"/admin/codes?q={history.key(code)[:8]}", 0),
        "csv_accounts": ("/admin/accounts", PORTION),
        "csv_activity": ("/admin/activity", PORTION),
        "csv_person": (f"/admin/people?q={someone}", 0),
    }
    asked = {key: Asked("admin1", path) for key, path in paths.items()}
    asked |= {key: Asked(HISTORIAN, path) for key, path in own_paths.items()}
    asked |= {key: Asked("admin1", f"/csv?view={quote(view, safe='')}", rows) for key, (view, rows) in files.items()}
    return {key: asked[key] for key in PAGES}


def _headers(desk: Run, person: str) -> dict[str, str]:
    return {**desk.desk.headers(person), "Accept": "text/html"}


def _page(browser: Http, page: Asked) -> float:
    began = time.perf_counter()
    answer = browser.ask("GET", page.path)
    took = time.perf_counter() - began
    if answer.status != 200:
        raise RuntimeError(f"{page.path} got {answer.status}: {answer.body[:300]!r}")
    return took


def _file(desk: Run, page: Asked, look: Callable[[], None] = lambda: None) -> float:
    """Seconds until it has sent as many rows as are asked for; then it is broken off."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in _headers(desk, page.person).items())
    request = f"GET {page.path} HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n{headers}\r\n"
    with socket.create_connection(("127.0.0.1", desk.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began, lines = time.perf_counter(), 0
        connection.sendall(request.encode())
        while lines < page.rows:  # a portion comes whole, after the head
            data = connection.recv(CHUNK)
            if not data:
                raise RuntimeError(f"{page.path} ended after {lines} lines")
            lines += data.count(b"\r\n")
            look()
        took = time.perf_counter() - began
    desk.loop.rest(SETTLED)
    return took
