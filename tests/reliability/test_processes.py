"""Two processes on one database, and what becomes of one reaches the other."""

import os
import secrets
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.databases import run_app
from tests.live.pages import LivePage, settle, socket_to
from tests.live.people import People
from tests.live.rows import execute
from tests.processes import open_connections, workers_of
from tests.reliability.conftest import same_session
from tests.reliability.waiting import held, within
from tests.server import TwoWorkers

SHARED = 1.0
"""Seconds in which what happens on one process shows on the other's pages, on an idle desk."""
BUSY = 4
"""Factor for a machine that does other things too; what would miss by a poll or a reconnect misses by more."""


def test_an_action_on_one_process_reaches_the_pages_of_both_within_a_second(pair, people, open_page):
    pages = [
        open_page(server, people, who, path) for server in pair for who, path in (("ada", "/admin/codes"), ("bob", "/"))
    ]
    started = time.monotonic()
    code = people.generates()
    for page in pages:
        page.until(lambda page=page: f"code-{code['id']}" in page.document.rows("codes"), "the code")
    assert time.monotonic() - started < SHARED * BUSY
    settle(pages, people.broadcasts())
    for page in pages:
        page.assert_up_to_date()


def test_a_page_that_comes_back_to_the_other_process_misses_nothing(pair, people, open_page):
    page = open_page(pair[0], people, "ada", "/admin/codes")
    code = people.generates()
    page.until(lambda: f"code-{code['id']}" in page.document.rows("codes"), "the code")
    page.drop()
    people.acts("activate", code)
    later = people.generates()
    page.server, page.browser = pair[1], same_session(pair[1], page.browser)
    page.forget()
    page.connect()
    page.until(lambda: f"code-{later['id']}" in page.document.rows("codes"), "what it missed")
    settle([page], people.broadcasts())
    page.assert_up_to_date()


@pytest.fixture
def carl(pair):
    """A client of this test alone, signed in on the first process."""
    browser, name = pair[0].client(), f"carl{secrets.token_hex(4)}"
    form = {"username": name, "email": "carl@example.com", "password": "neither-bob-nor-eve"}
    assert browser.post("/register", data=form).status_code == 303
    return name, browser


@pytest.mark.parametrize(
    ("command", "stdin"),
    [
        (("change-password", "--password-stdin"), "another-robot-song\n"),
        (("change-role", "--role", "admin"), ""),
        (("suspend-person",), ""),
    ],
    ids=["password", "role", "suspended"],
)
def test_what_ends_a_persons_sessions_closes_their_sockets_on_every_process(
    pair, people, open_page, carl, command, stdin
):
    name, browser = carl
    his = [LivePage(server, same_session(server, browser), "/") for server in pair]
    hers = open_page(pair[1], people, "eve", "/")
    run_app(pair[0].database_url, "-m", "app", command[0], name, *command[1:], stdin=stdin)
    done = time.monotonic()
    assert [page.until_closed() for page in his] == [4401, 4401]
    assert time.monotonic() - done < SHARED * BUSY
    settle([hers], people.broadcasts())
    with socket_to(pair[1], his[1].browser) as again, pytest.raises(ConnectionClosed) as closed:
        again.recv(10)
    assert closed.value.rcvd.code == 4401


def test_signing_out_on_one_process_closes_that_sessions_sockets_on_the_other(pair, carl):
    _, browser = carl
    page = LivePage(pair[1], same_session(pair[1], browser), "/")
    started = time.monotonic()
    browser.post("/logout")
    assert page.until_closed() == 4401
    assert time.monotonic() - started < SHARED * BUSY


def test_the_clock_is_kept_by_one_process_and_taken_over_within_ten_seconds(own_pair, own_people, open_page):
    url = own_pair[0].database_url
    page = open_page(own_pair[1], own_people, "ada", "/admin/accounts?status=expired")
    first, second = own_people.has_account(), own_people.has_account("eve")
    assert _ended(url, first)
    own_pair[0].kill()
    killed = time.monotonic()
    assert _ended(url, second)
    assert time.monotonic() - killed < 10
    page.until(lambda: f"account-{second}" in page.document.rows("accounts"), "its end")
    assert execute(url, "SELECT count(*) FROM event WHERE kind = 'AccountExpired'") == [(2,)]
    page.assert_up_to_date()


def _ended(url, account):
    past = datetime.now(UTC) - timedelta(seconds=1)
    execute(url, "UPDATE customer_account SET expires_at = {} WHERE id = {}", past, account)
    expired = "SELECT 1 FROM customer_account WHERE status = 'expired' AND id = {}"
    return within(10, lambda: execute(url, expired, account), "its end")


def test_a_process_that_is_killed_loses_nothing_that_it_acknowledged(pair, people, open_page):
    url = pair[0].database_url
    page = open_page(pair[1], people, "ada", "/admin/codes")
    acknowledged, over = [], threading.Event()

    def generate(who):
        while not over.is_set():
            try:
                acknowledged.append(people.generates(who)["code"])
            except (httpx.TransportError, AssertionError):
                over.wait(0.02)

    with ThreadPoolExecutor(2) as pool:
        for who in ("bob", "eve"):
            pool.submit(generate, who)
        try:
            for _ in range(2):
                some = len(acknowledged) + 10
                within(20, lambda some=some: len(acknowledged) >= some, "ten more codes")
                pair[0].kill()
                pair[0].start()
        finally:
            over.set()  # the pool waits for its threads, whatever has failed
    stored = [code for (code,) in execute(url, "SELECT code FROM trading_code")]
    assert {code.replace("-", "") for code in acknowledged} <= set(stored)
    assert len(stored) == len(set(stored))
    counted = execute(url, "SELECT count(*) FROM event WHERE kind = 'CodeGenerated'")
    assert counted == [(len(stored),)]
    settle([page], people.broadcasts())
    page.assert_up_to_date()


def test_a_stop_lets_requests_finish_spreads_the_good_byes_and_ends_within_ten_seconds(own_pair, own_people, open_page):
    people, stopping, url = own_people, own_pair[0], own_pair[0].database_url
    code = people.generates()
    pages = [
        open_page(stopping, people, who, path) for who, path in (("ada", "/admin"), ("bob", "/")) for _ in range(10)
    ]
    with ThreadPoolExecutor(len(pages) + 1) as pool, held(url):
        running = pool.submit(people.acts, "activate", code)
        within(5, lambda: _waits(url, running), "the request is under way")
        closing = [pool.submit(_closed, page) for page in pages]
        started = time.monotonic()
        os.kill(stopping.pid, signal.SIGTERM)
        ends = [future.result() for future in closing]
        assert {code for code, _ in ends} == {1012}
        last = max(at for _, at in ends)
        assert last - min(at for _, at in ends) > 0.5
        assert last - started < 2 * BUSY
    # Only now the row is free.
    assert running.result(15)["status"] == "activated"
    stopping.stop()
    assert time.monotonic() - started < 10
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{stopping.url}/healthz")


def _waits(url, running):
    assert not running.done()
    if url.startswith("sqlite:"):
        return True  # it waits outside the database, where nothing can be seen of it
    return execute(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%'")


def _closed(page):
    code = page.until_closed()
    return code, time.monotonic()


def test_the_twenty_first_socket_of_a_person_closes_the_oldest(pair, people):
    server, browser = pair[0], people.browser["bob"]
    sockets = [socket_to(server, browser) for _ in range(20)]
    oldest, next_oldest = sockets[0], sockets[1]
    with socket_to(server, browser) as one_too_many:
        with pytest.raises(ConnectionClosed) as closed:
            oldest.recv(10)
        assert closed.value.rcvd.code == 4408
        with pytest.raises(TimeoutError):
            next_oldest.recv(0.2)
        one_too_many.send('{"cursor": "0", "view": "/"}')
        assert one_too_many.recv(10)
    for socket in sockets:
        socket.close()


def test_two_workers_behind_one_port_share_what_happens(database, tmp_path):
    with TwoWorkers(database.fresh(), log=tmp_path / "server.log") as server:
        people = People(server)
        workers = workers_of(server.pid)
        before = [open_connections(worker) for worker in workers]
        pages = []
        while not pages or (
            len(pages) < 30 and any(open_connections(w) - b < 1 for w, b in zip(workers, before, strict=True))
        ):
            who = ("ada", "bob")[len(pages) % 2]
            pages.append(LivePage(server, people.browser[who], ("/admin/codes", "/")[len(pages) % 2]))
        assert all(open_connections(w) - b > 0 for w, b in zip(workers, before, strict=True)), (
            "one worker has all the pages"
        )
        code = people.generates()
        for page in pages:
            page.until(lambda page=page: f"code-{code['id']}" in page.document.rows("codes"), "the code")
        settle(pages, people.broadcasts())
        for page in pages:
            page.assert_up_to_date()
            page.drop()
