"""What the machine itself adds: no attack at all."""

from __future__ import annotations

import asyncio
import time

from tests.hostile.attack import Target, attack


@attack("nothing but a core kept busy, in the place of an attacker")
async def busy_core(target: Target) -> None:
    """The desk is left alone. What honest people wait more than without it is the processor's time that the attacking
    program takes from them and from the desk, on two cores for three programs."""
    while not target.is_over:
        until = time.perf_counter() + 0.005
        while time.perf_counter() < until:
            pass
        await asyncio.sleep(0)
