"""Bringing a page up to date: what it missed, before anything live; and holding it still when its reader wants that."""

from __future__ import annotations

import time
from typing import Any

from app.live import fragments, metrics
from app.live.event import LogEntry
from app.live.fragments import Partial
from app.live.hub import Connection, frame
from app.live.regions import Batch, Summary
from app.live.relay import Relay
from app.live.views import View

UNDER_WAY = 30.0
"""Seconds after which no frame is on its way to a page any more."""
REPLAY_LIMIT = 500
"""Events missed up to which a page is brought up to date row by row; beyond, its regions are sent whole."""


@metrics.REPLAYS.time()
async def replay(
    relay: Relay, connection: Connection, view: View, reader: Any, cursor: int, rendered: str = "", swapped: str = ""
) -> None:
    """Sends what the page has missed since `cursor`, or since the part of it that came by HTTP was `rendered`.

    Nothing is written to this socket by others until the page stands where the hub stands: a push that overtook
    the replay would move the cursor past what is still missing. Raises ValueError for a mark that is no number.
    """
    hub = relay.hub
    fresh = connection.view is None or connection.paused_at is not None
    since = min(cursor, int(rendered or cursor))
    # Frames meant for the view that the page showed before may have hit the one that it shows now: those sent since it
    # was rendered, and those that were under way, whatever their position and whichever connection they came by.
    whole = bool(swapped) or connection.view not in (None, view)
    whole = whole and time.monotonic() - connection.pushed_at < UNDER_WAY
    _stand_on(relay, connection, view, reader)
    if since > hub.position and since > await LogEntry.last_id():
        since, whole = hub.position, True  # a cursor from some other log: nothing that the page shows can be trusted
    extra: list[Partial] = []
    if fresh:
        extra += [fragments.connection_live(), fragments.pause_control(paused=False)]
        extra += [p for region in connection.regions if isinstance(region, Summary) for p in await relay.whole(region)]
    if rendered:
        extra.append(fragments.rendered_done(rendered))
    if swapped:
        extra.append(fragments.swapped_done(swapped))
    while True:
        position = hub.position
        partials = await _missed(relay, connection, since, position, whole=whole)
        if extra or partials:
            since = max(since, position)
            connection.send(frame([*extra, *partials], since), since)
        if partials:
            connection.pushed_at = time.monotonic()
        extra, whole, since = [], False, max(since, position)
        if hub.position == position:
            break
    hub.enter(connection)


async def pause(relay: Relay, connection: Connection, view: View, reader: Any, cursor: int) -> None:
    """The page keeps what it shows, and its cursor; it only hears how much waits (WCAG 2.2.2)."""
    _stand_on(relay, connection, view, reader)
    connection.paused_at, connection.waiting = cursor, 0
    if cursor < relay.hub.position:
        entries = await LogEntry.after(cursor, upto=relay.hub.position, limit=REPLAY_LIMIT)
        connection.waiting += Batch(entries, relay.matrix).count_heard(connection.regions)
    partials = [fragments.connection_live(), fragments.pause_control(paused=True, many=connection.waiting)]
    connection.send(frame(partials, cursor), cursor)


def _stand_on(relay: Relay, connection: Connection, view: View, reader: Any) -> None:
    relay.hub.leave(connection)
    connection.view, connection.regions = view, view.regions(reader)
    connection.paused_at = None


async def _missed(relay: Relay, connection: Connection, since: int, position: int, *, whole: bool) -> list[Partial]:
    """Each touched element once; nothing for a page that stands where the hub stands."""
    entries = await LogEntry.after(since, upto=position, limit=REPLAY_LIMIT + 1) if since < position else []
    if whole or len(entries) > REPLAY_LIMIT:
        return [partial for region in connection.regions for partial in await relay.whole(region)]
    if not entries:
        return []
    batch = Batch(entries, relay.matrix)
    # Counts always come too: what the relay had put off for this page, it may have dropped while the page was away.
    return [
        partial
        for region in connection.regions
        for partial in await (relay.whole(region) if isinstance(region, Summary) else relay.follow(region, batch))
    ]
