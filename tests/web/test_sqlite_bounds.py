"""What a peer may take of the server before it has said anything sensible: bytes, time, places."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.databases import Databases
from tests.processes import most_memory, sockets_of
from tests.raw import LIMIT, Peer, head, status_of
from tests.server import Server

HEAD_BYTES = 16 * 1024
MB = 1024 * 1024
KERNEL = 8 * MB
"""Bytes that the system may take for a server that reads no more."""


@pytest.fixture(scope="module")
def server(database: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Requests must come within a second."""
    log = tmp_path_factory.mktemp("bounds") / "server.log"
    with Server(database.fresh(), log=log, DESK_REQUEST_SECONDS="1") as running:
        yield running


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_headers_without_end_are_refused_with_431_and_take_no_memory(server: Server) -> None:
    before = most_memory(server.pid)
    with Peer(server) as eve:
        eve.sends(head("GET", "/login", ends=False))
        assert eve.pours(b"X-More: " + b"x" * 1000 + b"\r\n", 64 * MB) < KERNEL
        assert status_of(eve.hears_all()) in (0, 431)
    assert most_memory(server.pid) - before < 8 * MB


def test_one_header_without_end_is_refused_too(server: Server) -> None:
    before = most_memory(server.pid)
    with Peer(server) as eve:
        eve.sends(head("GET", "/login", ends=False) + b"X-More: ")
        assert eve.pours(b"x", 64 * MB) < KERNEL
    assert most_memory(server.pid) - before < 8 * MB


def request_of(many: int) -> bytes:
    """A request whose line and headers are so many bytes."""
    start = head("GET", "/login", {"Connection": "close", "X-Much": ""}, ends=False)[:-2]
    return start + b"x" * (many - len(start) - 4) + b"\r\n\r\n"


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in two parts"])
@pytest.mark.parametrize(("many", "status"), [(HEAD_BYTES, 200), (HEAD_BYTES + 1, 431)])
def test_the_bound_of_the_headers_is_exact(server: Server, many: int, status: int, at_once: bool) -> None:
    request = request_of(many)
    parts = [request] if at_once else [request[:1000], request[1000:]]
    with Peer(server) as bob:
        for part in parts:
            bob.sends(part)
        assert status_of(bob.hears_all()) == status


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (head("GET", "/login?q=" + "x" * 9_000), 414),
        (head("GET", "/login", {f"X-{number}": "x" for number in range(120)}), 431),
    ],
    ids=["a long address", "many headers"],
)
def test_what_no_browser_sends_is_refused_in_words(server: Server, request_: bytes, status: int) -> None:
    with Peer(server) as eve:
        eve.sends(request_)
        response = eve.hears_all()
    assert status_of(response) == status
    assert b"connection: close" in response


def test_requests_that_are_sent_ahead_without_end_are_not_kept(server: Server) -> None:
    before = most_memory(server.pid)
    with Peer(server) as eve:
        taken = eve.pours(head("GET", "/login"), 64 * MB)
    assert taken < KERNEL
    assert most_memory(server.pid) - before < 16 * MB


TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
CHUNKED = TYPE | {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    "start",
    [
        b"GET /log",
        head("GET", "/login", ends=False),
        head("POST", "/login", TYPE | {"Content-Length": "1000"}),
        head("POST", "/login", TYPE | {"Content-Length": "1000"}) + b"username=bob",
        head("POST", "/login", TYPE | {"Transfer-Encoding": "chunked"}),
        head("GET", "/healthz") + b"GET /log",
    ],
    ids=["a line", "headers", "a body", "half a body", "chunks", "the next one"],
)
def test_a_request_that_does_not_come_to_its_end_gets_408_in_time(server: Server, start: bytes) -> None:
    with Peer(server) as eve:
        eve.sends(start)
        assert b"408 Request Timeout" in eve.hears_all()
    assert '"request failed"' not in server.log.read_text(), "a line for each would be a flood of its own"


@pytest.mark.parametrize("start", [b"", b"\r\n"], ids=["nothing", "an empty line"])
def test_a_connection_without_a_request_is_ended_in_time(server: Server, start: bytes) -> None:
    with Peer(server) as eve:
        eve.sends(start)
        assert b"408" not in eve.hears_all()


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (head("GET", "/login", ends=False), b"X: x\r\n"),
        (head("POST", "/login", TYPE | {"Content-Length": "60000"}), b"x"),
        (head("POST", "/login", CHUNKED), b"1\r\nx\r\n"),
        (b"", b"\r\n"),
    ],
    ids=["headers", "a body", "chunks", "empty lines"],
)
def test_dribbling_does_not_keep_a_connection_open(server: Server, start: bytes, drop: bytes) -> None:
    deadline = time.monotonic() + LIMIT
    with Peer(server) as eve:
        eve.sends(start)
        while eve.sends(drop):
            assert time.monotonic() < deadline, "it went on for ever"
            time.sleep(0.05)


BODY = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"


@pytest.mark.parametrize(("method", "path"), [("POST", "/login"), ("GET", "/login"), ("POST", "/nowhere")])
@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"", BODY),
        (b"", b"1;" + b"x" * 1000 + b"\r\nx\r\n"),
        (b"0\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
    ],
    ids=["chunks", "extensions of chunks", "trailers"],
)
def test_a_body_without_end_is_cut_and_read_no_further(
    server: Server, method: str, path: str, start: bytes, more: bytes
) -> None:
    before = most_memory(server.pid)
    with Peer(server) as eve:
        eve.sends(head(method, path, CHUNKED) + start)
        assert eve.pours(more, 32 * MB) < KERNEL
    assert most_memory(server.pid) - before < 8 * MB


def test_a_chunked_body_that_is_too_large_gets_413_and_the_end(server: Server) -> None:
    with Peer(server) as bob:
        bob.sends(head("POST", "/login", CHUNKED) + BODY * 17)
        response = bob.hears_all()
    assert status_of(response) == 413
    assert b"connection: close" in response.lower()


def test_a_body_within_the_limit_is_read_in_chunks_and_the_connection_stays(server: Server) -> None:
    with Peer(server) as bob:
        for _ in range(2):
            bob.sends(head("POST", "/login", CHUNKED))
            bob.sends(b"14\r\nusername=bob&passwor\r\n")
            bob.sends(b"7\r\nd=wrong\r\n0\r\n\r\n")
            response = b""
            while b"</html>" not in response:
                response += (part := bob.hears())
                assert part, response
            assert status_of(response) in (401, 422)


def test_half_a_request_starts_nothing(server: Server) -> None:
    """No look-up of a session, no turn of anything: only what has come whole is a request."""

    def ended(how: str = "") -> int:
        return server.log.read_text().count(f'"path": "/register"{how}')

    start = head("POST", "/register", TYPE | {"Content-Length": "3"})
    with Peer(server) as eve, Peer(server) as bob:
        eve.sends(start + b"ab")
        bob.sends(start + b"abc")
        assert status_of(bob.hears()) == 422
        assert b"408" in eve.hears_all()
    with Peer(server) as bob:
        bob.sends(start + b"abc")
        assert status_of(bob.hears()) == 422
    until(lambda: ended(', "status": 422') == 2, "the lines of both")
    assert ended() == 2, "and none of eve's, which would stand before the second"


def test_who_asks_before_sending_a_body_is_told_to_go_on(server: Server) -> None:
    with Peer(server) as bob:
        bob.sends(head("POST", "/login", TYPE | {"Content-Length": "14", "Expect": "100-continue"}))
        assert status_of(bob.hears()) == 100
        bob.sends(b"username=b&p=c")
        assert status_of(bob.hears()) == 422


def test_a_trailer_is_no_header(server: Server) -> None:
    """A cookie that comes behind the body signs nobody in, and hides from no proxy."""
    cookie = server.client("ada").cookies["desk"]
    with Peer(server) as ada:
        ada.sends(head("POST", "/api/admin/broadcast", CHUNKED | {"Accept": "application/json", "Connection": "close"}))
        ada.sends(b"9\r\nmessage=x\r\n0\r\nCookie: desk=" + cookie.encode() + b"\r\n\r\n")
        assert status_of(ada.hears_all()) == 401


LARGE = "/static/vendor/htmx-4.0.1.min.js"


def test_who_does_not_read_the_responses_is_cut_off(server: Server) -> None:
    """The system takes some MB of them by itself."""

    def responses() -> int:
        return server.log.read_text().count(LARGE)

    before = len(sockets_of(server.pid))
    with Peer(server, buffer=4096) as eve:
        for sent in range(40, 1_000, 40):
            assert eve.sends(head("GET", LARGE) * 40)
            until(lambda sent=sent: responses() == sent or len(sockets_of(server.pid)) <= before, "it must not stay")
            if len(sockets_of(server.pid)) <= before:
                return
    pytest.fail("it was given everything")


def test_a_socket_whose_handshake_cannot_be_used_is_ended(server: Server) -> None:
    headers = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Cookie": "x=" + "x" * 10_000,
    }  # fmt: skip
    with Peer(server) as eve:
        eve.sends(head("GET", "/live", headers))
        assert status_of(eve.hears_all()) == 431


def test_half_sent_requests_of_one_address_leave_room_for_others(servers: Callable[..., Server]) -> None:
    server = servers(DESK_CONNECTIONS="600", DESK_CONNECTIONS_PER_ADDRESS="200")
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (800, 800))
    before = len(sockets_of(server.pid))
    with ExitStack() as peers:
        for number in range(1_100):
            eve = peers.enter_context(Peer(server))
            eve.sends(b"GET / HTT" if number % 2 else head("POST", "/login", {"Content-Length": "9"}) + b"x")
            if number % 100 == 99:
                with Peer(server, "127.0.0.2") as bob:
                    assert bob.gets() == 200
        until(lambda: len(sockets_of(server.pid)) - before <= 200, "no more than an address may have")
        assert len(sockets_of(server.pid)) - before > 150
        with Peer(server) as neighbour:
            assert neighbour.gets() == 200, "a whole request from that very address is served, too"


def test_many_addresses_cannot_take_all_places(servers: Callable[..., Server]) -> None:
    server = servers(DESK_CONNECTIONS="100", DESK_CONNECTIONS_PER_ADDRESS="60")
    with ExitStack() as peers:
        patient = peers.enter_context(Peer(server, "127.0.0.9"))
        assert patient.gets() == 200
        for address in ("127.0.1.1", "127.0.1.2", "127.0.1.3"):
            for number in range(60):
                peers.enter_context(Peer(server, address)).sends(b"GET /")
                if number % 10 == 9:
                    with Peer(server, "127.0.0.2") as bob:
                        assert bob.gets() == 200
        assert len(sockets_of(server.pid)) < 100 + 20
        assert patient.gets() == 200, "whoever holds the most is cut first"


def test_one_address_too_many_is_told_so_and_a_proxy_is_not_counted(servers: Callable[..., Server]) -> None:
    server = servers(DESK_CONNECTIONS_PER_ADDRESS="10", DESK_TRUSTED_PROXIES="127.0.0.3,127.9.0.0/16")
    handshake = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Origin": "http://desk.test",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Cookie": f"desk={server.client('bob').cookies['desk']}",
    }  # fmt: skip
    with ExitStack() as peers:
        for _ in range(10):
            tab = peers.enter_context(Peer(server, "127.0.0.4"))
            tab.sends(head("GET", "/live", handshake))
            assert status_of(tab.hears()) == 101
        with Peer(server, "127.0.0.4") as one_more:
            response = one_more.hears_all()
        assert status_of(response) == 503
        assert b"retry-after: " in response
        assert tab.sends(b"\x8a\x80\x00\x00\x00\x00"), "the sockets stay"
        for address in ("127.0.0.3", "127.9.9.9"):
            waiting = [peers.enter_context(Peer(server, address)) for _ in range(15)]
            assert [peer.gets() for peer in waiting] == [200] * 15


def test_the_start_says_how_many_connections_there_may_be(servers: Callable[..., Server]) -> None:
    server = servers(DESK_CONNECTIONS="1000000")
    log = server.log.read_text()
    assert "so each process takes" in log
    assert "DESK_CONNECTIONS=1000000 is more than the open files allow" in log
