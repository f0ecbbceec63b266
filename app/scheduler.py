"""The desk's own clock: what happens because time passes. Every step is a compare-and-set, so it may run twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from app.accounts.tables import CustomerAccount
from app.calendar.tables import Day, Pulse
from app.codes.tables import TradingCode
from app.db.lock import SCHEDULING, exclusive_lock
from app.db.parts import index_new_parts
from app.installations.tables import Installation, Refusal
from app.invitations.tables import Invitation
from app.messages.tables import SentMessage
from app.people.tables import TOUCH_EVERY, Session
from app.quotas.tables import Quota
from app.robots.seats import free_lost_seats, notice_quiet
from app.second_factor.tables import SecondFactor
from app.settings import Settings
from app.sign_in_steps.tables import HalfSignIn
from app.signing_in.tables import Device, SignInFailure

SWEEP_EVERY = 600
"""Ticks between two sweeps of what is over anyway."""


async def run_scheduler(settings: Settings) -> None:
    """Never returns. One process of the desk runs it; when that dies, another takes over within seconds."""
    async with exclusive_lock(SCHEDULING) as check_lock:
        ticks = 0
        await Day.observe(settings.zone)
        back_since = await Pulse.begin()
        while True:
            await check_lock()
            await Pulse.beat()
            await run_due(settings)
            await _until_done(free_lost_seats)
            await _until_done(lambda: notice_quiet(back_since))
            if ticks % SWEEP_EVERY == 0:
                await sweep()
            ticks += 1
            await asyncio.sleep(settings.clock_interval)


async def run_due(settings: Settings) -> None:
    """Does all that is due, also what has become due while no server ran."""
    await Day.start_if_new()
    await _until_done(CustomerAccount.expire_due)
    await _until_done(lambda: TradingCode.expire_unused(settings.code_ttl))
    await _until_done(CustomerAccount.notice_due)
    await _until_done(index_new_parts)


async def sweep() -> None:
    """Removes what is over anyway."""
    await _until_done(Session.sweep)
    await _until_done(SignInFailure.sweep)
    await _until_done(Device.sweep)
    await _until_done(Quota.sweep)
    await _until_done(Installation.sweep)
    await _until_done(Invitation.sweep)
    await _until_done(HalfSignIn.sweep)
    await _until_done(SecondFactor.sweep)
    await _until_done(Refusal.sweep)
    await _until_done(SentMessage.sweep)


async def keep_sessions(open_sessions: Callable[[], Collection[int]]) -> None:
    """Never returns; every process does it for its own sockets. A session that has a live page open is not idle: a
    wallboard stays, until its session's absolute end."""
    while True:
        await asyncio.sleep(TOUCH_EVERY.total_seconds())
        await Session.touch(open_sessions())


async def _until_done(step: Callable[[], Awaitable[int]]) -> None:
    """Portion by portion; what else waits for the loop goes on in between."""
    while await step():  # noqa: ASYNC110 - nothing is waited for
        await asyncio.sleep(0)
