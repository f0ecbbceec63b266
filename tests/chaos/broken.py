"""`serve` with a relay that is broken on purpose, by CHAOS_BREAK. The checks must see it, or they prove nothing.

`skip-event`: every seventh event is passed over. `push-twice`: every third frame is published once more, and what
makes a push repeatable (upsert by id, the guard of a toast) is taken from the repetition: by itself a second push of
the same frame changes no page, which `push-again` shows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import count

from app import cli
from app.live.fragments import Partial, Partials
from app.live.hub import Hub
from app.live.log import LogEntry
from app.live.regions import Region
from app.live.relay import Relay

FAULTY = ("skip-event", "push-twice")
BREAKS = (*FAULTY, "push-again")

_deliver, _publish, _frames = Relay.deliver, Hub.publish, count()


async def skipping(self: Relay, entries: Sequence[LogEntry]) -> None:
    if kept := [entry for entry in entries if entry.id % 7]:
        await _deliver(self, kept)
    self.hub.position = entries[-1].id


async def pushing_twice(self: Hub, rendered: dict[Region, Partials], position: int) -> None:
    await _publish(self, rendered, position)
    if next(_frames) % 3 == 0:
        blind = {region: tuple(_blind(partial) for partial in partials) for region, partials in rendered.items()}
        await _publish(self, blind, position)


async def pushing_again(self: Hub, rendered: dict[Region, Partials], position: int) -> None:
    await _publish(self, rendered, position)
    await _publish(self, rendered, position)


def _blind(partial: Partial) -> Partial:
    if partial.swap.startswith("upsert") or ":not(" in partial.target:
        target = partial.target.partition(":")[0]
        return Partial(target, "beforeend", partial.html, partial.name, page_wide=partial.page_wide)
    return partial


def break_it(how: str) -> None:
    if how == "skip-event":
        Relay.deliver = skipping  # type: ignore[method-assign]
    elif how == "push-twice":
        Hub.publish = pushing_twice  # type: ignore[method-assign]
    elif how == "push-again":
        Hub.publish = pushing_again  # type: ignore[method-assign]
    else:
        raise SystemExit(f"CHAOS_BREAK must be one of {', '.join(BREAKS)}, not {how!r}")


if __name__ == "__main__":
    break_it(os.environ["CHAOS_BREAK"])
    cli.main(sys.argv[1:])
