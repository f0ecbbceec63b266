"""Plans and platforms: the two short lists that codes, accounts and extensions share."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from app.errors import MARKED, Invalid
from app.i18n.message import Message, say, say_count

PLANS = ("7", "30", "90", "180", "365", "lifetime")
"""Days, or lifetime."""
TRIAL = "trial"
"""Not a plan of a code: so many days on demo accounts, as an admin or the product says."""
PLATFORMS = ("mt4", "mt5")
DEFAULT_PLAN, DEFAULT_PLATFORM = "30", "mt5"
DEFAULT_PRODUCT = "robot"
"""The slug of the product that every desk begins with; a robot that names none is this one (app/products/)."""
SLUG = re.compile(r"[a-z0-9][a-z0-9\-]{0,31}")
"""Of a product (app/products/); browsers read it, too, in which a hyphen in a class must be escaped."""
FEWEST_DIGITS, MOST_DIGITS = 4, 12
ACCOUNT_NUMBER = re.compile(rf"[0-9]{{{FEWEST_DIGITS},{MOST_DIGITS}}}")
DIGITS = say("{fewest} to {most} digits", fewest=FEWEST_DIGITS, most=MOST_DIGITS)
ENTER_NUMBER = say("Enter {digits}, as your broker shows the number.", digits=DIGITS)
AccountNumber = Annotated[
    str,
    msgspec.Meta(
        min_length=FEWEST_DIGITS,
        max_length=MOST_DIGITS,
        extra={
            "pattern": ACCOUNT_NUMBER.pattern,
            "title": DIGITS,
            "placeholder": say("{fewest}–{most} digits", fewest=FEWEST_DIGITS, most=MOST_DIGITS),
        },
    ),
    ENTER_NUMBER,
]
"""As a form takes it; `extra` is what its control says besides."""


def plan_label(plan: str) -> Message:
    return say("lifetime") if plan == "lifetime" else say_count("{count} day", "{count} days", int(plan))


def end_of(plan: str, start: datetime) -> datetime | None:
    """When a plan that starts now ends; None for lifetime."""
    return None if plan == "lifetime" else start + timedelta(days=int(plan))


def check_licence(platform: str, account_number: str, plan: str | None = None) -> None:
    """Raises Invalid, with a sentence per field. `plan`: None where none is asked for."""
    fields = {}
    if platform not in PLATFORMS:
        fields["platform"] = say("Choose {choices}.", choices=" / ".join(platform.upper() for platform in PLATFORMS))
    if not ACCOUNT_NUMBER.fullmatch(account_number):
        fields["account_number"] = ENTER_NUMBER
    if plan is not None and plan not in PLANS:
        fields["plan"] = say("Choose one of {choices}.", choices=", ".join(PLANS))
    if fields:
        raise Invalid(MARKED, fields)
