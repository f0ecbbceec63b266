"""Who asks for much waits for themselves: requests take turns by address, and there is an end to what is asked for."""

from __future__ import annotations

import asyncio
import time
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.limits import Limit, Quota
from app.live.gate import Gate
from app.live.usage import LIGHT, Usage
from app.web.fair_share import FairShare
from app.web.request_rate import RequestRates
from tests.auth.test_proxies import ask, lines
from tests.live.pages import socket_to
from tests.loops import as_long_as
from tests.server import Server


def request(address: str, **headers: str) -> dict[str, Any]:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (address, 4711), "headers": raw}


async def order(scopes: list[dict[str, Any]], **settings: Any) -> list[str]:
    """In which order requests are worked on that are all there at the same moment."""
    begun: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        begun.append(scope["client"][0])

    share = FairShare(app, Gate(Usage()), None, "desk", **settings)
    async with asyncio.TaskGroup() as group:
        for scope in scopes:
            group.create_task(share(scope, None, None))  # type: ignore[arg-type]
    return begun


async def test_bob_waits_for_one_request_of_a_flood_and_not_for_all() -> None:
    flood = [request("203.0.113.9") for _ in range(50)]
    begun = await order([*flood, request("192.0.2.1")])
    assert begun.index("192.0.2.1") <= 2
    assert len(begun) == 51


async def test_addresses_take_turns() -> None:
    scopes = [request(f"192.0.2.{number}") for number in (1, 1, 1, 2, 2, 2, 3)]
    begun = [address[-1] for address in await order(scopes)]
    assert sorted(begun[1:4]) == ["1", "2", "3"]


async def test_behind_a_proxy_those_take_turns_whom_it_speaks_for() -> None:
    flood = [request("10.0.0.5", x_forwarded_for="203.0.113.9") for _ in range(50)]
    marked = request("10.0.0.5", x_forwarded_for="192.0.2.1") | {"client": ("10.0.0.5", 1)}
    seen: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][1])

    share = FairShare(app, Gate(Usage()), None, "desk", [ip_network("10.0.0.5")])
    async with asyncio.TaskGroup() as group:
        for scope in [*flood, marked]:
            group.create_task(share(scope, None, None))  # type: ignore[arg-type]
    assert seen.index(1) <= 2


async def test_other_tasks_run_between_two_requests() -> None:
    ticks = 0
    at_each: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        at_each.append(ticks)

    async def tick() -> None:
        nonlocal ticks
        for _ in as_long_as(lambda: len(at_each) < 10, "requests wait, though nobody works"):
            ticks += 1
            await asyncio.sleep(0)

    share = FairShare(app, Gate(Usage()), None, "desk")
    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(share(request("203.0.113.9"), None, None))  # type: ignore[arg-type]
        group.create_task(tick())
    assert len(set(at_each)) == 10


async def in_portions(send: Any, begun: list[str]) -> None:
    """A list's file, in a task of its own as Litestar makes it; its reader takes everything at once."""

    async def stream() -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(10):
            begun.append("a portion")
            time.sleep(0.004)  # noqa: ASYNC251 - as work does, which is what is charged
            await send({"type": "http.response.body", "body": b"rows", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    await asyncio.create_task(stream())


async def taken(message: Any) -> None:
    pass


async def test_an_answer_in_portions_takes_a_turn_for_each_and_is_charged_to_who_asked() -> None:
    gate, begun = Gate(Usage()), list[str]()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["client"][0] == "203.0.113.9":
            await in_portions(send, begun)
        else:
            begun.append("bob")

    share = FairShare(app, gate, None, "desk")
    async with asyncio.TaskGroup() as group:
        for address in ("203.0.113.9", "192.0.2.1"):
            group.create_task(share(request(address), None, taken))  # type: ignore[arg-type]
    assert begun.index("bob") <= 2
    assert begun.count("a portion") == 10
    assert gate.usage.of(("strangers of 203.0.113.9", "203.0.113.9")) > LIGHT


async def test_while_a_portion_waits_for_its_reader_others_who_had_much_have_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.live.gate.LONGEST_PLACE", 600.0)  # so that no place is lost by waiting alone
    gate, begun, read = Gate(Usage()), list[str](), asyncio.Event()
    for address in ("203.0.113.9", "192.0.2.1"):
        gate.usage.add((f"strangers of {address}", address), 1.0)
    await gate.pass_through(("somebody who had little", "198.51.100.1"))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["client"][0] == "203.0.113.9":
            await in_portions(send, begun)
        else:
            begun.append("another")
            read.set()

    async def reads(message: Any) -> None:
        if message.get("more_body"):
            await read.wait()

    share = FairShare(app, gate, None, "desk")
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for address in ("203.0.113.9", "192.0.2.1"):
            group.create_task(share(request(address), None, reads))  # type: ignore[arg-type]
    assert begun[:2] == ["a portion", "another"]


async def test_who_has_gone_is_passed_over() -> None:
    begun: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        begun.append(scope["client"][1])

    share = FairShare(app, Gate(Usage()), None, "desk")
    tasks = [
        asyncio.create_task(share({**request("192.0.2.1"), "client": ("192.0.2.1", number)}, None, None))  # type: ignore[arg-type]
        for number in range(4)
    ]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert begun == [0, 2, 3]


def test_a_limit_comes_back_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    at = 1_000.0
    monkeypatch.setattr("app.web.request_rate.time.monotonic", lambda: at)
    rates = RequestRates(Quota("requests", (), (Limit(3, 60),)))
    assert [rates.use("192.0.2.1", "") for _ in range(4)] == [0, 0, 0, 20]
    assert rates.use("192.0.2.2", "") == 0
    at += 20
    assert rates.use("192.0.2.1", "") == 0


def test_a_crowd_of_addresses_costs_no_more_than_so_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.request_rate.MOST_KEPT", 100)
    rates = RequestRates(Quota("requests", (), (Limit(3, 60),)))
    for number in range(1_000):
        rates.use(f"address {number}", "")
    assert len(rates._full_at) <= 101


def test_too_many_requests_are_429_in_words_however_they_are_asked_and_nobody_elses(servers: Any) -> None:
    server: Server = servers(DESK_QUOTAS="on", DESK_QUOTA_REQUEST_PERSON="6/600", DESK_QUOTA_REQUEST_ADDRESS="none")
    bob, eve = server.client("bob"), server.client("eve")
    assert [bob.get("/").status_code for _ in range(7)] == [200] * 6 + [429]
    plain = bob.get("/")
    assert "too much at once" in plain.text
    assert 1 <= int(plain.headers["retry-after"]) <= 600
    error = bob.get("/", headers={"Accept": "application/json"})
    assert (error.status_code, error.json()["error"]["code"]) == (429, "too_many")
    fragment = bob.get("/", headers={"HX-Request": "true"})
    assert fragment.headers["hx-reswap"] == "none"
    assert 'hx-target="#toasts"' in fragment.text
    assert bob.post("/api/generate-code", data={}).status_code == 429
    assert eve.get("/").status_code == 200


def test_an_address_has_a_limit_too_and_none_where_quotas_are_off(servers: Any) -> None:
    limits = {"DESK_QUOTA_REQUEST_ADDRESS": "40/600"}
    server = servers(DESK_QUOTAS="on", **limits)
    for _ in range(50):
        ask(server, "127.0.0.7", "GET", "/no/such/page")
    assert ask(server, "127.0.0.7", "GET", "/no/such/page").status_code == 429
    said = [line["message"] for line in lines(server) if "reached a limit" in line["message"]]
    assert [message.partition(" ")[0] for message in said] == ["127.0.0.7"], "once, whatever is refused"
    assert "127.0.0.7" in server.client("ada").get("/notifications").text, "and the admins know"
    unbounded = servers(DESK_QUOTAS="off", **limits).client()
    assert {unbounded.get("/login").status_code for _ in range(41)} == {200}


def test_handshakes_of_strangers_count_as_requests_of_their_address_and_those_of_people_do_not(servers: Any) -> None:
    server: Server = servers(DESK_QUOTAS="on", DESK_QUOTA_REQUEST_ADDRESS="40/600", DESK_QUOTA_REQUEST_PERSON="none")
    bob, stranger = server.client("bob"), server.client()
    bob.get("/")

    def handshakes(browser: Any, many: int) -> list[str]:
        ends = []
        for _ in range(many):
            try:
                with socket_to(server, browser) as socket:
                    socket.send('{"cursor": "0", "view": "/"}')
                    socket.recv(10)
                    ends.append("served")
            except InvalidStatus as refused:
                ends.append(f"{refused.response.status_code} {refused.response.headers['Retry-After']}")
            except ConnectionClosed as closed:
                ends.append(str(closed.rcvd and closed.rcvd.code))
        return ends

    ends = handshakes(stranger, 45)
    assert ends[0] == "4401"
    assert ends[-1].startswith("429 ")
    assert set(ends) == {"4401", ends[-1]}
    assert handshakes(bob, 5) == ["served"] * 5
    assert bob.get("/").status_code == 429, "he comes from the same address"


async def test_who_is_an_admin_is_known_from_the_request_before_and_forgotten_with_the_role() -> None:
    reader = SimpleNamespace(id=7, is_admin=True)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["user"] = reader

    gate = Gate(Usage())
    share = FairShare(app, gate, None, "desk")
    await share(request("192.0.2.1", cookie="desk=abc"), None, None)  # type: ignore[arg-type]
    assert gate.usage.admins == {7}
    reader.is_admin = False
    await share(request("192.0.2.1", cookie="desk=abc"), None, None)  # type: ignore[arg-type]
    assert gate.usage.admins == set()
