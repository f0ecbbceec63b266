"""Each person's notifications, read through the application itself."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx

import app.main  # noqa: F401 - with it every domain has declared its events
from app.notifications.notes import admin_kinds, client_kinds
from tests.chaos.snapshot import Snapshot
from tests.chaos.world import World


def inboxes(world: World, snapshot: Snapshot) -> None:
    """Each person's notifications, page by page to the end: each once, and none missing, also of those that are read as
    one line."""
    ids = {row["username"]: row["id"] for row in snapshot.people.values()}
    for who in world.tokens:
        server = world.servers[0]
        with world.browser(server, who, Accept="application/json") as browser:
            items = _read_all(browser, "/notifications")
        listed = [item["id"] for item in items]
        if who in world.admins:
            told = [e for e in snapshot.events if e["kind"] in (*admin_kinds(), "BroadcastSent")]
            expected = [event["id"] for event in told if event["bundle"] is None]
            lines = Counter(event["bundle"] or event["id"] for event in told)
            world.journal.lost += [
                f"{who}: the line of event {item['id']} tells of {item['count']} events, not of {lines[item['id']]}"
                for item in items
                if item["count"] != lines[item["id"]]
            ]
        else:
            expected = [
                e["id"] for e in snapshot.events
                if e["kind"] == "BroadcastSent" or (e["client"] == ids[who] and e["kind"] in client_kinds())
            ]  # fmt: skip
        counted = Counter(listed)
        world.journal.lost += [f"{who} never got event {key}" for key in expected if not counted[key]]
        world.journal.twice += [f"{who} got event {key} {many} times" for key, many in counted.items() if many > 1]
        world.journal.twice += [f"{who} got event {key}, which is not theirs" for key in set(listed) - set(expected)]
        world.journal.counts["notifications in inboxes"] += len(listed)


def _read_all(browser: httpx.Client, path: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    following: int | None = None
    while True:
        response = browser.get(path, params={"after": following} if following else {})
        response.raise_for_status()
        page = response.json()
        listed += page["items"]
        if page["next"] is None:
            return listed
        assert following is None or page["next"] < following, f"{path} goes round in a circle"
        following = page["next"]
