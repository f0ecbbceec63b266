"""`make bench`: interleaved rounds of every figure over every target, then the report. QUICK=1: in three minutes."""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import report
from bench.databases import Databases
from bench.figures import FIGURES
from bench.filling import HISTORY
from bench.load.loop import Stalled
from bench.server import serving
from bench.size import FULL, QUICK, Size
from bench.targets import TARGETS
from bench.targets.base import Missing, Target
from bench.targets.rooms import Refused

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "bench"
LOAD_CORE = 1
PATIENCE = 1800.0
"""Seconds for one figure of one target in one round."""


def main() -> None:
    arguments = _arguments()
    size = QUICK if arguments.quick else FULL
    size = replace(size, rounds=arguments.rounds or size.rounds)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every server is ended too
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("bench: the server and the load generator need a core each")
    _allow_sockets()
    work = BUILD / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    targets, missing = _install(arguments.targets)
    try:
        results = _rounds(arguments.figures, targets, size, work, missing)
    finally:
        for target in targets.values():
            target.uninstall()
    measured: dict[str, Any] = {"size": size.name, "rows": size.rows, "history": size.history, "missing": missing}
    measured["results"] = results
    (BUILD / "results.json").write_text(json.dumps(measured, indent=1))
    print()
    report.write(measured, ROOT / "docs" if size.name == "full" or arguments.write else BUILD / "docs")
    shutil.rmtree(work)


def _allow_sockets() -> None:
    """As many open files as the system lets a process have: what is started from here may have them too."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _rounds(
    figures: list[str], targets: dict[str, Target], size: Size, work: Path, missing: dict[str, str]
) -> list[dict[str, Any]]:
    """Round by round, target after target: what disturbs the machine disturbs them all."""
    databases = Databases(work, size.people)
    results = []
    for figure in figures:
        for number in range(1, size.rounds + 1):
            for target in targets.values():
                if figure in target.figures and target.name not in missing:
                    began = time.monotonic()
                    values = _measure(figure, target, databases, work, size, missing)
                    took = f"{time.monotonic() - began:.0f} s"
                    print(f"{figure:9} round {number} {target.name:14} {took:>5}  {_short(values)}", flush=True)
                    results.append({"figure": figure, "target": target.name, "round": number, "values": values})
    return results


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK", "") not in ("", "0"))
    parser.add_argument("--rounds", type=int, help="default: as many as the size has")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md from a quick run, too")
    parser.add_argument("--figures", nargs="+", choices=FIGURES, default=list(FIGURES))
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=list(TARGETS))
    return parser.parse_args()


def _install(names: list[str]) -> tuple[dict[str, Target], dict[str, str]]:
    targets: dict[str, Target] = {}
    missing: dict[str, str] = {}
    for name in names:
        target = TARGETS[name](BUILD)
        try:
            target.install()
            targets[name] = target
        except (Missing, subprocess.SubprocessError, OSError) as problem:
            missing[name] = str(problem)
            print(f"{target.label} is left out: {problem}")
    return targets, missing


def _measure(
    figure: str, target: Target, databases: Databases, work: Path, size: Size, missing: dict[str, str]
) -> dict[str, Any]:
    try:
        with ExitStack() as running:
            served = []
            for database in _databases(figure, target, databases, size):
                log, environment = work / f"{target.name}.log", target.environment(figure)
                served.append((database, *running.enter_context(serving(target, database, log, environment))))
            paths, ports, pids = (",".join(map(str, each)) for each in zip(*served, strict=True))
            load = [sys.executable, "-m", "bench.load", figure, target.name, ports, pids, paths]
            load += [size.name, str(BUILD), str(LOAD_CORE)]
            done = subprocess.run(load, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=PATIENCE)
    except Missing as problem:
        missing[target.name] = str(problem)
        return {"failed": str(problem)}
    except (Refused, Stalled, subprocess.SubprocessError) as problem:
        return {"failed": str(problem)}
    if done.returncode:
        return {"failed": f"the load generator ended with {done.returncode}"}
    return dict(json.loads(done.stdout))


def _databases(figure: str, target: Target, databases: Databases, size: Size) -> list[Path]:
    """One, or those that are measured side by side."""
    if figure == HISTORY:
        return [databases.with_history(target, history) for history in size.history]
    rows = size.rows[1] if figure == "large" else size.rows[0]
    return [databases.fresh(target, rows if target.filled else 0)]


def _short(values: dict[str, Any]) -> str:
    if "failed" in values:
        return str(values["failed"])
    return "  ".join(f"{key} {value:.3g}" for key, value in values.items())


if __name__ == "__main__":
    main()
