"""Requests that follow one another on one connection: none inherits what another has committed."""

import json
import socket

import pytest

from tests.live.people import People
from tests.live.rows import execute
from tests.reliability.test_unavailable import LOG
from tests.reliability.waiting import held
from tests.server import Server

CODE = json.dumps({"platform": "mt5", "account_number": "12345678", "plan": "30"}).encode()


class Connection:
    """One TCP connection, on which requests are sent without waiting for the answers before."""

    def __init__(self, server, browser):
        self.cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self.came = b""
        self.headers = {}
        """Of the last answer."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def head(self, path, body):
        return (
            f"POST {path} HTTP/1.1\r\nHost: desk.test\r\nCookie: {self.cookie}\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()

    def send(self, data):
        self.socket.sendall(data)

    def answer(self):
        """The next one: its status and what its body says."""
        while b"\r\n\r\n" not in self.came:
            self._receive()
        head, self.came = self.came.split(b"\r\n\r\n", 1)
        status, *lines = head.decode().split("\r\n")
        self.headers = {name.casefold(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        length = int(self.headers["content-length"])
        while len(self.came) < length:
            self._receive()
        body, self.came = self.came[:length], self.came[length:]
        return int(status.split()[1]), json.loads(body)

    def _receive(self):
        data = self.socket.recv(65536)
        assert data, "the server has closed the connection"
        self.came += data


@pytest.fixture
def bob(server):
    return People(server).browser["bob"]


class PlainServer(Server):
    """Without what `serve` asks of uvicorn: there all requests of a connection share a context."""

    command = ("-m", "uvicorn", "app.asgi:app")


@pytest.fixture(params=[Server, PlainServer])
def server(request, database, tmp_path):
    with request.param(database.fresh(), log=tmp_path / "server.log") as running:
        yield running


def test_what_the_request_before_has_saved_is_not_said_of_the_next_one(server, bob):
    with Connection(server, bob) as connection:
        head = connection.head("/api/generate-code", CODE)
        connection.send(head + CODE + head)  # the second one's body is still to come
        status, code = connection.answer()
        assert (status, code["status"]) == (201, "pending")
        with held(server.database_url, LOG):
            connection.send(CODE)
            status, answer = connection.answer()
        assert (status, answer["error"]["code"]) == (503, "unavailable")
        assert "Nothing was changed" in answer["error"]["message"]
        assert "saved" not in answer["error"]["message"]
        connection.send(head + CODE)
        assert connection.answer()[0] == 201, "and the connection goes on"
    assert execute(server.database_url, "SELECT count(*) FROM trading_code") == [(2,)]


@pytest.mark.once
def test_requests_that_come_all_at_once_are_answered_in_their_order(server, bob):
    with Connection(server, bob) as connection:
        wrong = CODE.replace(b"mt5", b"mt9")
        one, other = connection.head("/api/generate-code", CODE) + CODE, connection.head("/api/generate-code", wrong)
        connection.send((one + other + wrong) * 5)
        answers = [connection.answer() for _ in range(10)]
    assert [status for status, _ in answers] == [201, 422] * 5
    assert all("saved" not in json.dumps(said) for _, said in answers)


class MarkingServer(Server):
    command = ("-m", "tests.reliability.marking", "serve")


@pytest.mark.once
def test_no_request_finds_what_the_ones_before_have_left_in_their_context(database, tmp_path):
    """Waiting behind another, it would begin in that one's context; alone, in that of its connection."""
    found = []
    with (
        MarkingServer(database.fresh(), log=tmp_path / "server.log") as server,
        Connection(server, People(server).browser["bob"]) as connection,
    ):
        request = connection.head("/api/generate-code", CODE) + CODE
        for many in (3, 1):
            connection.send(request * many)
            for _ in range(many):
                assert connection.answer()[0] == 201
                found.append(connection.headers["x-found"])
    assert found == ["nothing"] * 4
