"""`python -m bench.load FIGURE TARGET PORTS PIDS DATABASES SIZE BUILD CORE`: measures once, prints values as JSON.

Of several servers, whose ports and the like are joined by commas, the last is the one beside which the others run.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from bench.figures import FIGURES
from bench.figures.base import Run
from bench.load.loop import Loop, Stalled
from bench.load.usage import Usage
from bench.load.websocket import Closed
from bench.size import FULL, QUICK
from bench.targets import TARGETS
from bench.targets.rooms import Refused


def main() -> None:
    figure, name, ports, pids, databases, size, build, core = sys.argv[1:]
    os.sched_setaffinity(0, {int(core)})
    gc.disable()  # no pause of ours within a measurement; the process lives for one
    loop = Loop()
    target = TARGETS[name](Path(build))
    *beside, run = [
        Run(
            target, target.desk(loop, int(port)), Path(database), loop, Usage(int(pid)),
            QUICK if size == "quick" else FULL,
        )
        for port, pid, database in zip(ports.split(","), pids.split(","), databases.split(","), strict=True)
    ]  # fmt: skip
    run.beside = beside
    try:
        print(json.dumps(FIGURES[figure].measure(run)))
    except (Stalled, Refused, Closed) as problem:
        print(json.dumps({"failed": f"{type(problem).__name__}: {problem}"}))


main()
