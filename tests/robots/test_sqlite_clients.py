"""The robot's own side, in Python and in MQL: what it believes, and what it does when nobody answers. What the desk
tells it is the same on both kinds of database."""

import fcntl
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.robots.keys import SigningKey
from tests.databases import ROOT
from tests.robots.terminals import MqlTerminal, PythonTerminal, client
from tests.robots.test_check import question
from tests.server import Server

HOUR = 3600
BROKER = "Bröker&7+=%"
FOLDER = ROOT / "tests/robots/mql"


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """The include in C++, with the compiler's own eyes on overruns; made by the first process that needs it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made = shared / "mql-robot"
    with (shared / "mql-robot.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _compile(made)
    return made


def _compile(made):
    strict = ["-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    folders = ["-I", FOLDER, "-I", ROOT / "clients/mql"]
    subprocess.run(["g++", "-std=c++17", "-O1", *strict, *folders, FOLDER / "robot.cpp", "-o", made], check=True)


@pytest.fixture(params=["python", "mql"])
def terminal(request, tmp_path):
    store = tmp_path / "licence.txt"
    if request.param == "python":
        made = PythonTerminal(store)
    else:
        made = MqlTerminal(store, request.getfixturevalue("program"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def server(database, tmp_path_factory, keys):
    """One for all: each test has a licence and an account number of its own, and none stops it."""
    with Server(database.fresh(), log=tmp_path_factory.mktemp("robots") / "server.log") as running:
        yield running


@pytest.fixture(scope="module")
def bob(server):
    return server.api("bob")


@pytest.fixture(scope="module")
def ada(server):
    return server.api("ada")


NUMBERS = count(20616275)


@pytest.fixture
def number():
    return str(next(NUMBERS))


@pytest.fixture
def licence_key(bob, ada, number):
    made = bob.post("/api/generate-code", data={"platform": "mt5", "account_number": number, "plan": "365"}).json()
    done = ada.post("/api/admin/codes", data={"code_id": made["id"], "action": "activate"})
    assert done.status_code == 200, done.text
    return made["code"]


@pytest.fixture
def known(keys):
    return {key.id: key.modulus for key in keys.all()}


@pytest.fixture
def start(terminal, server, licence_key, known, number):
    """Starts the robot, or starts it again."""

    def started(*, desk=server.url, known=known, licence=licence_key, account=number, broker=BROKER, product="robot"):
        terminal.start(desk, known, licence, account, broker, product)
        return terminal

    return started


@pytest.fixture
def act(ada, licence_key, number):
    """Ada acts on the account of this licence."""
    [account] = ada.get("/admin/accounts", params={"q": number}).json()["items"]

    def acted(action):
        done = ada.post("/api/admin/accounts", data={"account_id": account["id"], "action": action})
        assert done.status_code == 200, done.text

    return acted


def test_it_runs_stops_when_suspended_and_goes_on_when_restored(start, act):
    robot = start()
    assert not robot.may_trade(), "nothing is known yet"
    assert (robot.check(), robot.trouble) == ("VALID", "")
    assert robot.may_trade()
    assert 6 * HOUR * 0.89 <= robot.check_after <= 6 * HOUR * 1.11
    act("suspend")
    assert (robot.check(), robot.may_trade()) == ("SUSPENDED", False)
    act("restore")
    assert (robot.check(), robot.may_trade()) == ("VALID", True)


@pytest.fixture
def answer(server, licence_key, number):
    response = httpx.post(f"{server.url}/robot/check", data=question(licence_key, account=number))
    assert response.status_code == 200
    return response.content


def test_every_flipped_byte_is_found(terminal, answer, keys):
    modulus = keys.all()[0].modulus
    assert terminal.has_signed(modulus, answer)
    for place in range(isinstance(terminal, MqlTerminal), len(answer), 2):  # each takes the other's turns
        flipped = bytearray(answer)
        flipped[place] ^= 1 << place % 8
        assert not terminal.has_signed(modulus, bytes(flipped)), place


def test_whatever_is_cut_or_added_and_another_key_are_found(terminal, answer, keys):
    modulus = keys.all()[0].modulus
    for wrong in (
        b"", answer[:-1], answer + b"\n", answer + answer, b"\n" + answer, answer.replace(b"\n", b"\r\n"), answer * 40,
        answer.replace(b"\nsig=", b"\nsig=\n"), answer.replace(b"==\n", b"\n"), b"\0" * 600, b"\n" * 17, b"v=1\n" * 17,
    ):  # fmt: skip
        assert not terminal.has_signed(modulus, wrong), wrong[:40]
    assert not terminal.has_signed(SigningKey.new().modulus, answer)
    assert not terminal.has_signed(f"{2**2047 + 1:X}", answer)
    assert not terminal.has_signed("F" * 511, answer)


@given(data=st.data())
def test_whatever_else_stands_there_is_no_answer(terminal, answer, keys, data):
    """Some bytes of it taken away, put in the place of others, or added, anywhere."""
    start = data.draw(st.integers(0, len(answer)))
    end = data.draw(st.integers(start, min(len(answer), start + 40)))
    other = answer[:start] + data.draw(st.binary(max_size=40)) + answer[end:]
    assert terminal.has_signed(keys.all()[0].modulus, other) == (other == answer)


@given(noise=st.binary(max_size=600))
def test_noise_is_no_answer(terminal, keys, noise):
    assert not terminal.has_signed(keys.all()[0].modulus, noise)


def test_an_answer_to_a_robot_of_another_product_is_none(start, between):
    def asked_for_another(path, body):
        other = body.replace(b"product=robot", b"product=other")
        assert other != body
        return 200, between.asks(path, other)

    between.answers = asked_for_another
    robot = start(desk=between.url)
    assert robot.check() == ""
    assert "another" in robot.trouble


@pytest.mark.parametrize("change", ["account", "broker", "licence", "product"])
def test_an_answer_that_was_kept_for_another_is_none(start, licence_key, change):
    assert start().check() == "VALID"
    assert start().may_trade()
    other = {
        "account": "5012233", "broker": "Other", "licence": licence_key.replace("-", ""), "product": "night-scalper",
    }[change]  # fmt: skip
    assert not start(**{change: other}).may_trade()
    assert start().may_trade()


def test_only_keys_that_the_robot_knows_sign(start, known):
    other = SigningKey.new()
    robot = start(known={other.id: other.modulus})
    assert (robot.check(), robot.may_trade()) == ("", False)
    assert "a key that this robot does not know" in robot.trouble
    robot = start(known=dict.fromkeys(known, other.modulus))
    assert (robot.check(), robot.may_trade()) == ("", False)
    assert "signature" in robot.trouble
    assert start(known={other.id: other.modulus} | known).check() == "VALID"


class Between(BaseHTTPRequestHandler):
    """Somebody on the way: answers instead of the desk, or passes on and changes what comes."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, text = self.server.answers(self.path, body)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Way(HTTPServer):
    """The way to the desk, as long as it is not cut."""

    def __init__(self, desk):
        super().__init__(("127.0.0.1", 0), Between)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._desk = desk
        self.answers = lambda path, body: (200, self.asks(path, body))
        self._serving = threading.Thread(target=self.serve_forever, args=[0.01])
        self._serving.start()

    def asks(self, path, body):
        """What the desk answers."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = httpx.post(self._desk + path, content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.content

    def cut(self):
        """Nobody listens there any more."""
        self.shutdown()
        self._serving.join()
        self.server_close()


@pytest.fixture
def between(server):
    way = Way(server.url)
    yield way
    way.cut()


NOT_SIGNED = [
    (503, b"Unavailable."), (200, b"<html>Please pay for your room.</html>"), (200, b"\xff\x00"), (200, b""),
    (429, b""), (400, b"nonce: Send more."), (302, b""),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body"), NOT_SIGNED)
def test_whatever_is_not_signed_changes_nothing(start, between, status, body):
    assert start().check() == "VALID"
    between.answers = lambda path, sent: (status, body)
    robot = start(desk=between.url)
    assert robot.may_trade(), "it goes on by the answer that was kept"
    assert robot.check() == ""
    assert robot.trouble
    assert (robot.code, robot.may_trade()) == ("VALID", True)
    robot.passes(wall=73 * HOUR)
    assert not robot.may_trade(), "and no longer than it was valid"


def test_neither_a_changed_answer_nor_an_older_one_is_believed(start, between, act):
    seen = []

    def passed_on(path, body):
        seen.append(between.asks(path, body))
        return 200, seen[-1].replace(b"code=SUSPENDED", b"code=VALID")

    between.answers = passed_on
    robot = start(desk=between.url)
    assert robot.check() == "VALID"
    act("suspend")
    assert robot.check() == ""
    assert "signature" in robot.trouble
    between.answers = lambda path, sent: (200, seen[0])
    assert robot.check() == ""
    assert "another" in robot.trouble
    assert robot.may_trade(), "until its last answer is over"
    robot.passes(wall=73 * HOUR)
    assert not robot.may_trade()


def test_without_a_network_it_goes_on_until_the_answer_is_over(start, between):
    robot = start(desk=between.url)
    assert robot.check() == "VALID"
    between.cut()
    robot.passes(wall=71 * HOUR)
    assert robot.check() == ""
    assert "reached" in robot.trouble
    assert robot.may_trade()
    robot.passes(wall=2 * HOUR)
    assert not robot.may_trade()


def test_a_clock_that_is_set_back_gives_no_time(start):
    robot = start()
    robot.check()
    robot.passes(wall=-1000 * HOUR, ticks=40 * HOUR)
    assert robot.may_trade()
    robot.passes(ticks=31 * HOUR)
    assert robot.may_trade()
    robot.passes(ticks=2 * HOUR)
    assert not robot.may_trade()
    robot.passes(wall=-1000 * HOUR)
    assert not robot.may_trade(), "what has passed has passed"


def test_after_a_restart_the_answer_is_verified_again_and_its_time_goes_on(start, between):
    robot = start(desk=between.url)
    assert robot.check() == "VALID"
    between.cut()
    kept = robot.store.read_bytes()
    robot.passes(wall=71 * HOUR)
    robot = start(desk=between.url)
    assert robot.may_trade()
    assert robot.check() == ""  # keeps how much has passed
    robot.passes(wall=-500 * HOUR)
    robot = start(desk=between.url)
    assert robot.may_trade()
    robot.passes(wall=2 * HOUR)
    assert not robot.may_trade(), "a clock set back before the restart gave no time"
    for harm in (
        kept.replace(b"code=VALID", b"code=valid"), kept[:-5], b"", b"x", b"\n\n", kept.partition(b"\n")[2],
        b"1 2 3 4\n" + kept, b"9" * 99 + kept, kept.replace(b"valid_until=1", b"valid_until=9"),
    ):  # fmt: skip
        robot.store.write_bytes(harm)
        assert not start(desk=between.url).may_trade(), harm[:30]


def test_a_full_disk_costs_no_trade(start):
    robot = start()
    robot.fill_the_disk()
    assert robot.check() == "VALID"
    assert robot.may_trade()
    assert "cannot be kept" in robot.trouble


@pytest.mark.parametrize("terminal", ["mql"], indirect=True)
@pytest.mark.parametrize("error", [4014, 4060, 5200])
def test_a_terminal_that_may_not_ask_names_the_address_to_allow(start, server, error):
    robot = start()
    robot.refuse(error)
    assert robot.check() == ""
    assert robot.trouble.startswith(f"allow {server.url}/robot/check in Tools, Options, Expert Advisors")


ALONE = """
import sys
sys.path.insert(0, "clients/python")
import codedesk_client
print(sorted({name.split(".")[0] for name in sys.modules} & {"app", "litestar", "httpx", "requests"}))
"""


def test_it_is_one_file_on_the_standard_library_and_cryptography():
    command = [sys.executable, "-I", "-c", ALONE]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "[]\n"
    assert set(client.FIELDS) >= {"code", "nonce", "sig"}
