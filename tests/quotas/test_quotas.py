"""How often a person and an address may do something: on servers of their own, whose quotas are on."""

import asyncio

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from app.limits import QUOTAS, Limit
from app.quotas.tables import Quota
from tests.browser import app
from tests.live.pages import LivePage, settle
from tests.live.people import People

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
JSON, HTMX, PLAIN = {"Accept": "application/json"}, {"HX-Request": "true"}, {"Accept": "text/html"}
THREE = Limit(3, 60)


def test_every_route_that_changes_something_has_a_quota():
    without = {
        f"{method} {route.path}"
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler)
        for method in handler.http_methods
        if method not in ("GET", "HEAD", "OPTIONS") and handler.opt.get("quota", handler.opt.get("rate")) not in QUOTAS
    }
    assert not without


def test_who_generates_too_often_is_told_when_to_go_on_and_nobody_else_waits(servers):
    server = servers(DESK_QUOTAS="on", DESK_QUOTA_GENERATE_PERSON="5/60")
    people = People(server)
    for _ in range(5):
        people.generates()
    before = people.items("ada", "/admin/codes")
    for headers in (JSON, HTMX, PLAIN):
        refused = people.browser["bob"].post("/api/generate-code", data=WISH, headers=headers)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 12
        assert "5 generated codes a minute are allowed" in refused.text
        assert "nothing was changed" in refused.text
    assert people.items("ada", "/admin/codes") == before
    people.generates("eve")


def test_admins_are_told_once_who_reached_a_limit(servers):
    server = servers(DESK_QUOTAS="on", DESK_QUOTA_GENERATE_PERSON="2/60")
    people = People(server)
    with LivePage(server, people.browser["ada"], "/notifications") as inbox:
        with LivePage(server, people.browser["eve"], "/notifications") as of_eve:
            for _ in range(2):
                people.generates()
            for _ in range(3):
                assert people.ask("bob", "POST", "/api/generate-code", **WISH).status_code == 429
            settle([inbox, of_eve], people.broadcasts())
            inbox.assert_up_to_date()
            of_eve.assert_up_to_date()
        told = [note for note in people.items("ada", "/notifications") if note["kind"] == "QuotaReached"]
        assert [(note["text"], note["level"]) for note in told] == [
            ("bob reached a limit: 2 generated codes a minute", "warning")
        ]
        assert not [note for note in people.items("eve", "/notifications") if note["kind"] == "QuotaReached"]


def test_a_limit_holds_for_all_processes_and_through_a_restart(servers, database):
    url = database.fresh()
    limits = {"DESK_QUOTAS": "on", "DESK_QUOTA_GENERATE_PERSON": "4/600"}
    first, second = servers(url, **limits), servers(url, **limits)
    bob = first.api("bob")
    elsewhere = second.api()
    elsewhere.cookies = bob.cookies
    assert [browser.post("/api/generate-code", data=WISH).status_code for browser in (bob, elsewhere) * 3] == [
        201, 201, 201, 201, 429, 429,
    ]  # fmt: skip
    first.stop()
    first.start()
    assert bob.post("/api/generate-code", data=WISH).status_code == 429


def test_an_address_has_a_quota_of_its_own_whoever_acts_from_there(servers):
    server = servers(DESK_QUOTAS="on", DESK_QUOTA_REGISTER_ADDRESS="3/3600")

    def register(name, address):
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address)) as stranger:
            fields = {"username": name, "email": "x@example.com", "password": "three unrelated words"}
            return stranger.post(f"{server.url}/register", data=fields, headers=JSON).status_code

    assert [register(f"guest{n}", "127.0.0.2") for n in range(4)] == [200, 200, 200, 429]
    assert register("guest9", "127.0.0.3") == 200


def test_a_client_who_generates_twenty_codes_in_a_minute_by_hand_never_meets_a_quota(servers):
    people = People(servers(DESK_QUOTAS="on"))
    for _ in range(20):
        people.generates()


def test_that_quotas_are_off_is_said_at_the_start(servers):
    server = servers(DESK_QUOTAS="off", DESK_QUOTA_GENERATE_PERSON="1/600")
    assert "DESK_QUOTAS=off" in server.log.read_text()
    people = People(server)
    for _ in range(3):
        people.generates()


async def test_what_is_used_comes_back_evenly(desk):
    for _ in range(3):
        assert not await Quota.use({"generate/person-1/60": THREE})
    [(key, wait)] = (await Quota.use({"generate/person-1/60": THREE})).items()
    assert (key, round(wait)) == ("generate/person-1/60", 20)
    await Quota.raw("UPDATE quota SET full_at = full_at - 20")  # as if 20 seconds had passed
    assert not await Quota.use({"generate/person-1/60": THREE})
    assert await Quota.use({"generate/person-1/60": THREE})


async def test_fifty_at_once_use_exactly_what_there_is(desk):
    refused = await asyncio.gather(*(Quota.use({"a/1": THREE, "b/1": Limit(1_000, 60)}) for _ in range(50)))
    assert [not each for each in refused].count(True) == 3


async def test_the_keys_that_are_used_up_are_named_and_the_others_count_on(desk):
    for _ in range(3):
        await Quota.use({"minute": THREE, "day": Limit(100, 86_400)})
    assert set(await Quota.use({"minute": THREE, "day": Limit(100, 86_400)})) == {"minute"}


async def test_what_is_whole_again_is_swept(desk):
    await Quota.use({"old": THREE, "new": THREE})
    await Quota.raw("UPDATE quota SET full_at = full_at - 60 WHERE key = 'old'")
    assert await Quota.sweep() == 1
    assert [row["key"] for row in await Quota.raw("SELECT key FROM quota")] == ["new"]
    assert await Quota.sweep() == 0


async def test_one_sweep_removes_a_bounded_number(desk, monkeypatch):
    monkeypatch.setattr("app.quotas.tables.AT_A_TIME", 2)
    await Quota.use(dict.fromkeys(("a", "b", "c"), THREE))
    await Quota.raw("UPDATE quota SET full_at = full_at - 60")
    assert [await Quota.sweep() for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    "value", ["", "5", "5/", "/60", "-1/60", "0/60", "5/0", "five/60", "5/60,", "5/6;6/7", "9" * 12 + "/1"]
)
def test_a_quota_that_makes_no_sense_stops_the_start_with_a_line_that_names_it(value):
    from app.settings import SettingsError, read_settings

    with pytest.raises(SettingsError, match="DESK_QUOTA_GENERATE_PERSON must be times/seconds"):
        read_settings({"DESK_QUOTA_GENERATE_PERSON": value})
