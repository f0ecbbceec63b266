"""Plans and platforms: the two short lists that codes, accounts and extensions share."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from app.errors import Invalid

PLANS = ("7", "30", "90", "180", "365", "lifetime")
"""Days, or lifetime."""
PLATFORMS = ("mt4", "mt5")
ACCOUNT_NUMBER = re.compile(r"[0-9]{4,12}")


def end_of(plan: str, start: datetime) -> datetime | None:
    """When a plan that starts now ends; None for lifetime."""
    return None if plan == "lifetime" else start + timedelta(days=int(plan))


def check_licence(platform: str, account_number: str, plan: str) -> None:
    """Raises Invalid, with a sentence per field."""
    fields = {}
    if platform not in PLATFORMS:
        fields["platform"] = "Choose MT4 or MT5."
    if not ACCOUNT_NUMBER.fullmatch(account_number):
        fields["account_number"] = "Enter 4 to 12 digits, as your broker shows the number."
    if plan not in PLANS:
        fields["plan"] = f"Choose one of {', '.join(PLANS)}."
    if fields:
        raise Invalid("Please correct the marked fields.", fields)
