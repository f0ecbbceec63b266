"""What the desk remembers of robots: seats, servers, what was refused, who has gone quiet. Never each check."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app import clock
from app.accounts.tables import CustomerAccount
from app.calendar.tables import Pulse
from app.clock import now
from app.errors import Conflict, NotFound
from app.installations.tables import MOST_SEATED, Installation, Refusal
from app.live.log import LogEntry
from app.products.tables import Product, Terms
from app.robots.checks import Checks
from app.robots.last_seen import LastSeen, seen_lately
from app.robots.seats import free_lost_seats, free_seat, notice_quiet
from app.robots.verdicts import Robot
from tests.browser import PLAIN, Browser, api
from tests.inspection import happened, last_event
from tests.robots.test_check import NUMBER, question

HOURS = timedelta(hours=1)


async def terms(by, **changes):
    [robot] = await Product.on_sale()
    return await robot.change(Terms(**{"name": "Trading robot", **changes}), by=by, version=robot.version)


@pytest.fixture
async def account(desk, ada):
    return await CustomerAccount.create("bob", platform="mt5", account_number=NUMBER, plan="365", by=ada)


@pytest.fixture
def checks():
    return Checks()


@pytest.fixture
def ask(checks, account):
    """The code of the verdict on a robot with this licence."""

    async def asked(**said):
        robot = Robot(**{
            "licence": account.licence, "platform": "mt5", "account": NUMBER, "server": "Broker-Real7", "mode": "real",
            "version": "1.0", "terminal": "A1", **said,
        })  # fmt: skip
        return (await checks.verdict_on(robot)).code

    return asked


async def news():
    return [kind for kind, _, _ in await happened() if kind not in ("AccountCreated", "ProductChanged")]


async def test_the_first_use_takes_a_seat_and_binds_the_server(account, ask, bob):
    assert await ask() == "VALID"
    used = await account.fresh()
    assert (used.server, used.robots_running) == ("Broker-Real7", 1)
    assert used.version == account.version, "to an admin who is about to act it is what it was"
    [seat] = await Installation.of_account(account.id)
    assert (seat.terminal, seat.server, seat.mode, seat.robot_version, seat.status) == (
        "A1", "Broker-Real7", "real", "1.0", "running",
    )  # fmt: skip
    assert (await happened())[1:] == [("RobotStarted", bob.id, "system")]
    assert ((await last_event()).account, (await last_event()).installation) == (account.id, seat.id)


async def test_a_check_that_brings_nothing_new_writes_nothing(account, ask, checks, monkeypatch):
    await ask()
    before = await LogEntry.last_id()
    written = (await Installation.of_account(account.id))[0].last_seen_at
    clock.travel(6 * HOURS)
    for _ in range(3):
        assert await ask() == "VALID"
    assert await LogEntry.last_id() == before
    assert (await Installation.of_account(account.id))[0].last_seen_at == written
    await checks.last_seen.write()
    assert (await Installation.of_account(account.id))[0].last_seen_at >= written + 6 * HOURS
    assert await LogEntry.last_id() == before


async def test_a_check_is_one_read(account, ask, queries):
    await ask()
    queries.clear()
    assert await ask() == "VALID"
    assert len(queries) == 1


async def test_when_it_was_seen_never_goes_back(account, ask):
    await ask()
    [seat] = await Installation.of_account(account.id)
    await Installation.see({seat.id: now() + 2 * HOURS})
    later = (await Installation.of_account(account.id))[0].last_seen_at
    await Installation.see({seat.id: now() + HOURS, 4711: now()})
    assert (await Installation.of_account(account.id))[0].last_seen_at == later
    many = LastSeen()
    for key in range(1_200):
        many.note(key)
    await many.write()
    assert many._seen == {}


async def test_pages_are_told_of_accounts_whose_robots_were_seen_just_now(account, ask, bob):
    await ask()
    assert {(str(channel.room), channel.topic) for channel in await seen_lately()} == {
        ("admin", f"account {account.id}"), (f"user-{bob.id}", f"account {account.id}"),
    }  # fmt: skip
    clock.travel(timedelta(minutes=1))
    assert await seen_lately() == []


async def test_another_server_is_refused_until_an_admin_releases_it(account, ask, ada):
    await ask()
    assert await ask(server="Other-Real1") == "SERVER_MISMATCH"
    assert (await last_event()).expected == "Broker-Real7"
    await (await account.fresh()).release_server(by=ada)
    assert await ask(server="Other-Real1") == "VALID"
    assert (await account.fresh()).server == "Other-Real1"
    assert await ask() == "SERVER_MISMATCH"
    assert await news() == ["RobotStarted", "RobotRefused", "ServerReleased", "ServerBound"]
    with pytest.raises(Conflict):
        await account.release_server(by=ada)  # as it was read: bound to none


@pytest.mark.parametrize(
    ("offer", "said", "code"),
    [
        ({}, {"product": "night-scalper"}, "PRODUCT_MISMATCH"),
        ({}, {"product": "robot"}, "VALID"),
        ({"modes": ("demo",)}, {}, "MODE_NOT_ALLOWED"),
        ({"modes": ("demo", "real")}, {"mode": "contest"}, "MODE_NOT_ALLOWED"),
        ({"modes": ("demo",)}, {"mode": "demo"}, "VALID"),
        ({"least_version": "2.0"}, {"version": "1.9"}, "VERSION_TOO_OLD"),
        ({"least_version": "2.0"}, {"version": "nightly"}, "VERSION_TOO_OLD"),
        ({"least_version": "2.0"}, {"version": "2.0"}, "VALID"),
    ],
)
async def test_the_product_decides_what_may_run(account, ask, ada, offer, said, code):
    if offer:
        await terms(ada, **offer)
    assert await ask(**said) == code


async def test_a_trial_runs_on_demo_accounts_only(desk, ada, checks):
    trial = await CustomerAccount.create(
        "bob", platform="mt5", account_number=NUMBER, plan="trial", trial_days=7, by=ada
    )  # fmt: skip
    robot = {
        "licence": trial.licence,
        "platform": "mt5",
        "account": NUMBER,
        "server": "B",
        "version": "1",
        "terminal": "A",
    }
    assert (await checks.verdict_on(Robot(**robot, mode="real"))).code == "MODE_NOT_ALLOWED"
    assert (await checks.verdict_on(Robot(**robot, mode="demo"))).code == "VALID"


async def test_the_hours_of_the_product_stand_in_the_answer(keys, account, ada):
    await terms(ada, offline_hours=10, check_hours=2)
    told = (await (await api(None)).post("/robot/check", data=question(account.licence))).json()
    assert int(told["valid_until"]) - int(told["now"]) == 10 * 3600
    assert told["check_after"] == str(2 * 3600)


async def test_seats_are_taken_and_become_free(account, ask, ada, bob, eve):
    await terms(ada, seats=2)
    assert [await ask(terminal=name) for name in ("A1", "A2", "A3", "A1")] == [
        "VALID", "VALID", "TOO_MANY_SEATS", "VALID",
    ]  # fmt: skip
    first = next(seat for seat in await Installation.of_account(account.id) if seat.terminal == "A1")
    with pytest.raises(NotFound):
        await free_seat(eve, first.id)
    with pytest.raises(NotFound):
        await free_seat(bob, 4711)
    freed = await free_seat(bob, first.id)
    assert freed.robots_running == 1
    with pytest.raises(Conflict):
        await free_seat(ada, first.id)
    assert [await ask(terminal=name) for name in ("A3", "A1")] == ["VALID", "TOO_MANY_SEATS"]
    assert (await news()).count("SeatFreed") == 1


async def test_a_licence_for_any_number_of_terminals_has_a_bound_nevertheless(account, ask):
    codes = [await ask(terminal=f"T{number}") for number in range(MOST_SEATED + 1)]
    assert codes == ["VALID"] * MOST_SEATED + ["TOO_MANY_SEATS"]


async def test_terminals_without_a_seat_are_forgotten(account, ask, ada, bob, monkeypatch):
    monkeypatch.setattr("app.installations.tables.MOST_KEPT", 3)
    await terms(ada, seats=1)
    for number in range(5):
        assert await ask(terminal=f"T{number}") == "VALID"
        clock.travel(timedelta(minutes=1))
        await free_seat(bob, (await Installation.of_account(account.id, 1))[0].id)
    assert len(await Installation.of_account(account.id)) <= 3
    clock.travel(timedelta(days=31))
    await Installation.sweep()
    assert await Installation.of_account(account.id) == []


async def test_of_fifty_first_checks_at_once_as_many_get_a_seat_as_there_are(account, ask, ada):
    await terms(ada, seats=3)
    codes = await asyncio.gather(*(ask(terminal=f"T{number}") for number in range(50)))
    assert sorted(codes) == ["TOO_MANY_SEATS"] * 47 + ["VALID"] * 3
    assert len([seat for seat in await Installation.of_account(account.id) if seat.status == "running"]) == 3
    assert (await account.fresh()).robots_running == 3
    assert (await news()).count("RobotStarted") == 1


def test_the_same_with_two_processes(servers, keys):
    first = servers()
    second = servers(first.database_url)
    admin = first.api("ada")
    offer = {"product_id": 1, "version": 1, "name": "Robot", "modes": ["real"], "seats": 3}
    assert admin.post("/api/admin/products/change", json=offer).status_code == 200
    wish = {"username": "bob", "platform": "mt5", "account_number": NUMBER, "plan": "30"}
    licence = admin.post("/api/admin/create-account", data=wish).json()["licence"]
    clients = [server.client() for server in (first, second)]

    def code(number):
        told = clients[number % 2].post("/robot/check", data=question(licence, terminal=f"T{number}"))
        return told.text.split("code=")[1].partition("\n")[0] if told.status_code == 200 else told.text

    with ThreadPoolExecutor(16) as threads:
        codes = list(threads.map(code, range(50)))
    assert sorted(codes) == ["TOO_MANY_SEATS"] * 47 + ["VALID"] * 3
    told = admin.get("/admin/accounts/1").json()
    assert len(told["seats"]) == 3
    assert [refusal["code"] for refusal in told["refusals"]] == ["TOO_MANY_SEATS"]


async def test_who_misses_two_checks_is_quiet_and_comes_back(account, ask, bob):
    await ask()
    clock.travel(11 * HOURS)
    assert await notice_quiet() == 0
    clock.travel(2 * HOURS)
    assert await notice_quiet() == 1
    assert await notice_quiet() == 0
    quiet = await account.fresh()
    assert (quiet.robots_running, quiet.server) == (0, "Broker-Real7")
    assert await ask() == "VALID"
    assert (await account.fresh()).robots_running == 1
    assert await news() == ["RobotStarted", "RobotWentQuiet", "RobotIsBack"]


async def test_nobody_is_quiet_because_the_desk_was_away(account, ask):
    await ask()
    assert await Pulse.begin() is None
    clock.travel(13 * HOURS)
    back_since = await Pulse.begin()
    assert back_since is not None
    assert await notice_quiet(back_since) == 0
    clock.travel(12 * HOURS)
    assert await notice_quiet(back_since) == 1
    clock.travel(timedelta(minutes=1))
    await Pulse.beat()
    assert await Pulse.begin() is None


async def test_a_seat_that_was_not_seen_for_the_offline_hours_is_free(account, ask, ada):
    await terms(ada, seats=1, offline_hours=24)
    await ask()
    clock.travel(23 * HOURS)
    await notice_quiet()
    assert await free_lost_seats() == 0
    assert await ask(terminal="A2") == "TOO_MANY_SEATS", "it may be trading, by the answer that it has"
    clock.travel(2 * HOURS)
    assert await free_lost_seats() == 1
    assert await ask(terminal="A2") == "VALID"
    assert await ask() == "TOO_MANY_SEATS"
    assert [kind for kind in await news() if kind != "RobotRefused"] == [
        "RobotStarted", "RobotWentQuiet", "SeatFreed", "TerminalAdded",
    ]  # fmt: skip


async def test_what_is_refused_is_noted_once_an_hour_and_the_same_terminal_once_a_day(account, ask, bob):
    for _ in range(3):
        assert await ask(account="5012233") == "ACCOUNT_MISMATCH"
    assert await ask(account="5012244", terminal="A2") == "ACCOUNT_MISMATCH"
    assert await news() == ["RobotRefused"]
    refused = await last_event()
    assert (refused.verdict, refused.number, refused.expected) == ("ACCOUNT_MISMATCH", "5012233", f"MT5 {NUMBER}")
    assert await ask(platform="mt4") == "PLATFORM_MISMATCH"
    assert await news() == ["RobotRefused"] * 2, "another reason is news"
    clock.travel(1.1 * HOURS)
    await ask(account="5012233")
    assert len(await news()) == 2
    await ask(account="5012244", terminal="A2")
    assert len(await news()) == 3
    clock.travel(25 * HOURS)
    await ask(account="5012244", terminal="A2")
    assert len(await news()) == 4
    assert [refusal.code for refusal in await Refusal.of_account(account.id)] == [
        "ACCOUNT_MISMATCH", "PLATFORM_MISMATCH",
    ]  # fmt: skip


async def test_other_processes_note_it_no_more_often(account, ask, checks):
    await ask(account="5012233")
    checks._noted.clear()  # as another process knows nothing of it
    await ask(account="5012233")
    assert await news() == ["RobotRefused"]


async def test_moved_the_old_account_is_refused_and_the_new_one_runs(account, ask, ada):
    await terms(ada, seats=1)
    await ask()
    await (await account.fresh()).move("mt5", "70012345", by=ada)
    assert await ask() == "ACCOUNT_MISMATCH"
    assert await ask(account="70012345", server="Other-Real1", terminal="A2") == "VALID"
    moved = await account.fresh()
    assert (moved.server, moved.robots_running) == ("Other-Real1", 1)


async def test_a_suspended_or_ended_licence_stops_its_robot_and_keeps_its_seat(account, ask, ada):
    await ask()
    await (await account.fresh()).suspend(by=ada)
    assert await ask() == "SUSPENDED"
    await (await account.fresh()).restore(by=ada)
    assert await ask() == "VALID"
    assert [seat.status for seat in await Installation.of_account(account.id)] == ["running"]


async def test_the_page_of_an_account_tells_each_side_what_it_may_know(account, ask, ada, bob, eve):
    await ask(server="<b>Broker</b>")
    await ask(account="5012233")
    admins = (await (await Browser.of(ada, PLAIN)).get(f"/admin/accounts/{account.id}")).text
    own = (await (await Browser.of(bob, PLAIN)).get(f"/accounts/{account.id}")).text
    for page in (admins, own):
        assert "&lt;b&gt;Broker&lt;/b&gt;" in page
        assert f"this licence is for MT5 {NUMBER}" in page
        assert "Free this seat" in page
    assert "Move" not in own
    assert (await (await Browser.of(eve, PLAIN)).get(f"/accounts/{account.id}")).status_code == 404
    assert (await (await Browser.of(bob, PLAIN)).get(f"/admin/accounts/{account.id}")).status_code == 403
