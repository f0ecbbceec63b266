"""Many events of one client in a short time are one line of the admins' inboxes: nobody can drown the others."""

from contextlib import ExitStack

from app.codes.tables import TradingCode
from app.live.log import LogEntry
from tests.browser import api
from tests.live.pages import LivePage, settle
from tests.live.people import People


async def generates(person, many):
    for _ in range(many):
        await TradingCode.generate(person, platform="mt5", account_number="12345678", plan="30")


async def texts(person):
    return [note["text"] for note in (await (await api(person)).get("/notifications")).json()["items"]]


async def test_fifty_codes_of_bob_are_three_lines_and_one_for_the_rest(bob, ada):
    await generates(bob, 50)
    shown = await texts(ada)
    assert shown[0] == "bob generated 47 codes"
    assert len(shown) == 4
    assert all(text.startswith("bob generated code ") for text in shown[1:])


async def test_four_are_four_lines(bob, ada):
    await generates(bob, 4)
    assert all(text.startswith("bob generated code ") for text in await texts(ada))


async def test_what_others_do_meanwhile_has_its_own_line(bob, eve, ada):
    await generates(bob, 6)
    await generates(eve, 1)
    await generates(bob, 6)
    shown = await texts(ada)
    assert shown[0].startswith("eve generated code ")
    assert shown[1] == "bob generated 9 codes"


async def test_the_audit_trail_shows_each_of_them(bob, ada):
    await generates(bob, 12)
    items = (await (await api(ada)).get("/admin/activity")).json()["items"]
    assert [item["kind"] for item in items] == ["CodeGenerated"] * 12
    assert all(item["text"].startswith("bob generated code ") for item in items)


async def test_a_line_counts_once_as_unread(bob, ada):
    await generates(bob, 50)
    response = await (await api(ada)).get("/notifications")
    assert [(note["unread"], note["count"]) for note in response.json()["items"]] == [(True, 47), *[(True, 1)] * 3]


async def test_after_a_quiet_time_and_after_an_hour_there_is_a_new_line(bob, ada):
    await generates(bob, 10)
    await LogEntry.raw(_earlier("id > 0", 11))
    await generates(bob, 1)
    shown = await texts(ada)
    assert shown[0].startswith("bob generated code ")
    assert shown[1] == "bob generated 7 codes"
    await LogEntry.raw("DELETE FROM event")
    await generates(bob, 10)
    await LogEntry.raw(_earlier("bundle IS NULL", 61))
    await generates(bob, 1)
    assert (await texts(ada))[0].startswith("bob generated code ")


def _earlier(which, minutes):
    from app.db.engine import engine

    if engine().engine_type == "postgres":
        return f"UPDATE event SET at = at - interval '{minutes} minutes' WHERE {which}"
    # As Piccolo stores it: ISO 8601 with microseconds.
    return (
        f"UPDATE event SET at = strftime('%Y-%m-%d %H:%M:%S', at, '-{minutes} minutes') || substr(at, 20) WHERE {which}"
    )


def test_live_inboxes_show_the_same_as_fresh_ones_while_a_line_grows(server):
    people = People(server)
    with ExitStack() as pages:
        inboxes = [
            pages.enter_context(LivePage(server, people.browser[who], path))
            for who in ("ada", "grace")
            for path in ("/notifications", "/admin", "/admin/activity")
        ]
        for _ in range(12):
            people.generates()
        settle(inboxes, people.broadcasts())
        for inbox in inboxes:
            inbox.assert_up_to_date()
        assert "bob generated 9 codes" in inboxes[0].document.find("notifications").text_content()
        people.do("grace", "/api/notifications/seen", up_to=people.items("grace", "/notifications")[0]["id"])
        for _ in range(5):
            people.generates()
        people.generates("eve")
        settle(inboxes, people.broadcasts())
        for inbox in inboxes:
            inbox.assert_up_to_date()
        assert "bob generated 14 codes" in inboxes[0].document.find("notifications").text_content()
