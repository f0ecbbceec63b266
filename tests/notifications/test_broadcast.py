import pytest

from app.errors import Invalid
from app.live.log import recorded
from app.notifications.tables import LEVELS, broadcast
from tests.browser import api
from tests.inspection import everything, happened, last_event


@pytest.mark.parametrize("level", LEVELS)
async def test_ada_tells_everyone(ada, level):
    sent = await broadcast("  Servers move on Sunday. ", level, by=ada)
    assert await happened() == [("BroadcastSent", None, "ada")]
    event = await last_event()
    assert (event.message, event.level) == ("Servers move on Sunday.", level)
    assert [entry.event for entry in recorded(sent)] == [event]


@pytest.mark.parametrize(
    ("message", "level", "field"),
    [("", "info", "message"), ("  \n", "info", "message"), ("m" * 501, "info", "message"), ("Hear!", "loud", "level")],
)
async def test_an_empty_or_endless_message_and_an_unknown_level_are_refused(ada, message, level, field):
    with pytest.raises(Invalid) as refused:
        await broadcast(message, level, by=ada)
    assert list(refused.value.fields) == [field]
    assert await happened() == []


async def test_over_http_ada_reads_what_she_sent_and_bob_and_grace_find_it_in_their_notifications(bob, ada, grace):
    response = await (await api(ada)).post("/api/admin/broadcast", data={"message": "Hear!", "level": "warning"})
    assert response.status_code == 201
    assert (response.json()["message"], response.json()["level"]) == ("Hear!", "warning")
    for person in (bob, grace):
        [note] = (await (await api(person)).get("/notifications")).json()["items"]
        assert (note["id"], note["text"], note["level"]) == (response.json()["id"], "Hear!", "warning")


async def test_bob_cannot_broadcast(bob):
    asking = await api(bob)
    before = await everything()
    response = await asking.post("/api/admin/broadcast", data={"message": "Hear!", "level": "info"})
    assert response.status_code == 403
    assert await everything() == before


async def test_what_ada_writes_is_text_wherever_it_is_shown(bob, ada):
    await broadcast("<script>alert(1)</script>", "info", by=ada)
    for person, path in ((bob, "/"), (bob, "/notifications"), (ada, "/admin/activity"), (ada, "/admin/broadcast")):
        html = (await (await api(person)).get(path, headers={"Accept": "text/html"})).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html
