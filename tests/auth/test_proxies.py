"""Who asks, when a proxy asks for them: believed from those that DESK_TRUSTED_PROXIES names, and from nobody else."""

import ipaddress
import json
import logging
import socket
import time

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.web.addresses import MOST_HOPS, believed, network_of
from app.web.forwarded import MANY, OneAddress
from tests.live.test_plain_uvicorn import PlainServer
from tests.server import Server

PROXY, OTHER_PROXY, STRANGER = "127.0.0.2", "127.0.0.3", "127.0.0.4"
TRUSTED = [ipaddress.ip_network(each) for each in ("10.0.0.0/24", "192.0.2.5/32", "2001:db8:5::/64")]
MALLORY, BOB = "203.0.113.9", "198.51.100.7"


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),  # no proxy of ours
        ("127.0.0.1", "198.51.100.7", "127.0.0.1"),
        ("10.0.1.5", "198.51.100.7", "10.0.1.5"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.7", "198.51.100.7"),  # they wrote 1.2.3.4 themselves
        ("10.0.0.5", "10.0.0.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.7, 192.0.2.5", "198.51.100.7"),  # two proxies
        ("10.0.0.5", "192.0.2.5,10.0.0.7", "192.0.2.5"),  # a proxy asks for itself
        ("10.0.0.5", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.5", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.5", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.5", "::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:10.0.0.5", "198.51.100.7", "198.51.100.7"),
        ("2001:db8:5::1", "198.51.100.7", "198.51.100.7"),
        ("2001:db8:6::1", "198.51.100.7", "2001:db8:6::1"),
        ("10.0.0.5", "198.51.100.7, unknown", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.7, _hidden, 192.0.2.5", "192.0.2.5"),
        ("10.0.0.5", "198.51.100.7,", "10.0.0.5"),
        ("10.0.0.5", "[2001:db8::7", "2001:db8::7"),
        ("10.0.0.5", "198.51.100.7, 10.0.0.1" + ", 10.0.0.1" * 10_000, "10.0.0.1"),
        ("10.0.0.5", ", ".join(["198.51.100.7", *["10.0.0.1"] * (MOST_HOPS - 1)]), "198.51.100.7"),
        ("unknown", "198.51.100.7", "unknown"),
    ],
)
def test_the_rightmost_that_is_no_trusted_proxy_is_who_asks(peer, said, address):
    assert believed(peer, said, TRUSTED) == address


def test_ipv6_counts_by_64_bits_and_what_came_by_an_ipv6_socket_as_ipv4():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::") != network_of("2001:db8:1:2::")
    assert network_of("::ffff:192.0.2.5") == network_of("192.0.2.5") == "192.0.2.5"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of("nothing like it" * 10) == ("nothing like it" * 10)[:64]


@pytest.fixture(params=["serve", "uvicorn"])
def server(request, database, tmp_path):
    """Behind two proxies; also as `uvicorn app.asgi:app`, which would believe loopback by itself."""
    kind = Server if request.param == "serve" else PlainServer
    with kind(database.fresh(), log=tmp_path / "server.log", DESK_TRUSTED_PROXIES=f"{PROXY}, 127.0.0.3/32") as running:
        yield running


def ask(server, peer, method, path, said=None, **more):
    """As `peer` would, which is an address of this host, on behalf of whomever it says."""
    headers = {"Accept": "application/json"} | ({} if said is None else {"X-Forwarded-For": said})
    with httpx.Client(transport=httpx.HTTPTransport(local_address=peer), headers=headers) as client:
        return client.request(method, f"{server.url}{path}", **more)


def guesses(server, peer, said, name="bob"):
    return ask(server, peer, "POST", "/login", said, data={"username": name, "password": "wrong"}).status_code


def lines(server):
    return [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]


def told(server, key, many, **chosen):
    """Of that key the values in the lines with these others, once there are so many: a line may follow its answer."""
    deadline = time.monotonic() + 20
    while len(found := [line[key] for line in lines(server) if chosen.items() <= line.items()]) < many:
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return found


def test_behind_the_proxy_each_counts_by_their_own_address(server):
    assert [guesses(server, PROXY, f"1.2.3.{n}, {MALLORY}") for n in range(11)] == [*[401] * 10, 429]
    assert guesses(server, OTHER_PROXY, f"{MALLORY}, {PROXY}") == 429  # through both
    assert guesses(server, PROXY, BOB) == 401
    assert set(told(server, "address", 13, path="/login", message="request")) == {MALLORY, BOB}


def test_who_is_no_trusted_proxy_counts_by_their_own_address_whatever_they_say(server):
    assert [guesses(server, STRANGER, f"1.2.3.{n}") for n in range(11)] == [*[401] * 10, 429]
    assert guesses(server, PROXY, BOB) == 401
    warnings = [line for line in lines(server) if "DESK_TRUSTED_PROXIES" in line["message"]]
    assert [(line["level"], line["address"]) for line in warnings] == [("warning", STRANGER)]  # once


def test_without_the_setting_loopback_is_not_believed_either(servers):
    server = servers()
    assert [guesses(server, "127.0.0.1", f"1.2.3.{n}") for n in range(11)] == [*[401] * 10, 429]


def test_quotas_count_by_the_same_address(servers):
    server = servers(DESK_TRUSTED_PROXIES=PROXY, DESK_QUOTAS="on", DESK_QUOTA_SIGN_IN_ADDRESS="2/3600")
    assert [guesses(server, PROXY, MALLORY) for _ in range(3)] == [401, 401, 429]
    assert guesses(server, PROXY, BOB) == 401
    assert [guesses(server, STRANGER, f"1.2.3.{n}") for n in range(3)] == [401, 401, 429]


def test_sockets_too_are_those_of_whoever_asks(server):
    for peer, said in ((PROXY, MALLORY), (STRANGER, MALLORY)):
        sock = socket.create_connection(("127.0.0.1", server.port), source_address=(peer, 0))
        with (
            connect(
                f"ws://127.0.0.1:{server.port}/live", sock=sock, additional_headers={"X-Forwarded-For": said}
            ) as page,
            pytest.raises(ConnectionClosed),
        ):
            page.recv(timeout=20)
    assert told(server, "address", 2, message="socket ended", code=4401) == [MALLORY, STRANGER]


def test_the_metrics_stay_with_the_host_whoever_says_that_they_are_it(server):
    for peer, said, status in (
        ("127.0.0.1", None, 200),
        ("127.0.0.1", "127.0.0.1", 404),
        (PROXY, "127.0.0.1", 404),
        (PROXY, "::1", 404),
        (PROXY, MALLORY, 404),
        (STRANGER, "127.0.0.1", 404),
    ):
        assert ask(server, peer, "GET", "/metrics", said).status_code == status, (peer, said)


def test_everybody_from_one_address_is_worth_one_line(caplog):
    watch = OneAddress()
    with caplog.at_level(logging.WARNING):
        for person in range(MANY - 1):
            for _ in range(30):
                watch.see(person, PROXY)
        assert not caplog.records
        for person in range(MANY + 5):
            watch.see(person, PROXY)
    [line] = caplog.messages
    assert PROXY in line
    assert "DESK_TRUSTED_PROXIES" in line


def test_people_from_two_addresses_are_worth_none(caplog):
    watch = OneAddress()
    with caplog.at_level(logging.WARNING):
        watch.see(1, PROXY)
        watch.see(2, BOB)
        for person in range(3 * MANY):
            watch.see(person, PROXY)
    assert not caplog.records


def test_a_desk_in_production_that_sees_its_people_from_one_address_says_so(servers):
    server = servers(DESK_ENV="production", DESK_HOSTS="127.0.0.1")
    for n in range(MANY):
        fields = {"username": f"guest-{n}", "email": "g@example.com", "password": "three unrelated words"}
        cookie = ask(server, PROXY, "POST", "/register", data=fields).headers["set-cookie"].partition(";")[0]
        with httpx.Client(transport=httpx.HTTPTransport(local_address=PROXY), headers={"Cookie": cookie}) as client:
            assert client.get(f"{server.url}/").status_code == 200
    [line] = [line["message"] for line in lines(server) if "DESK_TRUSTED_PROXIES" in line["message"]]
    assert f"all of the first {MANY} people came from {PROXY}" in line
