"""A crowd is many different people: what it costs to tell them all is counted, in queries, renderings and turns."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from math import log2
from typing import Any, NamedTuple

import jinja2
import pytest
from litestar.datastructures import State

from app.accounts.tables import CustomerAccount
from app.calendar.tables import Day
from app.clock import today
from app.codes.tables import TradingCode
from app.i18n.locale import Locale
from app.live import fragments
from app.live.hub import AT_A_TIME as SOCKETS_AT_A_TIME
from app.live.log import LogEntry
from app.live.relay import Relay
from app.notifications.tables import broadcast
from app.people.tables import Person
from tests.live.conftest import deliver
from tests.live.crowd import Sink, last_frames, look_at, register
from tests.live.dom import parsed
from tests.live.tabs import Tab, text_of
from tests.live.test_replay import LICENCE

FEW, MANY = 20, 200
PORTIONS = {FEW: 1, MANY: 2}
"""Of at most 128 regions of one class, which are rendered together."""
A_NEW_DAY_ASKS = 7
"""The rows of three lists; of the inboxes, the broadcasts, what each was told, how far they have read, and the accounts
that it tells of."""
A_NEW_DAY_ASKS_ONCE = ("SELECT id FROM event ORDER BY id DESC LIMIT 1", "SELECT id, at FROM event WHERE id >=")
"""Where the log stood two days ago: its end, and then halved."""
PORTIONS_OF_TWO_EACH = {FEW: 1, MANY: 4}


class Cost(NamedTuple):
    queries: list[str]
    renderings: Counter[str]


@pytest.fixture
def state() -> State:
    from tests.browser import app

    return app.state


@pytest.fixture
def renderings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each template was rendered, whoever asked for it."""
    counted: Counter[str] = Counter()
    really = jinja2.Template.render

    def render(self: jinja2.Template, *args: Any, **named: Any) -> str:
        counted[str(self.name)] += 1
        return really(self, *args, **named)

    monkeypatch.setattr(jinja2.Template, "render", render)
    return counted


@pytest.fixture
def costs(relay: Relay, queries: list[str], renderings: Counter[str]) -> Any:
    """`await costs()`: of delivering what the log holds."""

    async def measured() -> Cost:
        entries = await LogEntry.after(relay.hub.position)
        queries.clear()
        renderings.clear()
        await relay.deliver(entries)
        return Cost(list(queries), Counter(renderings))

    return measured


def kinds_of(queries: list[str]) -> set[str]:
    """Queries that differ in the number of their values only are of one kind."""
    return {" ".join(query.replace("?", "").replace("$", "").translate(DIGITS_AND_COMMAS).split()) for query in queries}


DIGITS_AND_COMMAS = str.maketrans(dict.fromkeys("0123456789,"))


@pytest.mark.parametrize("many", [FEW, MANY])
async def test_a_broadcast_is_rendered_once_however_many_are_told(
    relay: Relay, state: State, ada: Person, costs: Any, many: int
) -> None:
    people = await register(many)
    sinks = [look_at(relay, state, person) for person in people]
    await broadcast("hello", "info", by=ada)
    queries, renderings = await costs()
    assert renderings.pop("shared/gone.html", 1) == 1, "once in this process"
    assert renderings == {
        "notifications/row.html": 1,
        "shared/toast.html": 1,
        "shared/unread.html": 1,
        "notifications/seen_form.html": 1,
    }
    assert len(queries) == 2 * PORTIONS_OF_TWO_EACH[many], "the broadcasts, and everybody's own count, a portion"
    assert len(kinds_of(queries)) == 2
    frames = last_frames(sinks)
    assert len({id(frame) for frame in frames}) == 1, "the same bytes for everybody"
    names = {partial.name for partial in parsed(text_of(frames[0]))}
    assert "broadcast-notification" in names


@pytest.mark.parametrize(("path", "broadcasts"), [("/notifications", 1), ("/notifications", 2), ("/", 2)])
async def test_lists_that_differ_from_person_to_person_are_fetched_for_all_of_a_portion(
    relay: Relay, state: State, ada: Person, costs: Any, path: str, broadcasts: int
) -> None:
    asked = {}
    everybody = await register(MANY)
    for many in (FEW, MANY):
        for person in everybody[len(relay.hub.open) : many]:
            look_at(relay, state, person, path)
        for _ in range(broadcasts):
            await broadcast("hello", "info", by=ada)
        queries, renderings = await costs()
        assert renderings["notifications/row.html"] == broadcasts, "unread for everybody"
        relay._summaries_sent = 0.0  # the next counts come with their rows, too
        asked[many] = len(queries)
    assert asked[FEW] <= 10
    assert asked[MANY] <= 3 * asked[FEW], "by portions, not by people: ten times as many"


@pytest.mark.parametrize("many", [FEW, MANY])
async def test_a_room_with_several_languages_and_zones_is_rendered_once_for_each(
    relay: Relay, state: State, ada: Person, bob: Person, costs: Any, many: int
) -> None:
    locales = [Locale(), Locale("th"), Locale("th", "Asia/Bangkok")]
    admins = await register(many, role="admin")
    for number, person in enumerate(admins):
        person.locale = locales[number % 3]
    sinks = [look_at(relay, state, person, "/admin/codes") for person in admins]
    await TradingCode.generate(bob, **LICENCE)
    _, renderings = await costs()
    assert renderings["codes/admin_row.html"] == renderings["shared/toast.html"] == len(locales)
    assert renderings["shared/unread.html"] == len(locales), "all have the same number"
    frames = last_frames(sinks)
    assert len({id(frame) for frame in frames}) == len(locales), "the same bytes for all who read alike"
    assert "Pending" in text_of(frames[0])
    for thai in frames[1:3]:
        assert "รอดำเนินการ" in text_of(thai)
        assert "Pending" not in text_of(thai)


async def test_people_with_the_same_badge_share_the_bytes_of_their_frame(
    relay: Relay, state: State, ada: Person, costs: Any
) -> None:
    people = await register(MANY)
    await broadcast("one", "info", by=ada)
    first = await LogEntry.last_id()
    await broadcast("two", "info", by=ada)
    await deliver(relay)
    half = [person.id for person in people[::2]]
    await Person.update({Person.seen_event: first}).where(Person.id.is_in(half))
    sinks = [look_at(relay, state, person) for person in people]
    await broadcast("three", "info", by=ada)
    _, renderings = await costs()
    frames = last_frames(sinks)
    assert {id(frame) for frame in frames[::2]}.isdisjoint({id(frame) for frame in frames[1::2]})
    assert len({id(frame) for frame in frames[::2]}) == len({id(frame) for frame in frames[1::2]}) == 1
    assert renderings["shared/unread.html"] == renderings["notifications/seen_form.html"] == 2, "a badge a number"
    assert renderings["shared/toast.html"] == renderings["notifications/row.html"] == 1
    badges = [
        " ".join(partial.text for partial in parsed(text_of(frame)) if partial.target == "#unread")
        for frame in frames[:2]
    ]
    assert ["2" in badges[0], "3" in badges[1]] == [True, True], badges


@pytest.mark.parametrize("many", [FEW, MANY])
async def test_a_new_day_asks_once_a_portion_though_everybodys_rows_differ(
    relay: Relay, state: State, ada: Person, costs: Any, many: int
) -> None:
    people = await register(many)
    for number, person in enumerate(people[::10]):
        for _ in range(number % 3):
            await CustomerAccount.create(person.username, **LICENCE, by=ada)
    await deliver(relay)
    sinks = [look_at(relay, state, person) for person in people]
    await Day.update({Day.last: today() - timedelta(days=1)}, force=True)
    assert await Day.start_if_new()
    queries, _ = await costs()
    once = [query for query in queries if query.startswith(A_NEW_DAY_ASKS_ONCE)]
    assert len(once) <= 1 + log2(await LogEntry.last_id())
    assert len(queries) - len(once) == PORTIONS[many] * A_NEW_DAY_ASKS
    told = [sink for sink in sinks if sink.frames]
    assert len(told) == len([number for number in range(many // 10) if number % 3]), "who has accounts, and nobody else"
    assert all("30 days left" in text_of(frame) for frame in last_frames(told))


async def test_on_a_new_day_what_many_have_read_is_rendered_once(
    relay: Relay, state: State, ada: Person, costs: Any
) -> None:
    people = await register(MANY)
    for message in ("one", "two", "three"):
        await broadcast(message, "info", by=ada)
    half = [person.id for person in people[::2]]
    await Person.update({Person.seen_event: await LogEntry.last_id()}).where(Person.id.is_in(half))
    await deliver(relay)
    sinks = [look_at(relay, state, person) for person in people]
    await Day.update({Day.last: today() - timedelta(days=1)}, force=True)
    assert await Day.start_if_new()
    queries, renderings = await costs()
    assert renderings == {"notifications/row.html": 2 * 3}, (
        "each, for those who have seen it and for those who have not"
    )
    each = [query for query in queries if not query.startswith(A_NEW_DAY_ASKS_ONCE)]
    assert len(each) <= PORTIONS[MANY] * A_NEW_DAY_ASKS
    assert len({id(frame) for frame in last_frames(sinks)}) == 2, "the same bytes"


@pytest.mark.parametrize("many", [1, 100])
async def test_searches_that_cannot_match_cost_no_query_however_many_there_are(
    relay: Relay, state: State, bob: Person, costs: Any, many: int
) -> None:
    admins = await register(10, role="admin")
    elsewhere = [look_at(relay, state, admin, "/admin/extensions") for admin in admins]
    for number in range(many):
        look_at(relay, state, admins[number % 10], f"/admin/codes?q=nobody{number}")
    await TradingCode.generate(bob, **LICENCE)
    await deliver(relay)
    code = await TradingCode.generate(bob, **LICENCE)
    queries, renderings = await costs()
    assert len(queries) == 1, f"the row of code {code.id}, once for all of them: {queries}"
    assert "FROM trading_code WHERE id IN" in queries[0]
    assert renderings["codes/admin_row.html"] == 0
    assert all(len(sink.frames) == 2 for sink in elsewhere)


@pytest.fixture
async def gaps(monkeypatch: pytest.MonkeyPatch, queries: list[str]) -> Any:
    """What was written and asked between any two turns of somebody else, when every turn is as short as it can be."""
    monkeypatch.setattr("app.live.time_slice.SLICE", 0)
    noted: list[tuple[int, int]] = []

    async def somebody_else() -> None:
        while True:
            before = Sink.written, len(queries)
            await asyncio.sleep(0)
            noted.append((Sink.written - before[0], len(queries) - before[1]))

    task = asyncio.create_task(somebody_else())
    await asyncio.sleep(0)
    noted.clear()
    yield noted
    task.cancel()


async def a_turn(gaps: list[tuple[int, int]]) -> None:
    """What has happened until now does not count."""
    await asyncio.sleep(0)
    gaps.clear()


PEOPLE = 2_000


async def test_others_have_their_turns_while_thousands_are_told(
    relay: Relay, state: State, ada: Person, gaps: list[tuple[int, int]]
) -> None:
    sinks = [look_at(relay, state, person) for person in await register(PEOPLE)]
    await broadcast("hello", "info", by=ada)
    entries = await LogEntry.after(relay.hub.position)
    await a_turn(gaps)
    await relay.deliver(entries)
    assert len(last_frames(sinks)) == PEOPLE
    assert sum(written for written, _ in gaps) >= PEOPLE - SOCKETS_AT_A_TIME
    assert max(written for written, _ in gaps) <= SOCKETS_AT_A_TIME
    assert max(asked for _, asked in gaps) <= 2, "one portion's"
    assert len(gaps) > PEOPLE / SOCKETS_AT_A_TIME

    await a_turn(gaps)
    await relay.hub.announce(fragments.connection_live)
    assert max(written for written, _ in gaps) <= SOCKETS_AT_A_TIME
    assert len(gaps) > PEOPLE / SOCKETS_AT_A_TIME


async def test_others_have_their_turns_while_counts_are_refreshed_for_thousands(
    relay: Relay, state: State, ada: Person, gaps: list[tuple[int, int]]
) -> None:
    sinks = [look_at(relay, state, person) for person in await register(PEOPLE)]
    for message in ("one", "two"):
        await broadcast(message, "info", by=ada)
        await deliver(relay)
        relay._summaries_sent = asyncio.get_running_loop().time() + 60  # the next counts wait, however slow this is
    assert {len(sink.frames) for sink in sinks} == {2}
    relay._summaries_sent = 0.0  # their time has come
    await a_turn(gaps)
    await relay._refresh_summaries()
    assert {len(sink.frames) for sink in sinks} == {3}
    assert max(written for written, _ in gaps) <= SOCKETS_AT_A_TIME
    assert max(asked for _, asked in gaps) <= 2
    assert len(gaps) > PEOPLE / SOCKETS_AT_A_TIME


async def test_what_the_crowd_is_sent_is_right(relay: Relay, state: State, ada: Person, bob: Person) -> None:
    """The short way of a broadcast leaves the page that a fresh load shows."""
    for _ in range(6):
        await broadcast("before", "info", by=ada)
    await deliver(relay)
    tab = await Tab.open(relay, bob, "/")
    for person in await register(FEW):
        look_at(relay, state, person)
    for _ in range(3):
        await broadcast("hello", "info", by=ada)
        relay._summaries_sent = 0.0
        await deliver(relay)
    tab.take_in()
    await tab.assert_up_to_date()
