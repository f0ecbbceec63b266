"""Whether a robot may trade. The account decides, not the code: that of a completed code keeps running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.tables import TradingCode
from app.i18n.message import Message, say
from app.licences import key as licence_key
from app.robots.answer import Answer

OFFLINE = timedelta(hours=72)
"""For which a robot that reaches nobody may go on by an answer that it has."""
CHECK_AFTER = timedelta(hours=6)
CHECK_SOON = timedelta(minutes=5)
"""While somebody is about to activate the code, or to extend or restore the account."""

MESSAGES: Mapping[str, Message] = {
    "VALID": say("The licence is valid."),
    "NOT_FOUND": say("The desk does not know this licence. Copy the key from your desk, whole."),
    "BAD_KEY": say("This is no licence key: a sign is wrong or missing. Copy the key from your desk, whole."),
    "PENDING": say("The code waits for its activation. The robot asks again by itself."),
    "EXPIRED": say("The licence has expired. Ask for an extension at your desk."),
    "SUSPENDED": say("The licence is suspended. Ask the seller; your desk says when it runs again."),
    "ACCOUNT_MISMATCH": say("This licence is for another account number. Log in to that account."),
    "PLATFORM_MISMATCH": say("This licence is for the other platform: MetaTrader 4 and 5 have licences of their own."),
}
"""By the code of the answer: in English to the robot, in anybody's language on the desk."""
SOON = frozenset({"PENDING", "EXPIRED", "SUSPENDED"})


@dataclass(frozen=True, kw_only=True)
class Robot:
    """What one says of itself."""

    licence: str
    platform: str
    account: str


async def verdict_on(robot: Robot) -> tuple[str, datetime | None]:
    """The code of the answer, and when the licence expires (None: never); one read by a unique index, two for a licence
    without an account. Whoever asks for an account that is not the licence's learns nothing else of it."""
    key = licence_key.normalised(robot.licence)
    if not licence_key.is_valid(key):
        return "BAD_KEY", None
    if (account := await CustomerAccount.licensed(key)) is not None:
        return _of_account(account, robot), account.expires_at
    codes = await TradingCode.matching(TradingCode.code == key)
    return (_of_code(codes[0], robot) if codes else "NOT_FOUND"), None


def _of_account(account: CustomerAccount, robot: Robot) -> str:
    if (mismatch := _mismatch(account, robot)) is not None:
        return mismatch
    if account.status == "suspended":
        return "SUSPENDED"
    # The scheduler may not have come to it yet.
    is_over = account.expires_at is not None and account.expires_at <= now()
    return "EXPIRED" if is_over or account.status == "expired" else "VALID"


def _of_code(code: TradingCode, robot: Robot) -> str:
    """One that never had an account: it waits, or it ended before."""
    if (mismatch := _mismatch(code, robot)) is not None:
        return mismatch
    return {"pending": "PENDING", "expired": "EXPIRED"}.get(code.status, "SUSPENDED")


def _mismatch(row: CustomerAccount | TradingCode, robot: Robot) -> str | None:
    if row.account_number != robot.account:
        return "ACCOUNT_MISMATCH"
    return "PLATFORM_MISMATCH" if row.platform != robot.platform else None


def answer(code: str, expires: datetime | None, asked: Mapping[str, str]) -> Answer:
    """What a robot is told. Only of its own licence it hears when that expires: valid_until = min(expires, now +
    OFFLINE); a refusal is not valid beyond its own moment."""
    at = now()
    is_valid = code == "VALID"
    until = (at + OFFLINE if expires is None else min(expires, at + OFFLINE)) if is_valid else at
    return Answer(
        code=code, message=str(MESSAGES[code]), asked=asked, now=at, expires=expires if is_valid else at,
        valid_until=until, check_after=int((CHECK_SOON if code in SOON else CHECK_AFTER).total_seconds()),
    )  # fmt: skip
