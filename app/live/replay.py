"""Bringing a page up to date: what it missed, before anything live; and pausing it when its reader wants that."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence

from app.live import fragments, metrics
from app.live.batch import Batch
from app.live.connection import Connection
from app.live.event import UnknownEvent
from app.live.fragments import Partial
from app.live.log import LogEntry
from app.live.prune import is_complete
from app.live.regions import Region
from app.live.relay import MOST_MISSED, REFETCH_SPREAD, Relay
from app.live.rooms import Room
from app.live.views import Reader, View


class NotGranted(PermissionError):
    """A region subscribes in a room that its reader was not granted: a fault of ours, never of a browser."""


def set_view(relay: Relay, connection: Connection, view: View, reader: Reader, granted: Collection[Room]) -> None:
    """The connection's page shows this view from now on. Nothing live is written to it until `replay`.

    Raises NotGranted, and Invalid for a filter that makes no sense.
    """
    regions = view.regions(reader)
    if not {channel.room for region in regions for channel in region.channels} <= set(granted):
        raise NotGranted(f"{view} of {reader.username}")
    relay.hub.unsubscribe(connection)
    connection.view, connection.regions, connection.paused_at = view, regions, None


def send_barrier(connection: Connection, scope: str) -> None:
    """Asks the page to sync once more when it has shown all that was sent before.

    Frames for a view that the page showed earlier may still be on their way, and the page may have returned to that
    very view: then they hit it, and set its cursor back to where they stood. What the page sends after the barrier is
    the truth, however long they took. Ends, as every frame, with a cursor: that of the view before, `scope`, which the
    page no longer has.
    """
    connection.barrier = secrets.token_hex(4)  # not a number, of which the page may still hold an earlier socket's
    connection.send([fragments.barrier(connection.barrier)], connection.sent, scope)


@metrics.REPLAYS.time()
async def replay(
    relay: Relay, connection: Connection, cursor: int, rendered: str = "", *,
    greet: bool = False, with_counts: bool = False,
) -> None:  # fmt: skip
    """Sends what the page has missed since `cursor`, or since the part of it that came by HTTP was `rendered`.
    `with_counts`: its regions are others than before, and the relay may have put off counts of those.

    Nothing is written to this socket by others until the page stands where the hub stands: a push that overtook
    the replay would move the cursor past what is still missing. Raises ValueError for a mark that is no number.
    """
    hub = relay.hub
    hub.unsubscribe(connection)
    since = min(cursor, int(rendered or cursor))
    in_full = False
    if since > hub.position and since > await LogEntry.last_id():
        since, in_full = hub.position, True  # a cursor from some other log: nothing that the page shows can be trusted
    extra: list[Partial] = []
    if greet:
        extra += [
            fragments.connection_live(connection.locale), fragments.not_ended(),
            fragments.pause_control(connection.locale, paused=False),
        ]  # fmt: skip
    if greet or with_counts:
        last = await LogEntry.last_id()
        extra += [p for region in connection.regions if region.coalesced for p in await relay.kept_full(region, last)]
    if rendered:
        extra.append(fragments.rendered_done(rendered))
    while True:
        position = hub.position
        partials = await missed(relay, connection.regions, since, position, in_full=in_full)
        if extra or partials:
            since = max(since, position)
            connection.send([*extra, *partials], since)
        extra, in_full, since = [], False, max(since, position)
        if hub.position == position:
            break
    hub.subscribe(connection)


async def pause(relay: Relay, connection: Connection, cursor: int) -> None:
    """The page keeps what it shows, and its cursor; it only gets the number of updates that wait (WCAG 2.2.2)."""
    relay.hub.unsubscribe(connection)
    relay.hub.pause(connection, cursor)
    if cursor < relay.hub.position:
        entries = await relay.between(cursor, relay.hub.position)
        connection.waiting += Batch(entries).count_for(connection.regions)
    control = fragments.pause_control(connection.locale, paused=True, many=connection.waiting)
    connection.send([fragments.connection_live(connection.locale), control], cursor)


async def missed(
    relay: Relay, regions: Sequence[Region], since: int, position: int, *, in_full: bool = False
) -> list[Partial]:
    """What a page of these regions that stands at `since` lacks at `position`: each touched element once; of more
    events than MOST_MISSED - 1 all regions in full."""
    if since >= position and not in_full:
        return []
    entries = [] if in_full else await relay.between(since, position)
    if in_full or len(entries) == MOST_MISSED or not is_complete(entries, since, position):
        return [partial for region in regions for partial in await relay.full(region)]
    batch = Batch(entries)
    # Counts always come too: what the relay had postponed for this page it may have dropped while the page was away.
    partials: list[Partial] = []
    for region in regions:
        if region.coalesced:
            partials += await relay.full(region, batch)
        elif patched := batch.entries_for(region):
            partials += await relay.patch(region, patched, batch)
    if any(isinstance(entry.event, UnknownEvent) and relay.may_concern(entry.event, regions) for entry in entries):
        partials.append(fragments.refetch(secrets.randbelow(REFETCH_SPREAD)))
    return partials
