"""Who has had least of the event loop's time comes first, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from typing import Any

import pytest

from app.live import gate as gate_module
from app.live import usage as usage_module
from app.live.gate import LATELY, MOST_OF_MUCH, ROUNDS, Gate
from app.live.least_served import OLDEST_EVERY, LeastServed
from app.live.usage import HALF_LIFE, LIGHT, Charged, Payer, Usage
from tests.clock import Clock
from tests.loops import as_long_as

OFFICE = "192.0.2.1"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(usage_module, "time", clock)
    return clock


def test_half_of_what_somebody_has_had_is_forgotten_in_a_half_life(clock: Clock) -> None:
    usage = Usage()
    usage.add(("bob", OFFICE), 8.0)
    clock.at += HALF_LIFE
    usage.add(("bob", OFFICE), 1.0)
    usage.add(("eve", OFFICE), 2.0)
    assert usage.of(("bob", OFFICE)) == 5.0
    clock.at += 100 * HALF_LIFE
    assert usage.of(("bob", OFFICE)) == LIGHT


def test_it_is_known_of_so_many_and_the_light_ones_are_forgotten_first(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_module, "MOST_KEPT", 100)
    usage = Usage()
    usage.add(("mallory", "203.0.113.9"), 9.0)
    for number in range(1_000):
        usage.add((number, f"network {number}"), 0.001)
    assert len(usage._had) <= 101
    assert usage.of(("mallory", "203.0.113.9")) == 9.0


def served(queue: LeastServed[Any]) -> list[Any]:
    return [queue.pop() for _ in as_long_as(lambda: queue, "who was served waits on")]


def test_who_had_least_comes_first_however_many_wait_and_a_colleague_does_not_suffer(clock: Clock) -> None:
    usage = Usage()
    queue: LeastServed[str] = LeastServed(usage)
    usage.add(("busy colleague", OFFICE), 5.0)
    for number in range(20):
        usage.add((number, f"203.0.113.{number}"), 2.0)
        queue.put((number, f"203.0.113.{number}"), f"mallory {number}")
    queue.put(("busy colleague", OFFICE), "busy colleague")
    queue.put(("bob", OFFICE), "bob")
    order = served(queue)
    assert order.index("bob") == 0
    assert sorted(order) == sorted([*(f"mallory {number}" for number in range(20)), "busy colleague", "bob"])


def test_a_hundred_who_ask_for_the_first_time_do_not_come_before_one_at_work(clock: Clock) -> None:
    """They have had a little less each, and are of one network."""
    usage = Usage()
    usage.add(("bob", OFFICE), 1.5 * LIGHT)
    queue: LeastServed[int] = LeastServed(usage)
    for number in range(100):
        usage.add((number, "203.0.113.9"), LIGHT)
        queue.put((number, "203.0.113.9"), number)
    queue.put(("bob", OFFICE), -1)
    assert -1 in [queue.pop(), queue.pop()]


def test_among_those_who_are_equal_it_helps_nobody_to_be_a_hundred(clock: Clock) -> None:
    usage = Usage()
    queue: LeastServed[str] = LeastServed(usage)
    for number in range(100):
        queue.put((f"mallory {number}", "203.0.113.9"), f"mallory {number}")
    queue.put(("bob", OFFICE), "bob")
    assert served(queue).index("bob") == 1


def test_nobody_waits_for_ever(clock: Clock) -> None:
    usage = Usage()
    queue: LeastServed[str] = LeastServed(usage)
    usage.add(("heavy", OFFICE), 100.0)
    queue.put(("heavy", OFFICE), "heavy")
    order = []
    for number in range(2 * OLDEST_EVERY):
        queue.put((f"light {number}", "192.0.2.2"), f"light {number}")
        order.append(queue.pop())
    assert order.count("heavy") == 1


def test_each_gets_their_own_in_the_order_in_which_they_asked(clock: Clock) -> None:
    queue: LeastServed[tuple[str, int]] = LeastServed(Usage())
    for n in range(9):
        for who in ("bob", "eve"):
            queue.put((who, OFFICE), (who, n))
    order = served(queue)
    assert [n for who, n in order if who == "bob"] == list(range(9))
    assert [n for who, n in order if who == "eve"] == list(range(9))


async def test_work_is_charged_for_the_time_that_it_runs_and_not_for_what_it_waits_for(clock: Clock) -> None:
    async def work() -> str:
        clock.at += 1.0
        await asyncio.sleep(0)  # the clock goes on meanwhile
        clock.at += 2.0
        return "done"

    async def meanwhile() -> None:
        clock.at += 10.0

    usage = Usage()
    task = asyncio.ensure_future(Charged(work(), usage, ("bob", OFFICE)))
    await asyncio.gather(task, meanwhile())
    assert task.result() == "done"
    had = 1.0 * 0.5 ** (12.0 / HALF_LIFE) + 2.0
    assert usage.of(("bob", OFFICE)) == pytest.approx(had)


async def test_what_is_charged_can_be_cancelled_and_may_fail(clock: Clock) -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async def fails() -> None:
        await asyncio.sleep(0)
        raise LookupError("as it should")

    task = asyncio.ensure_future(Charged(waits(), Usage(), ("bob", OFFICE)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["cancelled"]
    with pytest.raises(LookupError):
        await Charged(fails(), Usage(), ("bob", OFFICE))


async def test_one_who_comes_while_another_works_is_next() -> None:
    """And not only after whoever was chosen before they came."""
    gate, order, has_begun = Gate(Usage()), [], asyncio.Event()

    async def works(payer: Payer) -> None:
        end = await gate.pass_through(payer)
        order.append(payer[0])
        has_begun.set()
        gate.usage.add(payer, 1.0)
        end()

    for number in range(20):
        gate.usage.add((number, "203.0.113.9"), 1.0)
    crowd = [asyncio.create_task(works((number, "203.0.113.9"))) for number in range(20)]
    await has_begun.wait()
    bob = asyncio.create_task(works(("bob", OFFICE)))
    await asyncio.gather(bob, *crowd)
    assert order.index("bob") == 1


async def test_who_has_much_waiting_comes_after_who_wants_one_thing_though_nothing_of_it_has_been_done() -> None:
    gate, order = Gate(Usage()), []

    async def begins(payer: Payer) -> None:
        (await gate.pass_through(payer, later=True))()
        order.append(payer[0])

    many = [asyncio.create_task(begins(("mallory", "203.0.113.9"))) for _ in range(20)]
    await asyncio.sleep(0)
    few = [asyncio.create_task(begins((f"client {number}", OFFICE))) for number in range(5)]
    await asyncio.gather(*many, *few)
    assert max(order.index(f"client {number}") for number in range(5)) < 10, "and now and then whoever waits longest"


async def test_an_admin_who_works_all_day_comes_before_a_hundred_who_have_had_less_each() -> None:
    gate, order = Gate(Usage()), []

    async def begins(payer: Payer) -> None:
        (await gate.pass_through(payer))()
        order.append(payer[0])

    gate.usage.admins.add("ada")
    gate.usage.add(("ada", OFFICE), 0.15)
    for number in range(100):
        gate.usage.add((number, "203.0.113.9"), 0.04)
    crowd = [asyncio.create_task(begins((number, "203.0.113.9"))) for number in range(100)]
    ada = asyncio.create_task(begins(("ada", OFFICE)))
    await asyncio.gather(ada, *crowd)
    assert order.index("ada") <= 3


def test_an_admin_at_work_comes_before_all_who_ask_for_the_first_time(clock: Clock) -> None:
    usage = Usage()
    usage.admins.add("ada")
    queue: LeastServed[str] = LeastServed(usage)
    for number in range(20):
        queue.put((number, f"203.0.113.{number}"), f"mallory {number}")
    usage.add(("ada", OFFICE), 4 * LIGHT)
    queue.put(("ada", OFFICE), "ada")
    assert queue.pop() == "ada"
    usage.add(("ada", OFFICE), 100.0)
    queue.put(("ada", OFFICE), "ada")
    assert served(queue)[-1] == "ada", "and her own flood after them"


async def test_a_request_comes_before_handshakes_and_syncs_and_every_third_of_these_all_the_same() -> None:
    """However little those have had who open them, and however much whoever asks."""
    gate, order = Gate(Usage()), []

    async def begins(what: str, payer: Payer, *, later: bool) -> None:
        (await gate.pass_through(payer, later=later))()
        order.append(what)

    gate.usage.add(("ada", OFFICE), 1.0)
    syncs = [asyncio.create_task(begins("sync", (number, "203.0.113.9"), later=True)) for number in range(20)]
    presses = [asyncio.create_task(begins("press", ("ada", OFFICE), later=False)) for _ in range(6)]
    await asyncio.gather(*syncs, *presses)
    assert len(order) == 26
    before = order[1 : len(order) - order[::-1].index("press")]  # the first began before anything waited
    assert before.count("press") == 6
    assert 2 <= before.count("sync") <= 4


async def test_one_who_is_cancelled_as_their_turn_comes_leaves_it_to_the_next() -> None:
    gate, begun = Gate(Usage()), []

    async def works(who: str) -> None:
        await gate.pass_through((who, OFFICE))
        begun.append(who)

    tasks = {who: asyncio.create_task(works(who)) for who in ("first", "second", "third")}
    began = time.monotonic()
    while "first" not in begun or not any(turn.done() for turn in _waiting(tasks["second"])):
        await asyncio.sleep(0)
        assert time.monotonic() - began < 10
    tasks["second"].cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    assert begun == ["first", "third"]
    await asyncio.wait_for(works("later"), 10)


def _waiting(task: asyncio.Task[None]) -> list[asyncio.Future[Any]]:
    """What a task waits for."""
    return [task._fut_waiter] if task._fut_waiter is not None else []  # type: ignore[attr-defined]


def test_networks_that_are_alike_take_turns_however_many_people_each_has(clock: Clock) -> None:
    usage = Usage()
    queue: LeastServed[str] = LeastServed(usage)
    for number in range(100):
        network = f"203.0.113.{number % 10}"
        usage.add((f"mallory {number}", network), LIGHT / 10)
        queue.put((f"mallory {number}", network), f"mallory {number}")
    queue.put(("bob", OFFICE), "bob")
    assert served(queue).index("bob") <= 10 * 1.5, "one of each, and now and then whoever has waited longest"


def test_a_network_that_has_been_busy_takes_turns_with_those_that_have_only_come(clock: Clock) -> None:
    """A hundred newcomers of ten networks once came before the people of an office at work: 1.5 s of waiting."""
    usage = Usage()
    queue: LeastServed[str] = LeastServed(usage)
    for number in range(5):
        usage.add((f"colleague {number}", OFFICE), 0.06)
    for number in range(100):
        queue.put((f"mallory {number}", f"203.0.113.{number % 10}"), f"mallory {number}")
    queue.put(("bob", OFFICE), "bob")
    assert served(queue).index("bob") <= 10 * 1.5


def test_those_who_have_had_much_take_no_turn_of_a_colleague_who_has_had_little(clock: Clock) -> None:
    usage = Usage()
    queue: LeastServed[str] = LeastServed(usage)
    for number in range(30):
        usage.add((f"heavy {number}", OFFICE), 1.0)
        queue.put((f"heavy {number}", OFFICE), f"heavy {number}")
    for number in range(100):
        queue.put((f"mallory {number}", f"203.0.113.{number % 10}"), f"mallory {number}")
    queue.put(("bob", OFFICE), "bob")
    assert served(queue).index("bob") <= 10 * 1.5 + 1


BeginAll = Callable[[Gate, list[Payer], list[Hashable], list[Callable[[], None]]], Awaitable[None]]


@pytest.fixture
async def begin_all() -> AsyncIterator[BeginAll]:
    """Each in a task; returns when nobody begins any more of themselves."""
    waiting: list[asyncio.Task[None]] = []

    async def begin_all(gate: Gate, payers: list[Payer], begun: list[Hashable], ends: list[Callable[[], None]]) -> None:
        async def begin(payer: Payer) -> None:
            ends.append(await gate.pass_through(payer))
            begun.append(payer[0])

        tasks = [asyncio.create_task(begin(payer)) for payer in payers]
        waiting.extend(tasks)
        for _ in range(ROUNDS * 20):
            await asyncio.sleep(0)
        assert [task for task in tasks if task.done()], "nobody begins at all"

    yield begin_all
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_while_there_are_others_few_of_those_who_have_had_much_are_worked_on_at_a_time(
    begin_all: BeginAll, clock: Clock
) -> None:
    gate = Gate(Usage())
    begun: list[Hashable] = []
    ends: list[Callable[[], None]] = []
    mallory: Payer = ("mallory", "203.0.113.9")
    await begin_all(gate, [("bob", OFFICE)], begun, ends)
    gate.usage.add(mallory, 1.0)
    await begin_all(gate, [mallory] * 6, begun, ends)
    assert begun == ["bob", *["mallory"] * MOST_OF_MUCH]
    await begin_all(gate, [("bob", OFFICE), ("carol", OFFICE)], begun, ends)
    assert begun[-2:] == ["bob", "carol"], "who has had little waits for none of them"
    ends[1]()
    ends[1]()
    await begin_all(gate, [("bob", OFFICE)], begun, ends)
    assert Counter(begun)["mallory"] == MOST_OF_MUCH + 1, "and each that ends makes room for one"


async def test_who_is_alone_has_all_the_room_that_there_is(
    begin_all: BeginAll, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "time", clock)
    gate, begun = Gate(Usage()), list[Hashable]()
    gate.usage.add(("mallory", OFFICE), 1.0)
    await begin_all(gate, [("mallory", OFFICE)] * 6, begun, [])
    assert len(begun) == 6
    await begin_all(gate, [("bob", OFFICE)], begun, [])
    await begin_all(gate, [("mallory", OFFICE)] * 6, begun, [])
    assert Counter(begun)["mallory"] == 6 + MOST_OF_MUCH
    clock.at += LATELY + 1
    gate.usage.add(("mallory", OFFICE), 1.0)
    begun.clear()
    await begin_all(gate, [("mallory", OFFICE)], begun, [])
    assert len(begun) == 1 + 6 - MOST_OF_MUCH, "those who waited begin, too"


async def test_one_that_waits_for_a_slow_peer_keeps_nobody_from_beginning(
    begin_all: BeginAll, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "LONGEST_PLACE", 0.001)
    gate, begun = Gate(Usage()), list[Hashable]()
    await begin_all(gate, [("bob", OFFICE)], begun, [])
    gate.usage.add(("mallory", OFFICE), 1.0)

    async def begin() -> None:
        await gate.pass_through(("mallory", OFFICE))

    async with asyncio.timeout(10):
        await asyncio.gather(*[begin() for _ in range(6)])
