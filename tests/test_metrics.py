"""One scrape tells of all workers, whichever of them answers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.live.pages import LIMIT, LivePage
from tests.live.people import People
from tests.processes import workers_of
from tests.server import Server, TwoWorkers

SCRAPES = 12
"""Each on a connection of its own, so that both workers answer some of them."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the server makes its temporary files."""
    (made := tmp_path / "temporary").mkdir()
    return made


@pytest.fixture
def two_workers(database, tmp_path, folder) -> Iterator[Server]:
    with TwoWorkers(database.fresh(), log=tmp_path / "server.log", TMPDIR=str(folder)) as server:
        yield server


def scraped(server: Server) -> dict[str, float]:
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}


def values_of(server: Server, name: str) -> set[float]:
    return {scraped(server)[name] for _ in range(SCRAPES)}


def until(server: Server, name: str, value: float) -> None:
    deadline = time.monotonic() + LIMIT
    while values_of(server, name) != {value}:
        assert time.monotonic() < deadline, f"{name}: {values_of(server, name)}, not {value}"
        time.sleep(0.05)


def opened(server: Server, pages: ExitStack, many: int) -> list[LivePage]:
    people = People(server)
    return [pages.enter_context(LivePage(server, people.browser["bob"], "/")) for _ in range(many)]


def test_one_scrape_sums_both_workers_forgets_what_a_dead_one_held_and_leaves_no_folder(
    two_workers: Server, folder: Path
) -> None:
    """Of one server, as each worker is a start from the beginning."""
    with ExitStack() as pages:
        opened(two_workers, pages, 15)
        until(two_workers, "desk_sockets", 15)
        assert min(values_of(two_workers, "desk_pushes_total")) >= 15
    until(two_workers, "desk_sockets", 0)

    with ExitStack() as pages:
        opened(two_workers, pages, 15)
        until(two_workers, "desk_sockets", 15)
        counted = scraped(two_workers)["desk_pushes_total"]
        dead = workers_of(two_workers.pid)[0]
        os.kill(dead, signal.SIGKILL)
        deadline = time.monotonic() + LIMIT
        while dead in workers_of(two_workers.pid) or len(workers_of(two_workers.pid)) < 2 or not two_workers.is_well():
            assert time.monotonic() < deadline, "no other worker has taken its place"
            time.sleep(0.05)
        survivors = values_of(two_workers, "desk_sockets")
        assert len(survivors) == 1
        assert survivors.pop() < 15
        assert min(values_of(two_workers, "desk_pushes_total")) >= counted

    [shared] = folder.glob("codedesk-metrics-*")
    assert list(shared.glob("gauge_live*.db"))
    two_workers.stop()
    assert not shared.exists()


def test_one_worker_needs_none(database, tmp_path, folder) -> None:
    with Server(database.fresh(), log=tmp_path / "server.log", TMPDIR=str(folder)) as server:
        assert "process_resident_memory_bytes" in scraped(server)
        assert list(folder.iterdir()) == []
