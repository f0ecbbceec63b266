"""What fresh pages show is kept while nothing happens, and for nobody who reads anything else."""

from __future__ import annotations

import asyncio

import pytest

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.live import kept
from app.live.connection import Connection
from app.live.log import LogEntry
from app.live.replay import replay, set_view
from app.rooms import granted
from tests.browser import api, app
from tests.live.conftest import deliver
from tests.live.crowd import Sink

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


async def page_of(person, path="/admin/codes"):
    browser = await api(person)
    return (await browser.get(path, headers={"Accept": "text/html"})).text


async def test_a_page_that_nothing_happened_to_asks_for_no_row_of_its_lists(ada, bob, queries):
    await TradingCode.generate(bob, **WISH)
    first = await page_of(ada)
    queries.clear()
    assert await page_of(ada) == first
    assert not [query for query in queries if "trading_code" in query or "extension_request" in query]


async def test_what_somebody_has_done_stands_on_the_next_page_at_once(ada, bob):
    """Before the relay has published anything."""
    assert WISH["account_number"] not in await page_of(ada)
    await TradingCode.generate(bob, **WISH)
    assert WISH["account_number"] in await page_of(ada)


async def test_what_is_committed_while_a_page_is_rendered_is_not_missed_by_the_next(ada, bob, monkeypatch):
    really = LogEntry.last_id

    async def and_then_something_happens():
        last = await really()
        await TradingCode.generate(bob, **WISH)
        return last

    monkeypatch.setattr(LogEntry, "last_id", and_then_something_happens)
    await page_of(ada)
    monkeypatch.undo()
    [code] = await TradingCode.matching(TradingCode.id > 0)
    await code.cancel(by=ada)
    assert "Cancelled" in await page_of(ada)


async def test_nobody_gets_what_is_anothers(bob, eve):
    await TradingCode.generate(bob, **WISH)
    assert WISH["account_number"] in await page_of(bob, "/")
    assert WISH["account_number"] not in await page_of(eve, "/")


async def test_readers_of_two_languages_get_their_own_words(ada, bob, eve):
    await TradingCode.generate(bob, **WISH)
    english = await page_of(ada)
    await type(ada).update({type(ada).language: "th"}).where(type(ada).id == ada.id)
    assert "Pending" in english
    assert "Pending" not in await page_of(ada)


async def test_no_more_is_kept_than_so_many_regions(ada, monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 5)
    for number in range(4):
        await page_of(ada, f"/admin/codes?q=anybody{number}")
    assert len(kept._kept) == 5


async def test_a_page_that_connects_again_costs_no_count_while_nothing_happens(relay, ada, bob, queries):
    await TradingCode.generate(bob, **WISH)
    await deliver(relay)
    sink = Sink()
    connection = Connection(person=ada.id, session=0, writer=sink)
    relay.hub.connect(connection)
    set_view(relay, connection, app.state.views.of("/admin/codes"), ada, granted(ada.id, ada.role))
    for _ in range(2):
        queries.clear()
        await asyncio.create_task(replay(relay, connection, relay.hub.position, greet=True))
    assert sink.frames[0] == sink.frames[1]
    assert b"codes-tabs" in sink.frames[0]
    assert queries == ["SELECT id FROM event ORDER BY id DESC LIMIT 1"]


@pytest.mark.parametrize("path", ["/admin/activity", "/notifications"])
async def test_what_prune_takes_away_is_on_no_page(ada, path):
    await CustomerAccount.create("bob", platform="mt5", account_number="7654321", plan="30", by=ada)
    assert "7654321" in await page_of(ada, path)
    await LogEntry.delete(force=True)
    assert "7654321" not in await page_of(ada, path)
