"""Whether a robot may trade. The account decides, not the code: that of a completed code keeps running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.clock import now
from app.db.fetch import fetch
from app.installations.refusals import MESSAGES
from app.licences import key as licence_key
from app.licences.plans import DEFAULT_PRODUCT
from app.products.tables import is_old
from app.robots.answer import Answer

CHECK_SOON = timedelta(minutes=5)
"""While somebody is about to activate the code, to extend or restore the account, or to free a seat."""
SOON = frozenset({"PENDING", "EXPIRED", "SUSPENDED", "TOO_MANY_SEATS", "SERVER_MISMATCH"})
OFFLINE, CHECK_AFTER = timedelta(hours=72), timedelta(hours=6)
"""Of what is answered without a product."""


@dataclass(frozen=True, kw_only=True)
class Robot:
    """What one says of itself, in ASCII."""

    licence: str
    platform: str
    account: str
    product: str = ""
    server: str = ""
    mode: str = ""
    version: str = ""
    terminal: str = ""

    @property
    def said(self) -> dict[str, str]:
        """What an installation keeps of it."""
        return {"server": self.server, "mode": self.mode, "robot_version": self.version}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    code: str
    expected: str = ""
    """What the robot should have said, where that is the reason."""
    expires: datetime | None = None
    """Of a valid licence; None: never."""
    offline: timedelta = OFFLINE
    check_after: timedelta = CHECK_AFTER


LICENCE = """
    SELECT account.id, account.status, account.expires_at, account.account_number, account.platform, account.product,
        account.origin, account.server, product.seats, product.modes, product.least_version, product.offline_hours,
        product.check_hours, seat.id AS seat, seat.status AS seat_status, seat.server AS seat_server,
        seat.mode AS seat_mode, seat.robot_version AS seat_version
    FROM customer_account AS account
    JOIN product ON product.slug = account.product
    LEFT JOIN installation AS seat ON seat.account = account.id AND seat.terminal = {}
    WHERE account.licence = {}
"""
"""One read by unique indexes: all that a verdict depends on."""

Licence = Mapping[str, Any]


async def licence_of(key: str, terminal: str, *, ending: str = "") -> Licence | None:
    rows = await fetch(LICENCE + ending, terminal, key)
    return rows[0] if rows else None


async def verdict_without_account(key: str, robot: Robot) -> Verdict:
    """Of a code that has no account: it waits, or it ended before; or of no code."""
    rows = await fetch("SELECT status, account_number, platform, product FROM trading_code WHERE code = {}", key)
    if not rows:
        return Verdict(code="NOT_FOUND")
    if (mismatch := _mismatch(rows[0], robot)) is not None:
        return mismatch
    return Verdict(code={"pending": "PENDING", "expired": "EXPIRED"}.get(rows[0]["status"], "SUSPENDED"))


def key_of(robot: Robot) -> str | None:
    """None for what is no key: a symbol is wrong or missing."""
    key = licence_key.normalised(robot.licence)
    return key if licence_key.is_valid(key) else None


def judge(licence: Licence, robot: Robot) -> Verdict:
    """Of a licence that has an account; whether a seat is left is not asked yet. Whoever names an account that is not
    the licence's learns nothing else of it."""
    if (mismatch := _mismatch(licence, robot)) is not None:
        return mismatch
    if licence["status"] == "suspended":
        return Verdict(code="SUSPENDED")
    # The scheduler may not have come to it yet.
    is_over = licence["expires_at"] is not None and licence["expires_at"] <= now()
    if is_over or licence["status"] == "expired":
        return Verdict(code="EXPIRED")
    if is_old(robot.version, licence["least_version"]):
        return Verdict(code="VERSION_TOO_OLD", expected=licence["least_version"])
    modes = licence["modes"].split()
    if licence["origin"] == "trial":
        modes = ["demo"]
    if robot.mode not in modes:
        return Verdict(code="MODE_NOT_ALLOWED", expected=", ".join(modes))
    if licence["server"] not in ("", robot.server):
        return Verdict(code="SERVER_MISMATCH", expected=licence["server"])
    return Verdict(
        code="VALID", expires=licence["expires_at"], offline=timedelta(hours=licence["offline_hours"]),
        check_after=timedelta(hours=licence["check_hours"]),
    )  # fmt: skip


def _mismatch(licence: Licence, robot: Robot) -> Verdict | None:
    if licence["account_number"] != robot.account:
        where = f"{licence['platform'].upper()} {licence['account_number']}"
        return Verdict(code="ACCOUNT_MISMATCH", expected=where)
    if licence["platform"] != robot.platform:
        return Verdict(code="PLATFORM_MISMATCH", expected=licence["platform"])
    if licence["product"] != (robot.product or DEFAULT_PRODUCT):
        return Verdict(code="PRODUCT_MISMATCH", expected=licence["product"])
    return None


def answer(verdict: Verdict, asked: Mapping[str, str]) -> Answer:
    """What a robot is told. Only of its own licence it hears when that expires: valid_until = min(expires, now +
    offline); a refusal is not valid beyond its own moment. What it should have said it is never told."""
    at, code = now(), verdict.code
    is_valid = code == "VALID"
    offline_end = at + verdict.offline
    until = (offline_end if verdict.expires is None else min(verdict.expires, offline_end)) if is_valid else at
    after = CHECK_SOON if code in SOON else verdict.check_after
    return Answer(
        code=code, message=str(MESSAGES[code]), asked=asked, now=at, expires=verdict.expires if is_valid else at,
        valid_until=until, check_after=int(after.total_seconds()),
    )  # fmt: skip
