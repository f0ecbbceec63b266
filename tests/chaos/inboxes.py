"""What each person has been told, read through the desk itself."""

from __future__ import annotations

from collections import Counter

import httpx

from app.notifications.notes import admin_kinds, client_kinds
from tests.chaos.ledger import Ledger
from tests.chaos.world import World


def inboxes(world: World, ledger: Ledger) -> None:
    """Each person's notifications, page by page to the end: each once, and all that they were to be told."""
    ids = {row["username"]: row["id"] for row in ledger.people.values()}
    for who in world.tokens:
        server = world.servers[0]
        with world.browser(server, who, Accept="application/json") as browser:
            shown = _read_all(browser, "/notifications")
        if who in world.admins:
            told = [e["id"] for e in ledger.events if e["kind"] in (*admin_kinds(), "BroadcastSent")]
        else:
            told = [
                e["id"] for e in ledger.events
                if e["kind"] == "BroadcastSent" or (e["client"] == ids[who] and e["kind"] in client_kinds())
            ]  # fmt: skip
        counted = Counter(shown)
        world.books.lost += [f"{who} was never told of event {key}" for key in told if not counted[key]]
        world.books.twice += [
            f"{who} was told {many} times of event {key}" for key, many in counted.items() if many > 1
        ]
        world.books.twice += [f"{who} was told of event {key}, which is not theirs" for key in set(shown) - set(told)]
        world.books.notes["notifications in inboxes"] += len(shown)


def _read_all(browser: httpx.Client, path: str) -> list[int]:
    shown: list[int] = []
    following: int | None = None
    while True:
        response = browser.get(path, params={"after": following} if following else {})
        response.raise_for_status()
        page = response.json()
        shown += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return shown
        assert following is None or page["next"] < following, f"{path} goes round in a circle"
        following = page["next"]
