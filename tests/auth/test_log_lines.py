"""What an operator reads of sign-ins: who tried which name from where, and never the password."""

import json

import httpx

from tests.auth.test_proxies import ask, lines, told
from tests.people import PASSWORDS

ADDRESS = "127.0.0.7"


def test_a_failed_sign_in_is_one_line_with_the_address_and_the_name_tried(server):
    tried = {"username": "bob", "password": "a-secret-of-bobs"}
    assert ask(server, ADDRESS, "POST", "/login", data=tried).status_code == 401
    [line] = [line for line in lines(server) if line["message"].startswith("failed sign-in")]
    assert (line["level"], line["address"], line["username"]) == ("warning", ADDRESS, "bob")
    assert "a-secret-of-bobs" not in server.log.read_text()


def test_a_name_of_any_length_and_signs_is_one_bounded_line(server):
    for name in ("x" * 30_000, 'bob"\n{"level": "error"}', "bob\r\n\u2028\x1b[31m"):
        ask(server, ADDRESS, "POST", "/login", json={"username": name, "password": "wrong"})
    log = server.log.read_bytes()
    assert max(map(len, log.split(b"\n"))) < 1_000
    assert all(json.loads(line)["level"] != "error" for line in log.split(b"\n") if line)


def test_request_lines_carry_the_address_and_who_it_was(server):
    bob = server.client("bob")
    bob.get("/notifications")
    with httpx.Client(transport=httpx.HTTPTransport(local_address=ADDRESS)) as stranger:
        stranger.get(f"{server.url}/login")
    assert told(server, "person", 1, path="/notifications", address="127.0.0.1")[0] > 0
    assert told(server, "status", 1, path="/login", address=ADDRESS) == [200]
    assert PASSWORDS["bob"] not in server.log.read_text()


def test_what_there_is_not_leaves_its_line_too(server):
    """Whoever looks for holes asks for nothing else."""
    ask(server, ADDRESS, "GET", "/no/such/page" + "/x" * 1_000)
    ask(server, ADDRESS, "DELETE", "/login")
    assert told(server, "status", 1, path="/login", method="DELETE", address=ADDRESS) == [405]
    [path] = told(server, "path", 1, status=404)
    assert path.startswith("/no/such/page/x/x")
    assert len(path) == 200
