"""The desk's own clock: what happens because time passes. Every step is a compare-and-set, so twice does no harm."""

from __future__ import annotations

import asyncio

from app.accounts.tables import CustomerAccount
from app.codes.tables import TradingCode
from app.days import Day
from app.people.tables import Session
from app.settings import Settings

SWEEP_EVERY = 600
"""Looks between two sweeps of what is over anyway."""


async def keep_time(settings: Settings) -> None:
    """Never returns."""
    looks = 0
    while True:
        await look(settings)
        if looks % SWEEP_EVERY == 0:
            await Session.sweep()
        looks += 1
        await asyncio.sleep(settings.clock_interval)


async def look(settings: Settings) -> None:
    """Does all that is due, also what has become due while no server ran."""
    await Day.begin_if_new()
    while await CustomerAccount.expire_due():
        await asyncio.sleep(0)
    while await TradingCode.expire_unused(settings.code_ttl):
        await asyncio.sleep(0)
    while await CustomerAccount.notice_due():
        await asyncio.sleep(0)
