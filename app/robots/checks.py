"""A check: the verdict, and what the desk remembers of it. All along it is one read; what is new is one transaction."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.db import transaction
from app.db.fetch import fetch, for_update
from app.installations.events import RobotIsBack, RobotRefused, RobotStarted, ServerBound, TerminalAdded
from app.installations.tables import SEATED, Installation, Refusal
from app.live.event import SYSTEM
from app.live.log import record
from app.robots.last_seen import LastSeen
from app.robots.verdicts import Licence, Robot, Verdict, judge, key_of, licence_of, verdict_without_account

NOTED_FOR = timedelta(hours=1)
"""For which a refusal that was noted is not even tried to be noted again (Refusal.note)."""
MOST_NOTED = 10_000
"""Refusals that are remembered so; the oldest goes, and costs one statement more."""


class Checks:
    """Of one process."""

    def __init__(self) -> None:
        self.last_seen = LastSeen()
        self._noted: OrderedDict[tuple[int, str, str, str], datetime] = OrderedDict()

    async def verdict_on(self, robot: Robot) -> Verdict:
        if (key := key_of(robot)) is None:
            return Verdict(code="BAD_KEY")
        licence = await licence_of(key, robot.terminal)
        if licence is None:
            return await verdict_without_account(key, robot)
        verdict = judge(licence, robot)
        if verdict.code == "VALID":
            if _is_known(licence, robot):
                self.last_seen.note(licence["seat"])
                return verdict
            verdict = await _seated(key, robot)
        if verdict.code != "VALID":
            await self._note_refusal(licence, robot, verdict)
        return verdict

    async def _note_refusal(self, licence: Licence, robot: Robot, verdict: Verdict) -> None:
        key = licence["id"], verdict.code, robot.account, robot.terminal
        at = now()
        if (before := self._noted.get(key)) is not None and at - before < NOTED_FOR:
            return
        said = {
            "number": robot.account, "terminal": robot.terminal, "server": robot.server, "expected": verdict.expected,
        }  # fmt: skip
        async with transaction():
            if await Refusal.note(licence["id"], verdict.code, said) is not None:
                account = await CustomerAccount.by_id(licence["id"])
                assert account is not None
                refused = RobotRefused(
                    client=account.owner, account=account.id, verdict=verdict.code, number=robot.account,
                    expected=verdict.expected,
                )  # fmt: skip
                record(refused, by=SYSTEM)
        self._noted[key] = at
        if len(self._noted) > MOST_NOTED:
            self._noted.popitem(last=False)


def _is_known(licence: Licence, robot: Robot) -> bool:
    """Whether nothing is new: it has its seat, and is what it was."""
    return (
        licence["seat_status"] == "running"
        and licence["server"] == licence["seat_server"] == robot.server
        and (licence["seat_mode"], licence["seat_version"]) == (robot.mode, robot.version)
    )


async def _seated(key: str, robot: Robot) -> Verdict:
    """The verdict on a robot of which something is new, now that nobody else changes its account: it takes a seat, if
    there is one, and binds the account to its server."""
    async with transaction():
        # The account's row alone is held; what is joined to it is read after that.
        await fetch(f"SELECT id FROM customer_account WHERE licence = {{}}{for_update()}", key)
        licence = await licence_of(key, robot.terminal)
        assert licence is not None
        verdict = judge(licence, robot)
        if verdict.code != "VALID":
            return verdict
        account = await CustomerAccount.by_id(licence["id"])
        assert account is not None
        if licence["seat_status"] in SEATED:
            known = await Installation.by_id(licence["seat"])
            assert known is not None
            seat = await known.resume(robot.said)
        else:
            taken = await Installation.seat(account.id, account.product, robot.terminal, robot.said, licence["seats"])
            if taken is None:
                return Verdict(code="TOO_MANY_SEATS", expected=str(licence["seats"] or ""))
            seat = taken
        await _record(account, licence, seat)
        if not licence["server"]:
            await CustomerAccount.bind_server(account.id, robot.server)
        await CustomerAccount.count_robots(account.id)
        return verdict


async def _record(account: CustomerAccount, licence: Licence, seat: Installation) -> None:
    """What is news of it; a newer version of a robot, or another mode, is none."""
    ids = {"client": account.owner, "account": account.id}
    if account.robot_seen_at is None:
        record(RobotStarted(**ids, installation=seat.id, server=seat.server), by=SYSTEM)
        return
    if not licence["server"]:
        record(ServerBound(**ids, server=seat.server), by=SYSTEM)
    if licence["seat_status"] == "quiet":
        record(RobotIsBack(**ids, installation=seat.id, server=seat.server), by=SYSTEM)
    elif licence["seat_status"] not in SEATED:
        record(TerminalAdded(**ids, installation=seat.id, server=seat.server, terminal=seat.terminal), by=SYSTEM)
