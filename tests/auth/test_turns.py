"""Two hundred at the door at once: who is next is told by order, not by time."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from app.errors import TooMany, Unavailable
from app.people import passwords
from app.people.passwords import CHANGE, KNOWN, REGISTRATION, STRANGER, turns
from app.people.tables import Person
from app.people.turns import Lane, Turns
from app.signing_in.caller import Known
from app.signing_in.tables import SignInFailure
from tests.auth.callers import HOME, caller
from tests.browser import JSON, PLAIN, Browser
from tests.loops import as_long_as
from tests.people import PASSWORDS

FIRST, SECOND = Lane(at_once=2, waiting=50, of_one=20), Lane(at_once=1, waiting=5, of_one=3)


@pytest.fixture
def door():
    return Door()


class Door:
    """Serves two at once, those of SECOND one by one; writes down who was served."""

    def __init__(self):
        self.turns = Turns(2, (FIRST, SECOND))
        self.served = []
        self.at_once = self.most = 0
        self.open = asyncio.Event()
        self.tasks = []

    async def serve(self, name, lane, sender):
        async with self.turns.turn(lane, sender):
            self.served.append(name)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            await self.open.wait()
            await asyncio.sleep(0)
            self.at_once -= 1

    async def comes(self, name, lane, sender=None):
        task = asyncio.create_task(self.serve(name, lane, sender or name))
        self.tasks.append(task)
        await asyncio.sleep(0)
        return task

    async def all_served(self):
        self.open.set()
        return await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_the_first_lane_is_served_first_whoever_came_earlier(door):
    for name in ("a", "b"):
        await door.comes(name, FIRST)
    for name in ("x", "y"):
        await door.comes(name, SECOND)
    await door.comes("c", FIRST)
    await door.all_served()
    assert door.served == ["a", "b", "c", "x", "y"]
    assert door.most == 2


async def test_a_lane_never_takes_all_places_so_that_the_other_finds_one(door):
    for name in ("x", "y", "z"):
        await door.comes(name, SECOND)
    assert door.served == ["x"]
    await door.comes("a", FIRST)
    assert door.served == ["x", "a"]
    await door.all_served()
    assert door.served == ["x", "a", "y", "z"]


async def test_who_sends_many_waits_for_themselves_and_not_the_others_for_them(door):
    for n in range(20):
        await door.comes(f"flood-{n}", FIRST, "203.0.113.9")
    await door.comes("bob", FIRST)
    await door.comes("eve", FIRST)
    await door.all_served()
    assert door.served[:6] == ["flood-0", "flood-1", "flood-2", "bob", "eve", "flood-3"]
    assert len(door.served) == 22


async def test_one_sender_has_a_bounded_number_waiting_and_the_lane_has_too(door):
    await door.comes("x", SECOND)
    for n in range(4):
        await door.comes(f"flood-{n}", SECOND, "203.0.113.9")
    for name in ("y", "z", "late"):
        await door.comes(name, SECOND)
    results = await door.all_served()
    assert door.served == ["x", "flood-0", "y", "z", "flood-1", "flood-2"]
    assert [type(result) for result in results] == [*[type(None)] * 4, TooMany, type(None), type(None), Unavailable]
    for refused in (results[4], results[7]):
        assert refused.retry_after == 5
        assert "wait a few seconds" in refused.message


async def test_the_desk_itself_is_bounded_by_the_lane_only():
    turns = Turns(1, (lane := Lane(at_once=1, waiting=10, of_one=1),))
    async with turns.turn(lane):
        waiting = [asyncio.create_task(take(turns, lane)) for _ in range(10)]
        await asyncio.sleep(0)
        assert turns.waiting(lane) == 10
    assert await asyncio.gather(*waiting) == [True] * 10


async def take(turns, lane):
    async with turns.turn(lane) as waited:
        return waited


async def test_who_is_cancelled_leaves_the_queue_and_takes_nobodys_turn(door):
    for name in ("a", "b"):
        await door.comes(name, FIRST)
    gone = [await door.comes(f"gone-{n}", FIRST, "203.0.113.9") for n in range(20)]
    await door.comes("c", FIRST)
    for task in gone:
        task.cancel()
    await asyncio.wait(gone)
    assert door.turns.waiting(FIRST) == 1
    await door.all_served()
    assert door.served == ["a", "b", "c"]
    async with door.turns.turn(FIRST) as one, door.turns.turn(FIRST) as other:  # both places are free again
        assert (one, other) == (False, False)


async def test_who_is_cancelled_as_their_turn_comes_passes_it_on(door):
    door.open.set()
    leaving = await door.comes("a", FIRST)
    await door.comes("b", FIRST)
    next_one = await door.comes("c", FIRST)
    await door.comes("d", FIRST)
    await leaving
    next_one.cancel()
    await door.all_served()
    assert {"a", "b", "d"} <= set(door.served)
    async with door.turns.turn(FIRST) as one, door.turns.turn(FIRST) as other:
        assert (one, other) == (False, False)


@asynccontextmanager
async def busy():
    """All places are taken, until the end."""
    async with turns.turn(KNOWN), turns.turn(KNOWN), turns.turn(KNOWN):
        yield


async def until_waiting(lane, many):
    for _ in range(10_000):
        if turns.waiting(lane) == many:
            return
        await asyncio.sleep(0)
    raise AssertionError(f"{turns.waiting(lane)} wait")


async def test_bobs_known_browser_comes_before_two_hundred_strangers_and_they_before_registrations(bob, monkeypatch):
    _, device = await bob.let_in(HOME)
    order = []
    verified = passwords.verified

    async def noted(password, password_hash):
        order.append(password)
        return await verified(password, password_hash)

    monkeypatch.setattr(passwords, "verified", noted)
    async with busy():
        strangers = [
            asyncio.create_task(Person.signing_in(f"guess-{n}", "wrong", caller(f"203.0.{n}.9"))) for n in range(200)
        ]
        await until_waiting(STRANGER, STRANGER.waiting)
        # Who found no place has been told so.
        told = 200 - STRANGER.waiting
        for _ in as_long_as(lambda: sum(each.done() for each in strangers) < told, "nobody tells who found no place"):
            await asyncio.sleep(0)
        mia = asyncio.create_task(Person.register("mia", "mia@example.com", "seven-quiet-harbours"))
        await until_waiting(REGISTRATION, 1)
        known = asyncio.create_task(Person.signing_in("bob", PASSWORDS["bob"], caller("192.0.2.1", device)))
        await until_waiting(KNOWN, 1)
    assert (await known).id == bob.id
    assert PASSWORDS["bob"] in order[: passwords.AT_ONCE]  # his turn is the first; his queries may not be
    assert (await mia).username == "mia"
    kinds = [type(each) for each in await asyncio.gather(*strangers, return_exceptions=True)]
    assert kinds.count(Unavailable) == 200 - STRANGER.waiting
    assert await SignInFailure.count() == STRANGER.waiting


async def test_a_change_of_password_and_a_registration_have_places_of_their_own():
    async with turns.turn(STRANGER), turns.turn(STRANGER):
        waiting = asyncio.create_task(take(turns, STRANGER))
        await until_waiting(STRANGER, 1)
        async with turns.turn(CHANGE) as waited:
            assert not waited
        async with turns.turn(REGISTRATION) as waited:
            assert not waited
    assert await waiting


async def test_over_http_who_finds_no_place_is_told_when_to_come_again(desk):
    async with busy():
        waiting = [asyncio.create_task(take(turns, STRANGER)) for _ in range(STRANGER.waiting)]
        await until_waiting(STRANGER, STRANGER.waiting)
        for headers in (JSON, PLAIN):
            response = await Browser(headers).post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
            assert (response.status_code, response.headers["retry-after"]) == (503, "5")
            assert "Please wait a few seconds and try again." in response.text
    await asyncio.gather(*waiting)
    assert await SignInFailure.count() == 0


async def test_over_http_an_address_that_has_many_waiting_is_told_so_and_others_are_let_in(desk):
    async with busy():
        flood = [
            asyncio.create_task(Browser(JSON, "203.0.113.9").post("/login", data={"username": "eve", "password": "x"}))
            for _ in range(30)
        ]
        await until_waiting(STRANGER, STRANGER.of_one)
        told = 30 - STRANGER.of_one
        for _ in as_long_as(lambda: sum(each.done() for each in flood) < told, "nobody tells who has too many waiting"):
            await asyncio.sleep(0)
        honest = asyncio.create_task(
            Browser(JSON, "192.0.2.1").post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
        )
        await until_waiting(STRANGER, STRANGER.of_one + 1)
    assert (await honest).status_code == 200
    statuses = [response.status_code for response in await asyncio.gather(*flood)]
    assert statuses.count(429) >= 20
    assert set(statuses) == {401, 429}


async def test_a_known_device_that_floods_waits_for_itself(bob):
    sender = Known(device=7).sender(HOME)
    assert sender != Known().sender(HOME) == HOME.network
