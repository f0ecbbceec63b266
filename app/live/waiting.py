"""Pages that wait for their turn: of one person's many different pages only the first few are served at once.

What an event costs must not grow with the pages of one person, or a hundred people could keep the relay busy for good.
So the others are deferred (`Hub.defer_excess`): nothing is rendered for them until it is their person's turn, and then
they are brought up to date with all that has happened meanwhile, as after a lost connection. All turns together take a
share of the process's time, however many pages wait; where nobody else does, a turn comes at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from app.live import fragments
from app.live.connection import Group
from app.live.relay import Relay
from app.live.replay import missed

REST = 4
"""Times as long as a turn took the next one waits: a fifth of the time is theirs."""
TELL_AFTER = 5.0
"""Seconds after which a page that waits says so."""


def serve_waiting(relay: Relay) -> Callable[[], Awaitable[None]]:
    """The task, to be supervised: it never returns."""

    async def serve() -> None:
        while True:
            await relay.hub.some_wait.wait()
            began = time.perf_counter()
            await serve_next(relay)
            relay.hub.tell_waiting(fragments.connection_slow, TELL_AFTER)
            await asyncio.sleep((time.perf_counter() - began) * REST)

    return serve


async def serve_next(relay: Relay) -> None:
    """The page whose turn it is, if any. Raises what says that the database is away: the page then waits on."""
    hub = relay.hub
    if (group := hub.next_waiting()) is None:
        return
    try:
        await _bring_up_to_date(relay, group)
    except BaseException:
        hub.wait_on(group)
        raise
    hub.release(group)


async def _bring_up_to_date(relay: Relay, group: Group) -> None:
    hub, since = relay.hub, group.deferred_at
    assert since is not None
    extra = [fragments.connection_live(group.locale)] if group.is_told else []
    while since < hub.position:
        position = hub.position
        partials = await missed(relay, group.regions, since, position)
        group.write(fragments.frame([*extra, *partials], group.scope, position), position)
        since, extra = position, []
