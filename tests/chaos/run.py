"""Rounds of chaos, each with a quiet moment at its end in which every page is compared with a fresh load."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos import checks
from tests.chaos.actors import Actor
from tests.chaos.browsers import Browsers
from tests.chaos.faults import Faults
from tests.chaos.inboxes import inboxes
from tests.chaos.journal import Journal, Outcome
from tests.chaos.pages import ChaosPage, everybodys, totals
from tests.chaos.robots import compare, some_robots
from tests.chaos.world import HEALING, World, wait_for
from tests.databases import databases

ROUND = 15.0
"""Seconds of chaos between two quiet moments."""
LAST_BROADCASTS = 12
"""Broadcasts at each quiet moment: more than a page of the inbox holds, so that each row of it was pushed."""


@dataclass
class Result:
    seed: int
    database: str
    seconds: float
    journal: Journal
    rounds: int = 0
    pages: int = 0
    compared: int = 0
    events: int = 0
    totals: dict[str, Any] = field(default_factory=dict)
    slowest_quiet: float = 0.0
    """Seconds from the end of the faults until all pages equalled a fresh load, at worst."""

    @property
    def lost(self) -> list[str]:
        return self.journal.lost

    @property
    def twice(self) -> list[str]:
        return self.journal.twice

    def lines(self) -> list[str]:
        outcomes = {s: sum(a.outcome is s for a in self.journal.attempts) for s in Outcome}
        return [
            f"seed {self.seed}, {self.database}, {self.seconds:.0f} s, {self.rounds} rounds, {self.pages} pages",
            f"actions: {len(self.journal.attempts)} ({', '.join(f'{many} {s}' for s, many in outcomes.items())}), "
            f"events: {self.events}",
            f"faults: {sum(self.journal.faults.values())} "
            f"({', '.join(f'{many} {name}' for name, many in sorted(self.journal.faults.items()))})",
            f"replays: {self.totals['replays']}, closes: {self.totals['closes']}, pages compared: {self.compared}, "
            f"slowest recovery: {self.slowest_quiet:.1f} s",
            *(f"{name}: {many}" for name, many in sorted(self.journal.counts.items())),
            *(f"LOST: {text}" for text in self.lost[:20]),
            *(f"TWICE: {text}" for text in self.twice[:20]),
            f"lost: {len(self.lost)}, twice: {len(self.twice)}",
        ]


def chaos(
    kind: str, folder: Path, *, seed: int, seconds: float, broken: str | None = None, browsers: int = 0
) -> Result:
    folder.mkdir(parents=True, exist_ok=True)
    with databases(kind, folder) as database:
        return chaos_on(database, kind, folder, seed=seed, seconds=seconds, broken=broken, browsers=browsers)


def chaos_on(
    database: Any, kind: str, folder: Path, *, seed: int, seconds: float, broken: str | None = None, browsers: int = 0
) -> Result:
    with World(database, folder, seed, servers=1 if kind == "sqlite" else 2, broken=broken) as world:
        result = Result(seed, kind, seconds, world.journal)
        actors = [Actor(world, name, n) for n, name in enumerate((*world.admins, *world.admins, *world.clients))]
        robots = some_robots(world)
        pages = everybodys(world)
        result.pages = len(pages) + browsers
        faults = Faults(world, pages)
        watching = Browsers(world, browsers)
        for page in pages:
            page.start()
        wait_for(lambda: all(page.up.is_set() for page in pages), HEALING, "all pages are open")
        watching.open()
        for thread in (*actors, *robots, faults):
            thread.start()
        deadline = time.monotonic() + seconds
        try:
            while not result.lost and not result.twice and (left := deadline - time.monotonic()) > 0:
                world.over.wait(min(ROUND, left))
                _quiet(world, result, actors, pages, faults, watching)
                if deadline - time.monotonic() < ROUND / 3:
                    break
        finally:
            world.over.set()
            faults.wait_until_none()
            for page in pages:
                page.end()
            watching.close()
        for robot in robots:
            robot.join(HEALING)
        snapshot = checks.balance(world)
        compare(world, robots, snapshot)
        inboxes(world, snapshot)
        result.events = len(snapshot.events)
        result.totals = totals(pages)
        world.journal.lost += faults.failed
        return result


def _quiet(
    world: World, result: Result, actors: list[Actor], pages: list[ChaosPage], faults: Faults, browsers: Browsers
) -> None:
    world.quiet.set()
    faults.wait_until_none()
    world.heal()
    if world.over.is_set():
        return
    wait_for(lambda: not any(actor.acting for actor in actors), HEALING, "everybody has their response")
    healed = time.monotonic()
    for _ in range(LAST_BROADCASTS):
        actors[0].broadcast()
    comparisons = [page.compare() for page in pages]
    for page, comparison in zip(pages, comparisons, strict=True):
        if not comparison.done.wait(2 * world.patience):
            world.journal.lost.append(f"{page} cannot be compared: it does not reconnect")
        world.journal.lost += [comparison.wrong] if comparison.wrong else []
        world.journal.twice += comparison.doubles
    world.journal.lost += browsers.compare()
    result.slowest_quiet = max(result.slowest_quiet, time.monotonic() - healed)
    world.journal.twice += browsers.doubles()
    result.rounds += 1
    result.compared += len(pages) + browsers.many
    world.quiet.clear()
