"""An event's work is shared fairly: whoever shows very many different pages waits for their turn, nobody else does."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.tables import TradingCode
from app.listings.search import NOTHING
from app.live import fragments
from app.live.batch import Batch
from app.live.hub import EXTRAS_OF_ALL, EXTRAS_OF_ONE, MOST_SOCKETS
from app.live.log import LogEntry
from app.live.relay import Relay
from app.live.turns import Allowance, FairSemaphore, Rate, RoundRobin
from app.live.usage import Usage
from app.live.waiting import serve_next
from app.notifications.tables import broadcast
from app.people.tables import Person
from tests.browser import app
from tests.live.conftest import count_now, deliver, serve_all
from tests.live.crowd import look_at, register
from tests.live.tabs import Tab
from tests.live.test_replay import LICENCE
from tests.loops import as_long_as


async def deliver_at_once(relay: Relay) -> None:
    """Without the turns of those who wait."""
    await relay.deliver(await LogEntry.after(relay.hub.position))


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many people show so many different pages that what all of them may have at once is used up."""
    monkeypatch.setattr("app.live.hub.EXTRAS_OF_ALL", Rate(0, 1.0))


def different(n: int) -> str:
    return f"/?after={10**9 + n}"


@pytest.mark.usefixtures("pressed")
async def test_of_one_persons_many_pages_the_last_few_are_served_at_once_and_the_others_in_their_turn(
    relay: Relay, bob: Person
) -> None:
    tabs = [await Tab.open(relay, bob, different(n)) for n in range(MOST_SOCKETS)]
    code = await TradingCode.generate(bob, **LICENCE)
    await deliver_at_once(relay)
    at_once = [bool(tab.under_way) for tab in tabs]
    few = EXTRAS_OF_ONE.times + 1
    assert at_once == [False] * (MOST_SOCKETS - few) + [True] * few
    assert all(tab.closed is None for tab in tabs)
    await serve_all(relay)
    for tab in tabs:
        (frame,) = tab.take_in()
        assert frame.position == relay.hub.position
        assert tab.document.rows("codes") == [f"code-{code.id}"]
        await tab.assert_up_to_date()


async def test_where_few_have_many_pages_none_of_them_waits(relay: Relay, bob: Person) -> None:
    sinks = [look_at(relay, app.state, bob, different(n)) for n in range(MOST_SOCKETS)]
    for rounds in range(1, EXTRAS_OF_ALL.times // MOST_SOCKETS):
        await TradingCode.generate(bob, **LICENCE)
        await deliver_at_once(relay)
        assert [len(sink.frames) for sink in sinks] == [rounds] * MOST_SOCKETS


async def test_what_was_used_comes_back_evenly_and_leaves_no_debt() -> None:
    allowance, rate = Allowance(), Rate(4, 0.5)
    assert allowance.has(4, rate, 100.0)
    assert not allowance.has(5, rate, 100.0)
    for _ in range(10):
        allowance.use(4, rate, 100.0)
    assert [allowance.has(many, rate, 100.0) for many in (0, 1)] == [True, False]
    assert [allowance.has(many, rate, 101.0) for many in (2, 3)] == [True, False]
    assert allowance.has(4, rate, 102.0)


@pytest.mark.usefixtures("pressed")
async def test_while_pages_wait_events_cost_nothing_for_them_and_their_turn_brings_it_all(
    relay: Relay, bob: Person, queries: list[str]
) -> None:
    tabs = [await Tab.open(relay, bob, different(n)) for n in range(MOST_SOCKETS)]
    asked = []
    for _ in range(4):
        await TradingCode.generate(bob, **LICENCE)
        entries = await LogEntry.after(relay.hub.position)
        queries.clear()
        await relay.deliver(entries)
        asked.append(len(queries))
    assert asked[0] > 2 * asked[2] == 2 * asked[3], "one page, once the others wait"
    await serve_all(relay)
    await count_now(relay)
    for tab in tabs:
        tab.take_in()
        await tab.assert_up_to_date()


@pytest.mark.usefixtures("pressed")
async def test_a_page_that_waits_and_loses_its_connection_gets_what_it_has_missed(relay: Relay, bob: Person) -> None:
    tabs = [await Tab.open(relay, bob, different(n)) for n in range(MOST_SOCKETS)]
    await TradingCode.generate(bob, **LICENCE)
    await deliver_at_once(relay)
    first = tabs[0]
    assert first.connection.group is not None
    assert first.connection.group.deferred_at is not None
    await relay.hub.announce(fragments.connection_live)
    first.take_in()
    assert int(first.document.value("cursor")) < relay.hub.position, "it does not know yet"
    await first.reconnect()
    await first.settle()
    await first.assert_up_to_date()
    for tab in tabs:
        relay.hub.disconnect(tab.connection)
    assert not relay.hub._waiting
    assert not relay.hub._groups
    assert not relay.hub._pages
    assert not relay.hub._extras
    assert not relay.hub._subscribers


@pytest.mark.usefixtures("pressed")
async def test_a_page_that_is_served_while_the_relay_works_misses_nothing(
    running: Relay, bob: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.time_slice.SLICE", 0)
    monkeypatch.setattr("app.live.waiting.REST", 0)
    tabs = [await Tab.open(running, bob, different(n)) for n in range(MOST_SOCKETS)]
    for _ in range(10):
        code = await TradingCode.generate(bob, **LICENCE)
        await code.activate(by=ada)
        await asyncio.sleep(0)
    last = await LogEntry.last_id()
    for tab in tabs:
        await tab.until(lambda tab=tab: tab.frames and tab.frames[-1].position == last, "the last event")
        await tab.until(lambda tab=tab: any("#unread" in f.targets for f in tab.frames if f.position == last), "counts")
    for tab in tabs:
        await tab.assert_up_to_date()


@pytest.mark.usefixtures("pressed")
async def test_whoever_has_few_pages_never_waits_however_many_others_do(relay: Relay, ada: Person, bob: Person) -> None:
    crowd = await register(10)
    for person in crowd:
        for n in range(MOST_SOCKETS):
            look_at(relay, app.state, person, different(n))
    sinks = [look_at(relay, app.state, bob, "/"), look_at(relay, app.state, ada, "/admin/codes?q=bob")]
    for rounds in range(1, 4):
        for person in crowd:
            await TradingCode.generate(person, **LICENCE)
        await TradingCode.generate(bob, **LICENCE)
        await deliver_at_once(relay)
        assert [len(sink.frames) for sink in sinks] == [rounds, rounds]
    assert len(list(relay.hub._waiting)) == 10 * (MOST_SOCKETS - 1)


@pytest.mark.usefixtures("pressed")
async def test_turns_pass_from_person_to_person(relay: Relay, bob: Person, eve: Person) -> None:
    tabs = {who.id: [await Tab.open(relay, who, different(n)) for n in range(12)] for who in (bob, eve)}
    for who in (bob, eve):
        await TradingCode.generate(who, **LICENCE)
    await deliver_at_once(relay)
    served = []
    for _ in as_long_as(lambda: relay.hub._waiting, "a turn serves nobody"):
        before = {person: sum(bool(tab.under_way) for tab in mine) for person, mine in tabs.items()}
        await serve_next(relay)
        served += [p for p, mine in tabs.items() if sum(bool(tab.under_way) for tab in mine) > before[p]]
    assert served == [bob.id, eve.id] * (len(served) // 2)


@pytest.mark.usefixtures("pressed")
async def test_a_page_whose_turn_the_database_spoils_waits_on(
    relay: Relay, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tabs = [await Tab.open(relay, bob, different(n)) for n in range(8)]
    await TradingCode.generate(bob, **LICENCE)
    await deliver_at_once(relay)
    assert len(list(relay.hub._waiting)) == 1

    async def fails(*_: Any, **__: Any) -> Any:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(LogEntry, "after", fails)
        with pytest.raises(sqlite3.OperationalError):
            await serve_next(relay)
    await serve_next(relay)
    tabs[0].take_in()
    await tabs[0].assert_up_to_date()


@pytest.mark.usefixtures("pressed")
async def test_a_page_that_waits_long_says_so_until_it_has_been_served(relay: Relay, bob: Person) -> None:
    tabs = [await Tab.open(relay, bob, different(n)) for n in range(8)]
    await TradingCode.generate(bob, **LICENCE)
    await deliver_at_once(relay)
    for _ in range(2):
        relay.hub.tell_waiting(fragments.connection_slow, -1)
    await relay.hub.announce(fragments.connection_live, fragments.connection_slow)
    said = [p.text for frame in tabs[0].take_in() for p in frame.partials if p.target == "#connection"]
    assert len(said) == 2, "once, and with each heartbeat"
    assert all("slowly" in words for words in said)
    await serve_next(relay)
    tabs[0].take_in()
    assert tabs[0].document.find("connection").text_content().startswith("live")
    assert "slowly" not in tabs[0].document.find("connection").text_content()


async def test_an_event_looks_at_those_searches_only_that_find_its_row(
    relay: Relay, ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    really = relay.hub.defer_excess
    monkeypatch.setattr(
        relay.hub, "defer_excess", lambda touched: looked_at.extend(map(str, touched)) or really(touched)
    )
    admins = await register(5, role="admin")
    for number in range(100):
        page = ("codes", "activity")[number % 2]
        look_at(relay, app.state, admins[number % 5], f"/admin/{page}?q=nobody{number}")
    look_at(relay, app.state, ada, f"/admin/codes?q={NOTHING}")
    look_at(relay, app.state, ada, "/admin/codes?q=bo")
    look_at(relay, app.state, ada, "/admin/activity?q=bob")
    look_at(relay, app.state, ada, "/admin/activity?status=CodeGenerated")
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    lists = [text for text in looked_at if "Listing" in text or "AuditTrail" in text]
    assert len(lists) == 3, lists


async def test_what_happens_to_one_client_costs_nothing_for_the_pages_of_another(
    relay: Relay, ada: Person, bob: Person
) -> None:
    for person in await register(100):
        look_at(relay, app.state, person, "/?q=client")
    look_at(relay, app.state, ada, "/admin/extensions")
    code = await TradingCode.generate(bob, **LICENCE)
    await code.activate(by=ada)
    others = {f"user-{reader}" for reader in relay.hub._pages if reader != ada.id}
    for entry in await LogEntry.after(relay.hub.position):
        touched = await relay._concerned(Batch([entry]))
        assert not [region for region in touched if any(c.room in others for c in region.channels)], entry
    await broadcast("hello", "info", by=ada)
    [entry] = (await LogEntry.after(relay.hub.position))[-1:]
    assert len(await relay._concerned(Batch([entry]))) >= 100, "a broadcast is everybody's"


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30)), unique=True))
def test_people_take_turns_and_each_keeps_their_own_order(wishes: list[tuple[int, int]]) -> None:
    waiting: RoundRobin[tuple[int, int]] = RoundRobin()
    for wish in wishes:
        waiting.put(wish[0], wish)
    served = [waiting.pop() for _ in wishes]
    assert not waiting
    for who in range(5):
        assert [wish for wish in served if wish[0] == who] == [wish for wish in wishes if wish[0] == who]
    left = [len([wish for wish in wishes if wish[0] == who]) for who in range(5)]
    while any(left):
        people = sum(1 for many in left if many)
        turn, served = served[:people], served[people:]
        assert len({who for who, _ in turn}) == people, "nobody twice before everybody once"
        left = [max(0, many - 1) for many in left]


async def test_one_persons_many_syncs_do_not_delay_anothers() -> None:
    turns, done = FairSemaphore(2, Usage()), []

    async def sync(who: str, n: int) -> None:
        async with turns.of((who, "192.0.2.1")):
            await asyncio.sleep(0)
            done.append((who, n))

    tasks = [asyncio.create_task(sync("mallory", n)) for n in range(50)]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(sync("bob", 0)))
    await asyncio.gather(*tasks)
    assert done.index(("bob", 0)) <= 6
    assert len(done) == 51


async def test_a_sync_that_is_cancelled_gives_its_turn_to_the_next() -> None:
    turns, entered = FairSemaphore(1, Usage()), asyncio.Event()

    async def sync() -> None:
        async with turns.of(("bob", "192.0.2.1")):
            entered.set()

    async with turns.of(("eve", "192.0.2.1")):
        waiting = [asyncio.create_task(sync()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
    waiting[1].cancel()  # its turn has come, and it does not know yet
    async with asyncio.timeout(10):
        await entered.wait()
        await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(10), turns.of(("eve", "192.0.2.1")):
        pass
