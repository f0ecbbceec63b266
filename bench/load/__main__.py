"""`python -m bench.load FIGURE TARGET PORT PID DATABASE SIZE BUILD CORE`: measures once, prints values as JSON."""

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
    figure, name, port, pid, database, size, build, core = sys.argv[1:]
    os.sched_setaffinity(0, {int(core)})
    gc.disable()  # no pause of ours within a measurement; the process lives for one
    loop = Loop()
    target = TARGETS[name](Path(build))
    room = target.desk(loop, int(port))
    run = Run(target, room, Path(database), loop, Usage(int(pid)), QUICK if size == "quick" else FULL)
    try:
        print(json.dumps(FIGURES[figure].measure(run)))
    except (Stalled, Refused, Closed) as problem:
        print(json.dumps({"failed": f"{type(problem).__name__}: {problem}"}))


main()
