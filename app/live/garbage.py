"""Python's garbage collector walks through all that lives: with thousands of open pages a full collection holds the
event loop for a tenth of a second, and a broadcast's own garbage would set it off. So what has settled is taken out of
its sight again and again (`gc.freeze`, which costs nothing), and looked through only when as many pages have gone as
there are, or when twice as much has settled as was found alive the last time and no pages explain it: what is left
behind in circles is then worth the pause."""

from __future__ import annotations

import asyncio
import gc
from itertools import count

from app.live.hub import Hub

SETTLES_IN = 5.0
"""Seconds between two freezes."""
FEWEST_GONE = 2_000
"""Closed sockets that are left as they are, of some 10 KiB each at most; mostly their references free them at once."""
COUNTED_EVERY = 12
"""Freezes: to count what has settled takes 10 ms of a million objects."""
GROWTH, FEWEST_SETTLED = 2, 200_000
"""How many times as much as was alive, and objects beyond that, of some 100 bytes each."""
OF_A_PAGE = 500
"""At most, of one that is open: a crowd that comes is no garbage."""


async def settle_garbage(hub: Hub) -> None:
    """Never returns."""
    gone = hub.gone
    gc.freeze()  # what was imported: a full collection of it in the first seconds would take 60 ms
    alive = gc.get_freeze_count()
    for number in count(1):
        await asyncio.sleep(SETTLES_IN)
        is_worth_it = hub.gone - gone > max(FEWEST_GONE, len(hub.open))
        if not is_worth_it and number % COUNTED_EVERY == 0:
            most = GROWTH * alive + FEWEST_SETTLED + OF_A_PAGE * len(hub.open)
            is_worth_it = gc.get_freeze_count() > most
        if is_worth_it:
            gone = hub.gone
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            alive = gc.get_freeze_count()
        gc.freeze()
