from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app import rooms
from app.accounts.tables import STATUSES as ACCOUNT_STATUSES
from app.accounts.tables import CustomerAccount
from app.codes.tables import STATUSES as CODE_STATUSES
from app.codes.tables import TradingCode
from app.db import Row
from app.extensions.regions import waiting_count
from app.live.regions import Summary
from app.live.rooms import Channel
from app.live.views import Reader
from app.templating import render
from app.topics import ACCOUNTS_UPDATED, CODES_UPDATED, REQUESTS_UPDATED

WHAT_COUNTS = frozenset(Channel(rooms.admin(), topic) for topic in (CODES_UPDATED, ACCOUNTS_UPDATED, REQUESTS_UPDATED))


class Stats(Summary):
    """How many there are of everything, by state."""

    async def html(self) -> Markup:
        return render("desk/stats.html", self.locale, stats=await self.json())

    async def json(self) -> dict[str, Any]:
        return {
            "codes": await _by_status(TradingCode, CODE_STATUSES),
            "accounts": await _by_status(CustomerAccount, ACCOUNT_STATUSES),
            "waiting": await waiting_count(),
        }


def stats(reader: Reader) -> Stats:
    return Stats(element="stats", channels=WHAT_COUNTS, locale=reader.locale)


async def _by_status(table: type[Row], statuses: tuple[str, ...]) -> dict[str, int]:
    rows = await table.raw(f"SELECT status, COUNT(*) AS many FROM {table._meta.tablename} GROUP BY status")
    return dict.fromkeys(statuses, 0) | {row["status"]: row["many"] for row in rows}
