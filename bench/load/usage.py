"""What a process costs, seen from outside: CPU time and memory of a whole process tree."""

from __future__ import annotations

import time
from pathlib import Path

_KIB = 1024


class Usage:
    """The tree is looked up once, so start it after the workers are up."""

    def __init__(self, pid: int) -> None:
        self.pids = _tree(pid)

    def cpu(self) -> float:
        """Seconds of CPU (user and system) of the tree so far, to the nanosecond.

        The kernel's clock of a process holds what utime + stime of /proc/<pid>/stat round to 10 ms.
        """
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.pids)

    def memory(self) -> int:
        """Bytes of memory: proportional set size, shared pages counted once."""
        return sum(_pss(pid) for pid in self.pids)


def _tree(pid: int) -> list[int]:
    pids = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            pids += _tree(int(child))
    return pids


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * _KIB
    raise RuntimeError(f"no Pss for process {pid}")
