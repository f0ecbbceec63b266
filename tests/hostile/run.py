"""One attack after another: honest people before, during and after it, and then the checks."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.databases import ROOT, databases
from tests.hostile import checks
from tests.hostile.attack import Attack
from tests.hostile.attacks import ATTACKS
from tests.hostile.honest import Honest
from tests.hostile.latencies import Latencies
from tests.hostile.world import World

MIB = 1024 * 1024
MOST_TIMES, MOST = 2.0, 250.0
"""The goal: during an attack the median is at most so many times what it is without it, and no one waits for longer, in
milliseconds."""
HEALING = 60.0
"""Seconds that a desk has to be well again after an attack."""


@dataclass
class Outcome:
    attack: Attack
    without: Latencies
    during: Latencies
    after: Latencies
    memory: tuple[int, int, int]
    """MiB of the server: before the attack, at most during it, after it."""
    hold: float
    """Seconds for which the server's loop was held at most, rounded up to the next bound of its histogram."""
    answers: dict[str, int]
    cpu: float
    """Seconds of the attacking process."""
    wrong: list[str]

    @property
    def missed(self) -> list[str]:
        """Of the goal for what honest people notice; a sign-in waits for its own hash, so that it may take longer."""
        missed = []
        for kind in ("request", "shown"):
            calm, median, worst = self.without.p50(kind), self.during.p50(kind), self.during.worst(kind)
            if calm and median and median > MOST_TIMES * calm:
                missed.append(f"{kind} p50 ×{median / calm:.1f}")
            if worst and worst > MOST:
                missed.append(f"{kind} max {worst:,.0f} ms")
            afterwards = self.after.p50(kind)
            if calm and afterwards and afterwards > MOST_TIMES * calm:
                missed.append(f"{kind} afterwards ×{afterwards / calm:.1f}")
        return missed

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.attack.title, "without": self.without.figures(), "during": self.during.figures(),
            "after": self.after.figures(), "hold": self.hold, "memory": self.memory, "answers": self.answers,
            "cpu": self.cpu, "missed": self.missed, "wrong": self.wrong,
        }  # fmt: skip


@dataclass
class Run:
    seconds: float
    quiet: float
    """Seconds of honest work between two attacks."""
    small: bool
    outcomes: list[Outcome] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What was found at the end."""
    done: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def all_wrong(self) -> list[str]:
        return [f"{o.attack.name}: {wrong}" for o in self.outcomes for wrong in o.wrong] + self.wrong


def hostile(
    kind: str, folder: Path, *, seconds: float, quiet: float, small: bool = False,
    names: Sequence[str] = (), root: Path = ROOT,
) -> Run:  # fmt: skip
    """Raises KeyError for an attack that there is not."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [ATTACKS[name] for name in names or ATTACKS]
    run = Run(seconds, quiet, small)
    with (
        databases(kind, folder) as database,
        World(database, folder, intruders=60 if small else 110, collected=250 if small else 2_500, root=root) as world,
    ):
        asyncio.run(_attacks(world, run, chosen))
        run.wrong += checks.consistent(world)
    return run


async def _attacks(world: World, run: Run, chosen: list[Attack]) -> None:
    ours = asyncio.current_task()
    assert ours is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ours.cancel)  # so that every process ends with us
    honest = Honest(world.server.url, world.memory)
    try:
        await honest.begin()
        await world.attacker()
        world.deeds_before = await asyncio.to_thread(checks.deeds, world)
        without = await honest.work(asyncio.sleep(run.quiet))
        for attack in chosen:
            outcome = await _one(world, honest, run, attack, without)
            run.outcomes.append(outcome)
            print(_line(outcome), flush=True)
            without = outcome.after
            if not world.memory():
                break
        else:
            run.wrong += await checks.wrong_now(world, honest, run.done, run.unknown, looks_at=honest.pages)
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        await world.end_attacker()
        await honest.end()


async def _one(world: World, honest: Honest, run: Run, attack: Attack, without: Latencies) -> Outcome:
    before, holds = world.memory(), await asyncio.to_thread(world.holds)
    attacking = asyncio.create_task(world.attack(attack, run.seconds * attack.longer, small=run.small))
    during = await honest.work(attacking)
    result = attacking.result()
    run.done.update(result["done"])
    run.unknown.update(result["unknown"])
    for _ in range(int(HEALING)):
        if await asyncio.to_thread(world.server.is_well):
            break
        await asyncio.sleep(1)
    new_holds = await asyncio.to_thread(world.holds) - holds
    after = await honest.work(asyncio.sleep(run.quiet))
    wrong = list(result["wrong"])
    if failed := during.failed + after.failed:
        wrong.append(f"{len(failed)} times refused to honest people, such as: {failed[0]}")
    # To look at all that was done takes longer than a small attack: then it is done once, at the end.
    if not run.small:
        wrong += await checks.wrong_now(world, honest, run.done, run.unknown, looks_at=honest.pages)
    memory = (before // MIB, during.most_memory // MIB, world.memory() // MIB)
    hold = _hold(new_holds)
    if hold > checks.MOST_HOLD:
        wrong.append(f"the loop was held for more than {checks.MOST_HOLD} s")
    if memory[0] <= checks.MOST_MEMORY < memory[1]:
        wrong.append(f"{memory[1]} MiB of memory")
    return Outcome(attack, without, during, after, memory, hold, result["answers"], result.get("cpu", 0), wrong)


def _hold(counted: Counter[float]) -> float:
    """The lowest bound under which all of them are."""
    return min((bound for bound, many in counted.items() if many == max(counted.values())), default=0.0)


def _line(outcome: Outcome) -> str:
    def pair(latencies: Latencies, kind: Any) -> str:
        return f"{latencies.p50(kind)}/{latencies.worst(kind)}"

    figures = ", ".join(
        f"{kind} {pair(outcome.without, kind)} -> {pair(outcome.during, kind)}" for kind in outcome.during.seconds
    )
    return (
        f"{outcome.attack.name}: {figures}; hold {outcome.hold}; MiB {outcome.memory}; {outcome.answers}; "
        f"missed {outcome.missed}; wrong {outcome.wrong}"
    )
