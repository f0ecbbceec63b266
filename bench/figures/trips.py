"""Round trips to PostgreSQL for one action, answered by JSON while no page is open; bench/proxy.py counts.

Those of the action are what passes between its request and its answer, whatever for: session, transaction, lock, rows,
log, and the pool's reset of a connection. What the relay reads of the log meanwhile is told from it by its SQL, and
counted apart; so is what passes just after the answer. A connection that only listens is not counted.
"""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from bench.figures.base import Goal, Row, Run, Values
from bench.load.http import Http, HttpResponse
from bench.targets.rooms import Request
from bench.targets.variants import CodedeskPostgres

ROWS = (
    Row("generate", "round trips to PostgreSQL, generate", "", (Goal(4.0),)),
    Row("activate", "round trips to PostgreSQL, activate", "", (Goal(4.0),)),
    Row("relay", "the relay's own, for one action", ""),
    Row("after", "others within a tenth of a second after the answer", ""),
)
WARM = 10
"""Actions first: every connection of the pool prepares its statements, which takes round trips of its own."""
AFTER = 0.1
READS_THE_LOG = re.compile(r"\bselect\b.*\bfrom \"?event\"?\b.*\bid\"? > ", re.IGNORECASE)
RESETS = re.compile(r"\bpg_advisory_unlock_all\b|\breset all\b", re.IGNORECASE)


class Trip(NamedTuple):
    at: float
    """perf_counter."""
    is_relay: bool


def measure(run: Run) -> Values:
    assert isinstance(run.target, CodedeskPostgres)
    client, admin = run.desk.browser("bob"), run.desk.browser("admin1")
    windows: dict[str, list[tuple[float, float]]] = {"generate": [], "activate": []}
    for _ in range(WARM + run.size.trips):
        code = run.desk.code_id(_act(run, client, run.desk.generation(), windows["generate"]))
        _act(run, admin, run.desk.activation(code), windows["activate"])
    trips = _trips(run.target.journal)
    values: Values = {}
    relay, after = [], []
    for action, moments in windows.items():
        own = []
        for began, ended in moments[WARM:]:
            within = [trip for trip in trips if began <= trip.at <= ended + AFTER]
            own.append(sum(trip.at <= ended and not trip.is_relay for trip in within))
            after.append(sum(trip.at > ended and not trip.is_relay for trip in within))
            relay.append(sum(trip.is_relay for trip in within))
        values[action] = median(own)
    return values | {"relay": median(relay), "after": median(after)}


def _act(run: Run, browser: Http, request: Request, windows: list[tuple[float, float]]) -> HttpResponse:
    began = perf_counter()
    answer = run.desk.do(browser, request)
    windows.append((began, perf_counter()))
    run.loop.rest(AFTER + 0.05)
    return answer


def _trips(journal: Path) -> list[Trip]:
    """A reset of a connection belongs to whoever used it before."""
    trips = []
    relays: dict[str, bool] = {}
    for line in journal.read_text().splitlines():
        at, connection, application, sql = line.split("\t")
        if application != "codedesk-listen":
            if not RESETS.search(sql):
                relays[connection] = bool(READS_THE_LOG.search(sql))
            trips.append(Trip(float(at), relays.get(connection, False)))
    return trips
