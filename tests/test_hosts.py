"""Under which names the desk answers, and how it says no to the others."""

import os
import socket
import subprocess
import sys

import pytest
from websockets.sync.client import connect

from app.people.session_middleware import cookie_name
from tests.databases import ROOT
from tests.live.test_sockets import code_of, sync_message
from tests.people import PASSWORDS
from tests.server import Server

OWN = ["desk.example", "Desk.Example:443", "desk.example:8000", "[::1]", "[::1]:8000"]
FOREIGN = [
    "evil.example", "desk.example.evil.example", "evil.desk.example", "desk.example.", "127.0.0.1", "desk.example:",
    "desk.example:http", "desk.example:443:443", "::1", "[::1", "", "xdesk.example",
]  # fmt: skip


@pytest.fixture(scope="module")
def server(database, tmp_path_factory):
    """One for all, as nobody changes anything."""
    log = tmp_path_factory.mktemp("hosts") / "server.log"
    with Server(database.fresh(), log=log, DESK_HOSTS="desk.example, [::1]") as running:
        yield running


def test_a_desk_that_knows_its_hosts_answers_under_no_other(server):
    stranger = server.client()
    for host in OWN:
        assert stranger.get("/login", headers={"Host": host}).status_code == 200, host
        assert stranger.get("/static/app.css", headers={"Host": host}).status_code == 200, host
    for host in FOREIGN:
        for path in ("/login", "/", "/static/app.css", "/live/ended"):
            # What Litestar itself rejects as malformed is 422.
            assert stranger.get(path, headers={"Host": host}).status_code in (421, 422), (host, path)
    for accept, words in (("text/html", "<h1"), ("application/json", '"code":"misdirected"')):
        response = stranger.get("/login", headers={"Host": "evil.example", "Accept": accept})
        assert response.status_code == 421
        assert words in response.text
        assert "does not answer under this name" in response.text
        assert "evil.example" not in response.text


def test_a_sign_in_under_another_name_is_no_sign_in(server):
    bob = {"username": "bob", "password": PASSWORDS["bob"]}
    answer = server.api().post("/login", data=bob, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers.get("set-cookie")) == (421, None)
    assert server.api().post("/login", data=bob, headers={"Host": "desk.example"}).status_code == 200


def test_load_balancers_and_scrapers_know_an_address_only(server):
    for path in ("/healthz", "/metrics"):
        for host in ("10.0.0.7", f"127.0.0.1:{server.port}", "anything.example"):
            assert server.client().get(path, headers={"Host": host}).status_code == 200, (path, host)


@pytest.mark.parametrize("lines", [[], ["Host: desk.example", "Host: evil.example"], ["Host: evil.example"] * 2])
def test_a_request_with_no_host_or_two_is_refused(server, lines):
    with socket.create_connection(("127.0.0.1", server.port), 10) as raw:
        raw.sendall("\r\n".join(["GET /login HTTP/1.1", *lines, "Connection: close", "", ""]).encode())
        assert int(raw.makefile("rb").readline().split()[1]) in (400, 421)


def test_a_socket_under_another_name_is_closed_as_one_from_another_site_is(server):
    signing_in = {"data": {"username": "bob", "password": PASSWORDS["bob"]}, "headers": {"Host": "desk.example"}}
    bob = server.client()
    token = bob.post("/login", **signing_in).headers["set-cookie"].split(";")[0]
    assert token.startswith(cookie_name())

    with socket_under("desk.example", server, token) as own:
        own.send(sync_message("/"))
        assert "#cursor" in own.recv(10)
    with socket_under("evil.example", server, token) as foreign:
        assert code_of(foreign) == 4403


def test_in_production_a_desk_that_does_not_know_its_hosts_does_not_start(database, monkeypatch):
    monkeypatch.setenv("DESK_ENV", "production")
    for command in (["serve", "--port=0"], ["migrate"]):
        done = subprocess.run(
            [sys.executable, "-m", "app", *command], cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database.fresh()}, text=True, capture_output=True, timeout=30,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (1, "")
        [line] = done.stderr.splitlines()
        assert line.startswith("codedesk: DESK_HOSTS must name the hosts")


def test_in_production_plain_http_is_no_origin_of_ours(servers):
    server = servers(DESK_ENV="production", DESK_HOSTS="desk.example")
    host = {"Host": "desk.example"}
    signed_in = server.client().post("/login", data={"username": "bob", "password": PASSWORDS["bob"]}, headers=host)
    own = {**host, "Cookie": signed_in.headers["set-cookie"].split(";")[0], "Accept": "application/json"}
    wish = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    for origin, status in (("https://desk.example", 201), ("http://desk.example", 403)):
        answer = server.client().post("/api/generate-code", data=wish, headers=own | {"Origin": origin})
        assert answer.status_code == status
        with socket_under("desk.example", server, own["Cookie"], scheme=origin.partition(":")[0]) as page:
            if status == 403:
                assert code_of(page) == 4403
            else:
                page.send(sync_message("/"))
                assert "#cursor" in page.recv(10)


def socket_under(host, server, token, scheme="http"):
    return connect(
        f"ws://{host}:{server.port}/live", address=("127.0.0.1", server.port), proxy=None, close_timeout=2,
        origin=f"{scheme}://{host}:{server.port}", additional_headers={"Cookie": token},
    )  # fmt: skip
