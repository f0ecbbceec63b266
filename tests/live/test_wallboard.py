"""A page that nobody touches stays live for as long as its session may last at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.live.pages import LIMIT, LivePage, settle
from tests.live.people import People
from tests.live.rows import execute
from tests.reliability.waiting import within
from tests.server import Server


class ImpatientServer(Server):
    command = ("-m", "tests.live.impatient", "serve")


@pytest.fixture
def server(database: Databases, tmp_path: Path) -> Iterator[Server]:
    with ImpatientServer(database.fresh(), log=tmp_path / "server.log", DESK_CLOCK_SECONDS="0.05") as running:
        yield running


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


def sessions(server: Server, who: str, more: str = "", *values: object) -> int:
    sql = f"SELECT count(*) FROM session WHERE person = (SELECT id FROM person WHERE username = {{}}) {more}"
    return int(execute(server.database_url, sql, who, *values)[0][0])


def move(server: Server, who: str, column: str, at: datetime) -> None:
    sql = f"UPDATE session SET {column} = {{}} WHERE person = (SELECT id FROM person WHERE username = {{}})"
    execute(server.database_url, sql, at, who)


def test_a_session_with_an_open_page_is_not_idle_and_still_ends_in_time(server: Server) -> None:
    people = People(server)
    wallboard = LivePage(server, people.browser["ada"], "/admin")
    wallboard.until(lambda: bool(wallboard.frames), "the greeting")
    for who in ("ada", "eve"):
        move(server, who, "seen_at", ago(hours=7))
    within(LIMIT, lambda: sessions(server, "ada", "AND seen_at > {}", ago(hours=1)), "its page keeps the session")
    assert sessions(server, "eve", "AND seen_at > {}", ago(hours=1)) == 0

    move(server, "ada", "seen_at", ago(hours=2))
    move(server, "eve", "seen_at", ago(hours=9))
    within(LIMIT, lambda: sessions(server, "eve") == 0, "the end of the session that has no page")
    assert sessions(server, "ada") == 1
    assert people.browser["ada"].get("/admin").status_code == 200
    assert people.browser["eve"].get("/").status_code == 303
    settle([wallboard], people.broadcasts())
    wallboard.assert_up_to_date()

    move(server, "ada", "created_at", ago(days=15))
    assert wallboard.until_closed() == 4401, "the absolute end holds"
    within(LIMIT, lambda: sessions(server, "ada") == 0, "its end")


def test_a_page_that_was_closed_keeps_its_session_no_longer(server: Server) -> None:
    people = People(server)
    page = LivePage(server, people.browser["ada"], "/admin")
    page.until(lambda: bool(page.frames), "the greeting")
    page.drop()
    sockets = "desk_sockets 0.0"
    within(LIMIT, lambda: sockets in server.client().get("/metrics").text, "the end of its socket")
    move(server, "ada", "seen_at", ago(hours=9))
    within(LIMIT, lambda: sessions(server, "ada") == 0, "the end of its session")


def test_an_idle_session_is_not_brought_back_by_a_page_that_is_still_open(server: Server) -> None:
    people = People(server)
    page = LivePage(server, people.browser["ada"], "/admin")
    page.until(lambda: bool(page.frames), "the greeting")
    move(server, "ada", "seen_at", ago(hours=9))  # as after a laptop's sleep
    assert page.until_closed() == 4401
    assert people.browser["ada"].get("/admin").status_code == 303
