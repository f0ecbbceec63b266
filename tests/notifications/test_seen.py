import asyncio

import pytest

from app.codes.tables import TradingCode
from app.errors import Invalid
from app.live.log import LogEntry
from app.notifications.tables import broadcast, see
from app.people.tables import Person
from tests.browser import api
from tests.inspection import everything, happened, last_event


async def three_broadcasts(ada):
    for word in ("one", "two", "three"):
        await broadcast(word, "info", by=ada)
    return [entry.id for entry in await LogEntry.after(0)]


async def unread(person):
    notes = (await (await api(person)).get("/notifications")).json()["items"]
    return [note["text"] for note in notes if note["unread"]]


async def test_bob_marks_what_he_has_read_and_only_what_is_newer_stays_unread(bob, eve, ada):
    ids = await three_broadcasts(ada)
    assert (await see(bob, ids[1])).seen_event == ids[1]
    assert await unread(bob) == ["three"]
    assert await unread(eve) == ["three", "two", "one"]
    assert (await happened())[3:] == [("NotificationsSeen", bob.id, "bob")]
    assert (await last_event()).up_to == ids[1]


async def test_seeing_twice_is_one_event(bob, ada):
    ids = await three_broadcasts(ada)
    await see(bob, ids[2])
    before = await everything()
    assert (await see(await Person.by_id(bob.id), ids[2])).seen_event == ids[2]
    assert await everything() == before


async def test_nobody_can_unsee(bob, ada):
    ids = await three_broadcasts(ada)
    await see(bob, ids[2])
    before = await everything()
    assert (await see(await Person.by_id(bob.id), ids[0])).seen_event == ids[2]
    assert await everything() == before


async def test_two_tabs_at_once_end_at_the_later_one(bob, ada):
    ids = await three_broadcasts(ada)
    await asyncio.gather(*(see(bob, ids[n % 3]) for n in range(12)))
    assert (await Person.by_id(bob.id)).seen_event == ids[2]


@pytest.mark.parametrize("ahead", [-999_999, 1])
async def test_an_event_that_has_not_happened_cannot_be_seen(bob, ada, ahead):
    ids = await three_broadcasts(ada)
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await see(bob, ids[2] + ahead)
    assert "up_to" in refused.value.fields
    assert await everything() == before


async def test_over_http_each_person_marks_their_own_only(bob, eve, ada):
    ids = await three_broadcasts(ada)
    response = await (await api(bob)).post("/api/notifications/seen", data={"up_to": ids[2], "person": eve.id})
    assert (response.status_code, response.json()) == (200, {"up_to": ids[2]})
    assert await unread(bob) == []
    assert len(await unread(eve)) == 3


async def test_an_admin_has_unread_notifications_of_her_own(bob, ada, grace):
    await TradingCode.generate(bob, platform="mt5", account_number="12345678", plan="30")
    await see(ada, await LogEntry.last_id())
    assert await unread(ada) == []
    [text] = await unread(grace)
    assert text.startswith("bob generated code")
