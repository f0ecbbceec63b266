"""Python's garbage collector walks through all that lives: with thousands of open pages a full collection holds the
event loop for a tenth of a second, and a broadcast's own garbage would set it off. So what has settled is taken out of
its sight again and again (`gc.freeze`, which costs nothing), and looked through only when as many pages have gone as
there are: what they leave behind in circles is then worth the pause."""

from __future__ import annotations

import asyncio
import gc

from app.live.hub import Hub

SETTLES_IN = 5.0
"""Seconds between two freezes."""
FEWEST_GONE = 2_000
"""Closed sockets that are left as they are, of some 10 KiB each at most; mostly their references free them at once."""


async def settle_garbage(hub: Hub) -> None:
    """Never returns."""
    gone = hub.gone
    gc.freeze()  # what was imported: a full collection of it in the first seconds would take 60 ms
    while True:
        await asyncio.sleep(SETTLES_IN)
        if hub.gone - gone > max(FEWEST_GONE, len(hub.open)):
            gone = hub.gone
            gc.unfreeze()
            gc.collect()
        gc.freeze()
