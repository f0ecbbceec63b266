"""A target's server as a process: started on its own core, ended by its pid."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.targets.base import Missing, Target
from tests.databases import free_port


@contextmanager
def serving(
    target: Target, database: Path, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int]]:
    """(port, pid) of a server that accepts connections. Raises Missing when it doesn't come up."""
    port = free_port()
    command = target.command(port, database)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env={**os.environ, **command.env, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        os.sched_setaffinity(process.pid, target.cores)  # inherited by its threads and workers, which come later
        _wait_until_listening(process, port, log)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Looks into the kernel's table, as a probe would take the limit's control connection."""
    entry = f"0100007F:{port:04X} 00000000:0000 0A"
    deadline = time.monotonic() + 30
    while entry not in Path("/proc/net/tcp").read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise Missing(f"it does not start: {''.join(last)}")
        time.sleep(0.02)
    time.sleep(0.3)  # what is done just after the port is open
