"""Seats that become free, by hand or in time, and robots that go quiet. Each is one transaction that holds the
account's row, as taking a seat is."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.db import transaction
from app.db.fetch import fetch, for_update
from app.errors import Conflict, NotFound
from app.i18n.message import say
from app.installations.events import RobotWentQuiet, SeatFreed
from app.installations.tables import SEATED, Installation
from app.live.event import SYSTEM, Actor
from app.live.log import record
from app.people.tables import Person
from app.products.tables import Product

MISSED = 2
"""Checks that a robot must have missed to be quiet."""
AT_A_TIME = 100


async def free_seat(person: Person, installation: int) -> CustomerAccount:
    """By hand. Raises NotFound for what is not theirs, Conflict where it has no seat any more."""
    seat = await Installation.by_id(installation)
    if seat is None:
        raise NotFound(say("There is no such terminal."))
    account = await CustomerAccount.of(person, seat.account)
    async with transaction():
        if (freed := await _free(account.id, installation, person)) is None:
            raise Conflict(say("This seat is free already. Nothing was changed."))
        return freed


async def free_lost_seats() -> int:
    """The scheduler's: a robot that was not seen for the hours that its product lets it be offline has no answer any
    more by which it could trade, so its seat is another's. Gives how many it went through."""
    many = 0
    for product in await Product.all_of_them():
        rows = await _last_seen_before(product.slug, now() - product.offline, SEATED)
        for row in rows:
            async with transaction():
                await _free(row["account"], row["id"], SYSTEM)
            await asyncio.sleep(0)
        many += len(rows)
    return many


async def notice_quiet(back_since: datetime | None = None) -> int:
    """The scheduler's, of robots that have missed some checks. `back_since`: since when the desk is back, if it was
    away for long (Pulse.begin): what was missed until then nobody could have made."""
    many = 0
    for product in await Product.all_of_them():
        missed = MISSED * timedelta(hours=product.check_hours)
        before = now() - missed
        if back_since is not None and before < back_since:
            continue
        rows = await _last_seen_before(product.slug, before, ("running",))
        for row in rows:
            await _went_quiet(row["account"], row["id"], before)
            await asyncio.sleep(0)
        many += len(rows)
    return many


async def _last_seen_before(product: str, moment: datetime, statuses: tuple[str, ...]) -> list[dict[str, int]]:
    rows = []
    for status in statuses:
        rows += await fetch(
            "SELECT id, account FROM installation WHERE product = {} AND status = {} AND last_seen_at <= {} "
            f"ORDER BY last_seen_at LIMIT {AT_A_TIME:d}",
            product, status, moment,
        )  # fmt: skip
    return rows


async def _free(account_id: int, installation: int, by: Actor) -> CustomerAccount | None:
    await _hold(account_id)
    if (seat := await Installation.free(installation)) is None:
        return None
    account = await CustomerAccount.count_robots(account_id)
    freed = SeatFreed(client=account.owner, account=account.id, installation=seat.id, terminal=seat.terminal)
    record(freed, by=by)
    return account


async def _went_quiet(account_id: int, installation: int, before: datetime) -> None:
    async with transaction():
        await _hold(account_id)
        seat = await Installation.compare_and_set(
            (Installation.id == installation)
            & (Installation.status == "running")
            & (Installation.last_seen_at <= before),
            {Installation.status: "quiet"},
        )
        if seat is not None:
            account = await CustomerAccount.count_robots(account_id)
            quiet = RobotWentQuiet(client=account.owner, account=account.id, installation=seat.id, server=seat.server)
            record(quiet, by=SYSTEM)


async def _hold(account_id: int) -> None:
    await fetch(f"SELECT id FROM customer_account WHERE id = {{}}{for_update()}", account_id)
