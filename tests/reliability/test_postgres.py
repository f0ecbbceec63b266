"""What only PostgreSQL can suffer: lost wake-ups, connections that end, a server that stops."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx
import pytest

from tests.live.pages import settle
from tests.live.people import People
from tests.live.rows import execute
from tests.reliability.test_processes import BUSY
from tests.reliability.test_unavailable import everything, fails_with_503
from tests.reliability.waiting import held, within

LISTEN = "codedesk-listen"


def named_in(url):
    return url.rsplit("/", 1)[1]


def named(server):
    return named_in(server.database_url)


@pytest.fixture
def page(pair, people, open_page):
    """On the process that does not act."""
    return open_page(pair[1], people, "ada", "/admin/codes")


def shows(page, code):
    page.until(lambda: f"code-{code['id']}" in page.document.rows("codes"), "the code")


def listening(cluster, pair):
    return within(15, lambda: len(rows := cluster.backends(named(pair[0]), LISTEN)) == 2 and rows, "two that listen")


def test_a_notify_that_reaches_nobody_costs_a_poll(cluster, pair, people, page):
    pids = listening(cluster, pair)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        shows(page, people.generates())
        assert time.monotonic() - started < 1.5 * BUSY
        cluster.terminate(named(pair[0]), LISTEN)  # what it has not delivered yet dies with it
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    assert not set(listening(cluster, pair)) & set(pids)
    page.assert_up_to_date()


def test_a_listener_that_is_terminated_listens_again(cluster, pair, people, page):
    pids = listening(cluster, pair)
    cluster.terminate(named(pair[0]), LISTEN)
    assert not set(listening(cluster, pair)) & set(pids)
    shows(page, people.generates())
    within(20, lambda: all(server.is_well() for server in pair), "both are well")


def test_connections_that_end_in_the_middle_of_the_pool_are_replaced(cluster, pair, people, page):
    """More often than the pool has places: none is leaked."""
    for _ in range(12):
        cluster.terminate(named(pair[0]), "codedesk")
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda _: people.ask("bob", "POST", "/api/generate-code", platform="mt5"), range(10)))
    shows(page, people.generates())
    settle([page], people.broadcasts())
    page.assert_up_to_date()


def test_what_is_begun_first_and_committed_last_is_skipped_by_nobody(pair, people, page):
    first, second = people.generates(), people.generates()
    url = pair[0].database_url
    with ThreadPoolExecutor(1) as pool:
        with held(url, f"SELECT id FROM trading_code WHERE id = {first['id']} FOR UPDATE"):
            slow = pool.submit(people.acts, "activate", first)
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%'"
            within(5, lambda: execute(url, waits), "the first action waits for its row")
            people.acts("activate", second, who="grace")
            last = execute(url, "SELECT max(id) FROM event")[0][0]
            page.until_position(last)
        slow.result(10)
    settle([page], people.broadcasts())
    page.assert_up_to_date()
    kinds = execute(url, "SELECT data FROM event WHERE kind = 'CodeActivated' ORDER BY id DESC LIMIT 2")
    assert f'"code":{first["id"]}' in kinds[0][0]
    assert f'"code":{second["id"]}' in kinds[1][0]


@contextmanager
def stopped(cluster):
    cluster.stop("immediate")
    try:
        yield
    finally:
        cluster.start()


def test_while_postgresql_is_stopped_everything_says_so_and_afterwards_goes_on_by_itself(cluster, pair, people, page):
    pids = [server.pid for server in pair]
    before = everything(pair[0].database_url)
    with stopped(cluster):
        error = fails_with_503(people, Accept="application/json").json()["error"]
        assert (error["code"], "Nothing was changed" in error["message"]) == ("unavailable", True)
        html = fails_with_503(people, Accept="text/html")
        assert "cannot reach its database" in html.text
        assert people.browser["ada"].get("/admin/codes", headers={"Accept": "text/html"}).status_code == 503
        page.until(lambda: "offline" in page.document.find("connection").text_content().casefold(), "“offline”")
        health = within(10, lambda: _unwell(pair[0], "relay", "wake-up", "clock"), "all tasks say what is wrong")
        assert health["database"] != "answers"
    assert everything(pair[0].database_url) == before
    within(30, lambda: all(server.is_well() for server in pair), "both are well again")
    shows(page, people.generates())
    page.until(lambda: "live" in page.document.find("connection").text_content().casefold(), "“live”")
    settle([page], people.broadcasts())
    page.assert_up_to_date()
    assert [server.pid for server in pair] == pids


def _unwell(server, *tasks):
    response = httpx.get(f"{server.url}/healthz", timeout=10)
    assert response.status_code == 503
    health = response.json()
    return health if all(health["tasks"][task] != "running" for task in tasks) else None


def test_a_postgresql_without_free_connections_is_503_until_there_are_some(cluster, database, servers, open_page):
    """As a role that may have no more: the error is the same as when the server has none left at all (53300)."""
    url = database.fresh()
    cluster.execute("CREATE ROLE few LOGIN")
    for what in ("TABLES", "SEQUENCES"):
        cluster.execute(f"GRANT ALL ON ALL {what} IN SCHEMA public TO few", named_in(url))
    server = servers(url.replace("desk@", "few@"))
    people = People(server)
    page = open_page(server, people, "ada", "/admin/codes")
    before = everything(url)
    cluster.execute("ALTER ROLE few CONNECTION LIMIT 0")
    cluster.terminate(named_in(url))
    fails_with_503(people, Accept="application/json")
    fails_with_503(people, Accept="text/html")
    within(10, lambda: _unwell(server, "wake-up"), "the health check says so")
    assert everything(url) == before
    cluster.execute("ALTER ROLE few CONNECTION LIMIT -1")
    within(30, server.is_well, "the desk is well again")
    shows(page, people.generates())
    settle([page], people.broadcasts())
    page.assert_up_to_date()
