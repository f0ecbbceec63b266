"""Who may connect, how it ends, and with which code: on a real server, because a test client shows other codes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.databases import Databases, run_app
from tests.live.pages import LIMIT, LivePage, settle, socket_to
from tests.live.people import People
from tests.live.stalled import push_more_than_it_reads
from tests.live.test_matrix import OPERATOR
from tests.server import Server


@pytest.fixture(scope="module")
def server(database: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(database.fresh(), log=tmp_path_factory.mktemp("sockets") / "server.log") as running:
        yield running


@pytest.fixture(scope="module")
def people(server: Server) -> People:
    return People(server)


def code_of(connection: ClientConnection) -> int:
    """With which the server closes; it has accepted the handshake before, or there would be no code to read."""
    with pytest.raises(ConnectionClosed) as closed:
        last_word(connection)
    assert closed.value.rcvd is not None, "the connection was cut without a close frame"
    return closed.value.rcvd.code


def last_word(connection: ClientConnection) -> None:
    """Reads until the end: ConnectionClosed; TimeoutError when it does not come."""
    deadline = time.monotonic() + LIMIT
    while True:  # a socket that lives on is told so every 20 seconds, so that one frame's time limit is none
        connection.recv(max(0, deadline - time.monotonic()))


def says(server: Server, browser: httpx.Client, message: str | bytes) -> int:
    with socket_to(server, browser) as connection:
        connection.send(message)
        return code_of(connection)


def sync_message(view: str, cursor: str = "0") -> str:
    return json.dumps({"cursor": cursor, "view": view})


@pytest.mark.once
def test_a_stranger_is_accepted_and_closed_with_4401(server: Server) -> None:
    with socket_to(server, server.client()) as connection:
        assert code_of(connection) == 4401


@pytest.mark.once
def test_a_made_up_cookie_is_closed_with_4401(server: Server) -> None:
    with socket_to(server, server.client(), additional_headers={"Cookie": "desk=made-up"}) as connection:
        assert code_of(connection) == 4401


@pytest.mark.once
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"]
)
def test_a_page_of_another_site_is_closed_with_4403_though_it_has_the_cookie(
    server: Server, people: People, origin: str
) -> None:
    with socket_to(server, people.browser["ada"], origin=origin) as connection:
        assert code_of(connection) == 4403


@pytest.mark.once
@pytest.mark.parametrize("view", ["/admin", "/admin/codes", "/admin/activity?status=CodeActivated"])
def test_a_client_on_an_admins_view_is_closed_with_4403(server: Server, people: People, view: str) -> None:
    assert says(server, people.browser["bob"], sync_message(view)) == 4403


@pytest.mark.once
@pytest.mark.parametrize("view", ["/nowhere", "", "/admin/codes/confirm", "https://evil.example", "/login"])
def test_a_view_that_there_is_not_is_closed_with_4403(server: Server, people: People, view: str) -> None:
    assert says(server, people.browser["ada"], sync_message(view)) == 4403


@pytest.mark.once
@pytest.mark.parametrize(
    "message",
    [
        "not JSON",
        "[]",
        "{}",
        '{"cursor": "x", "view": "/admin"}',
        '{"cursor": 7, "view": "/admin"}',
        '{"cursor": "7"}',
        sync_message("/admin/codes?status=made-up"),
        sync_message("/admin/codes?after=x"),
        json.dumps({"cursor": "0", "rendered": "soon", "view": "/admin"}),
    ],
)
def test_a_message_that_makes_no_sense_is_closed_with_1011(server: Server, people: People, message: str) -> None:
    assert says(server, people.browser["ada"], message) == 1011


@pytest.mark.once
def test_keys_of_htmx_are_ignored(server: Server, people: People) -> None:
    with socket_to(server, people.browser["ada"]) as connection:
        connection.send(json.dumps({"cursor": "0", "view": "/admin", "headers": {"HX-Request": "true"}}))
        assert "hx-partial" in str(connection.recv(LIMIT))


def test_signing_out_closes_that_sessions_sockets_and_leaves_the_others(server: Server, people: People) -> None:
    here, elsewhere = server.client("bob"), server.client("bob")
    with (
        LivePage(server, here, "/") as one,
        LivePage(server, here, "/notifications") as two,
        LivePage(server, elsewhere, "/") as other,
        LivePage(server, people.browser["eve"], "/") as eves,
    ):
        for page in (one, two, other, eves):
            page.until(lambda page=page: bool(page.frames), "the greeting")
        here.post("/logout")
        assert (one.until_closed(), two.until_closed()) == (4401, 4401)
        settle([other, eves], people.broadcasts())


def test_signing_in_anew_closes_the_sockets_of_the_session_before(server: Server) -> None:
    browser = server.client("bob")
    with LivePage(server, browser, "/") as page:
        page.until(lambda: bool(page.frames), "the greeting")
        browser.post("/login", data={"username": "bob", "password": "robots-never-sleep"})
        assert page.until_closed() == 4401


def test_a_person_who_is_suspended_by_another_process_loses_every_socket(server: Server) -> None:
    browser = server.client()
    form = {"username": "oscar", "email": "o@example.com", "password": "ninety-nine-balloons"}
    assert browser.post("/register", data=form).status_code == 303
    with LivePage(server, browser, "/") as one, LivePage(server, browser, "/notifications") as two:
        for page in (one, two):
            page.until(lambda page=page: bool(page.frames), "the greeting")
        run_app(server.database_url, "-c", OPERATOR.format(name="oscar", verb="suspend(by=SYSTEM)"))
        assert (one.until_closed(), two.until_closed()) == (4401, 4401)
    with socket_to(server, browser) as connection:
        assert code_of(connection) == 4401


@pytest.mark.once
def test_a_slow_reader_is_closed_with_1013_delays_nobody_and_comes_back_by_its_cursor(
    server: Server, people: People
) -> None:
    push_more_than_it_reads(server, people)


@pytest.mark.once
def test_a_server_that_stops_says_1012_to_every_socket(servers: Callable[..., Server]) -> None:
    server = servers()
    pages = [LivePage(server, server.client(name), path) for name, path in (("ada", "/admin"), ("bob", "/"))]
    for page in pages:
        page.until(lambda page=page: bool(page.frames), "the greeting")
    os.kill(server.pid, signal.SIGTERM)
    assert [page.until_closed() for page in pages] == [1012, 1012]


def test_a_server_that_is_killed_and_started_again_brings_its_pages_up_to_date(servers: Callable[..., Server]) -> None:
    server = servers()
    people = People(server)
    pages = [
        LivePage(server, people.browser[name], path)
        for name, path in (("ada", "/admin/codes?status=pending"), ("ada", "/admin/accounts"), ("bob", "/"))
    ]
    settle(pages, people.broadcasts())
    code = people.generates()
    server.kill()
    server.start()
    people.acts("activate", code)
    for page in pages:
        page.forget()
        page.connect()
    settle(pages, people.broadcasts())
    for page in pages:
        page.assert_up_to_date()
        page.drop()
