"""What an admin pins stands at once in the navigation of all pages that they have open, and of nobody else's."""

from __future__ import annotations

from app.list_views.tables import PinnedView
from app.live.relay import Relay
from app.people.tables import Person
from tests.live.conftest import count_now, deliver
from tests.live.tabs import Tab

VIEW = "/admin/codes?status=pending"


async def test_all_open_pages_of_this_admin_follow_and_others_hear_nothing(
    relay: Relay, ada: Person, grace: Person, bob: Person
) -> None:
    mine = [await Tab.open(relay, ada, path) for path in ("/admin", VIEW, "/notifications", "/me", "/search?q=bob")]
    others = [await Tab.open(relay, reader, path) for reader, path in ((grace, "/admin"), (bob, "/"), (bob, "/me"))]

    async def links() -> set[str]:
        await deliver(relay)
        await count_now(relay)
        for tab in mine:
            await tab.settle()
            await tab.assert_up_to_date()
        [shown] = {tab.document.find("pinned").text_content() for tab in mine}
        return set(shown.split())

    pinned = await PinnedView.pin(ada, "Waiting", VIEW)
    assert await links() == {"Waiting"}
    await PinnedView.pin(ada, "Waiting", "/admin/codes")
    await PinnedView.unpin(ada, pinned.id)
    assert await links() == set()
    assert [tab.path for tab in others if tab.under_way] == []
