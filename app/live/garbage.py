"""Python's garbage collector walks through all that lives: with thousands of open pages a full collection holds the
event loop for a tenth of a second, and a broadcast's own garbage would set it off. So what has settled is taken out of
its sight again and again (`gc.freeze`, which costs nothing), and looked through only when as many pages have gone as
there are, or when twice as much memory is in use as was the last time and no pages explain it: what is left behind in
circles is then worth the pause."""

from __future__ import annotations

import asyncio
import gc
import sys

from app.live.hub import Hub

SETTLES_IN = 5.0
"""Seconds between two freezes."""
FEWEST_GONE = 2_000
"""Closed sockets that are left as they are, of some 10 KiB each at most; mostly their references free them at once."""
GROWTH, FEWEST_BLOCKS = 2, 500_000
"""How many times as many blocks of memory as were in use, and how many beyond that, of some 100 bytes each. (To count
the objects that have settled would hold the loop itself.)"""
OF_A_PAGE = 1_000
"""At most, of one that is open: a crowd that comes is no garbage."""


async def settle_garbage(hub: Hub) -> None:
    """Never returns."""
    gone = hub.gone
    gc.freeze()  # what was imported: a full collection of it in the first seconds would take 60 ms
    alive = sys.getallocatedblocks()
    while True:
        await asyncio.sleep(SETTLES_IN)
        is_worth_it = hub.gone - gone > max(FEWEST_GONE, len(hub.open))
        most = GROWTH * alive + FEWEST_BLOCKS + OF_A_PAGE * len(hub.open)
        if is_worth_it or sys.getallocatedblocks() > most:
            gone = hub.gone
            gc.unfreeze()
            gc.collect()
            alive = sys.getallocatedblocks()
        gc.freeze()
