"""Languages and zones as people choose them, and another midnight. That in one room everybody reads their own whatever
happens stands in test_matrix.py, which plays all that can happen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from app.robots.keys import KeyFile
from tests.databases import Databases
from tests.live.pages import LIMIT, LivePage, settle, socket_to
from tests.live.people import People
from tests.live.readers import THAI, choose_locales, open_pages, said
from tests.live.rows import execute
from tests.live.test_matrix import ALL, DAY_REFRESHES, names, the_event
from tests.server import Server


@pytest.fixture(scope="module")
def desk(
    database: Databases, tmp_path_factory: pytest.TempPathFactory, keys: KeyFile
) -> Iterator[tuple[People, list[LivePage]]]:
    log: Path = tmp_path_factory.mktemp("languages") / "server.log"
    with ExitStack() as everything:
        server = everything.enter_context(Server(database.fresh(), log=log, DESK_CLOCK_SECONDS="0.05"))
        people = People(server)
        choose_locales(people)
        people.generates()
        people.asks(people.has_account())
        yield people, [everything.enter_context(page) for page in open_pages(people)]


def test_midnight_in_bangkok_moves_only_the_pages_of_those_who_read_there(desk: tuple[People, list[LivePage]]) -> None:
    people, pages = desk
    settle(pages, before := people.broadcasts())
    for page in pages:
        page.forget()
    yesterday = datetime.now(ZoneInfo("Asia/Bangkok")).date() - timedelta(days=1)
    url = people.server.database_url
    bound = str(yesterday) if url.startswith("sqlite") else yesterday
    execute(url, "UPDATE day SET last = {} WHERE zone = 'Asia/Bangkok'", bound)
    the_event(people, "DayBegan", after=before)
    for page in pages:
        if page.reader == "grace":
            page.until(lambda page=page: any(frame.says_something for frame in page.frames), "the new day")
    settle(pages, marker := people.broadcasts())
    for page in pages:
        moved = [frame.targets for frame in page.frames if frame.position < marker and frame.says_something]
        assert bool(moved) == (page.reader == "grace"), f"{page} of {page.reader}: {moved}"
        refreshed = DAY_REFRESHES.get(("ada", page.path), set()) if page.reader == "grace" else set()
        assert names(page.frames) - {ALL} == refreshed, f"{page} of {page.reader}"
        page.assert_up_to_date()


@pytest.fixture
def server(database: Databases, tmp_path: Path) -> Iterator[Server]:
    with Server(database.fresh(), log=tmp_path / "server.log") as running:
        yield running


def with_partial(page: LivePage, target: str) -> bool:
    return any(target in frame.targets for frame in page.frames)


def test_when_bob_chooses_thai_all_his_pages_load_anew_and_read_so(server: Server) -> None:
    people = People(server)
    with LivePage(server, people.browser["bob"], "/") as desk, LivePage(server, people.browser["bob"], "/me") as me:
        with LivePage(server, people.browser["eve"], "/") as eves:
            people.do("bob", "/me", language="th", zone="Asia/Bangkok")
            for page in (desk, me):
                assert page.until_closed() == 1012
                page.connect()  # as htmx does
                page.until(lambda page=page: with_partial(page, "#reload"), "the order to load anew")
            settle([eves], people.broadcasts())
            assert not with_partial(eves, "#reload")
        assert not any("#toasts" in target for target in desk.frames[-1].targets), "it is told nothing else"
    answer = people.browser["bob"].get("/live/reload")
    assert answer.headers["hx-refresh"] == "true"
    with LivePage(server, people.browser["bob"], "/") as anew:
        assert '<html lang="th">' in anew._fetched()
        people.generates()
        settle([anew], people.broadcasts())
        assert "รอดำเนินการ" in said(anew.frames)
        anew.assert_up_to_date()


def test_a_page_from_before_the_choice_is_not_told_thai_by_a_socket_from_after_it(server: Server) -> None:
    people = People(server)
    page = LivePage(server, people.browser["bob"], "/")
    page.drop()
    people.do("bob", "/me", language="th")
    page.forget()
    page.connect()
    page.until(lambda: with_partial(page, "#reload"), "the order to load anew")
    people.generates()
    with LivePage(server, people.browser["eve"], "/") as eves:
        settle([eves], people.broadcasts())  # what would be pushed to Bob has been pushed by now
    page.take_in()
    assert not THAI.search(said(page.frames))
    assert page.document.rows("codes") == [], "it is not kept up to date"
    page.drop()


@pytest.mark.once
def test_who_has_chosen_nothing_is_told_in_the_pages_own_language_whatever_their_socket_asks(server: Server) -> None:
    """Not every browser sends Accept-Language with a socket."""
    people = People(server)
    bob = people.browser["bob"]
    bob.headers["Accept-Language"] = "th"
    with LivePage(server, bob, "/") as page:  # whose socket sends nothing of the kind
        people.do("bob", "/api/generate-code", platform="mt5", account_number="12345678", plan="30")
        settle([page], people.broadcasts())
        assert not with_partial(page, "#reload")
        assert "รอดำเนินการ" in said(page.frames)
        page.assert_up_to_date()
        del bob.headers["Accept-Language"]
        page.go("/notifications")  # its region comes in English now, and what stands around it is in Thai
        page.until(lambda: with_partial(page, "#reload"), "the order to load anew")


@pytest.mark.once
def test_what_no_page_says_of_itself_is_passed_over(server: Server) -> None:
    people = People(server)
    page = LivePage(server, people.browser["bob"], "/")
    page.drop()
    for locale in ("", "tlh Mars", "th", "th ../../etc/passwd", "\0 \0"):
        with socket_to(server, people.browser["bob"]) as socket:
            socket.send(json.dumps(page.fields() | {"locale": locale}))
            assert "#connection" in str(socket.recv(LIMIT)), f"{locale!r} is not greeted"


@pytest.mark.once
def test_the_desks_language_and_zone_are_those_of_whoever_has_chosen_none(database: Databases, tmp_path: Path) -> None:
    with Server(database.fresh(), log=tmp_path / "thai.log", DESK_LANGUAGE="th", DESK_ZONE="Asia/Bangkok") as server:
        people = People(server)
        shown = httpx.get(f"{server.url}/login").text
        assert '<html lang="th">' in shown
        with LivePage(server, people.browser["bob"], "/") as page:
            assert "Asia/Bangkok" in page._fetched()
            people.generates()
            settle([page], people.broadcasts())
            assert "วันนี้" in said(page.frames)
            page.assert_up_to_date()
