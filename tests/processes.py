"""What the kernel tells of processes (Linux), while they begin and end beside the question."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

ENDED = (FileNotFoundError, ProcessLookupError)
"""What /proc answers of one that has just ended: before a file of its is opened, and while it is read."""
ESTABLISHED = "01"
"""A state in /proc/net/tcp."""


def children_of(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(*ENDED):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(*ENDED):
                found += map(int, (thread / "children").read_text().split())
    return found


def descendants_of(pid: int) -> list[int]:
    found = children_of(pid)
    for process in found:
        found += children_of(process)
    return found


def command_of(pid: int) -> str:
    """Its words, with spaces between; empty of one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except ENDED:
        return ""


def workers_of(pid: int) -> list[int]:
    """The processes that uvicorn's supervisor has spawned: those that live, its resource tracker aside."""
    commands = {child: command_of(child) for child in children_of(pid)}
    return [child for child, command in commands.items() if command and "resource_tracker" not in command]


def most_memory(pid: int) -> int:
    """Bytes of memory that it has held at any time."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) * 1024


def sockets_of(pid: int) -> set[str]:
    """Those among its open files, also what listens; each by the name that /proc/net knows it by, its inode."""
    names = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(*ENDED):
            names.add(str(file.readlink()))
    return {name.removeprefix("socket:[").removesuffix("]") for name in names if name.startswith("socket:")}


def open_connections(pid: int) -> int:
    """How many of its sockets have a peer, over IPv4."""
    of_all = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines())
    return len(sockets_of(pid) & {fields[9] for fields in of_all if fields[3] == ESTABLISHED})
