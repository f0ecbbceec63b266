"""Under a server that offers no ready frames the desk works the same: `uvicorn app.asgi:app`."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.live.pages import LivePage, settle, socket_to
from tests.live.people import People
from tests.live.stalled import push_more_than_it_reads
from tests.live.test_sockets import code_of
from tests.server import Server


class PlainServer(Server):
    """Started by uvicorn's own command line, with its own websocket protocol."""

    command = ("-m", "uvicorn", "app.asgi:app")


@pytest.fixture
def server(database: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with PlainServer(database.fresh(), log=tmp_path_factory.mktemp("plain") / "server.log") as running:
        yield running


def test_the_desk_is_live_and_closes_its_sockets_with_the_same_codes(server: Server) -> None:
    people = People(server)
    views = [("ada", "/admin/codes?status=pending"), ("ada", "/admin/accounts"), ("bob", "/"), ("eve", "/")]
    pages = [LivePage(server, people.browser[name], path) for name, path in views]
    settle(pages, people.broadcasts())
    code = people.generates()
    pages[0].until(lambda: pages[0].document.rows("codes") == [f"code-{code['id']}"], "the code")
    people.acts("activate", code)
    pages[0].until(lambda: pages[0].document.rows("codes") == [], "its going")
    pages[2].until(lambda: len(pages[2].document.rows("accounts")) == 1, "the account")
    pages[2].drop()
    request = people.asks(1)
    people.decides("approve", request)
    pages[2].connect()
    settle(pages, people.broadcasts())
    for page in pages:
        page.assert_up_to_date()

    with socket_to(server, server.client()) as stranger:
        assert code_of(stranger) == 4401
    with socket_to(server, people.browser["ada"], origin="https://evil.example") as foreign:
        assert code_of(foreign) == 4403
    with socket_to(server, people.browser["bob"]) as curious:
        curious.send(json.dumps({"cursor": "0", "view": "/admin/codes"}))
        assert code_of(curious) == 4403
    with socket_to(server, people.browser["bob"]) as confused:
        confused.send("not JSON")
        assert code_of(confused) == 1011
    people.browser["bob"].post("/logout")
    assert pages[2].until_closed() == 4401
    os.kill(server.pid, signal.SIGTERM)
    assert pages[0].until_closed() == 1012


def test_a_slow_reader_is_closed_with_1013_and_what_waits_for_it_is_dropped(server: Server) -> None:
    push_more_than_it_reads(server, People(server))
