from __future__ import annotations

from datetime import datetime, time
from typing import Any

from markupsafe import Markup

from app import rooms
from app.accounts.tables import STATUSES as ACCOUNT_STATUSES
from app.accounts.tables import CustomerAccount
from app.calendar.events import new_day_in
from app.codes.tables import STATUSES as CODE_STATUSES
from app.codes.tables import TradingCode
from app.db import Row
from app.db.keyset import count
from app.i18n.message import say
from app.i18n.times import today_in
from app.installations.tables import Refusal
from app.listings.chart import Chart
from app.listings.counts import MOST
from app.listings.daily import created, last_days
from app.live.regions import Summary
from app.live.rooms import Channel
from app.live.views import Reader
from app.requests.regions import waiting_count
from app.requests.tables import AccountRequest
from app.templating import render
from app.topics import ACCOUNTS_UPDATED, CODES_UPDATED, REQUESTS_UPDATED, ROBOTS_UPDATED

WHAT_COUNTS = frozenset(Channel(rooms.admin(), topic) for topic in (CODES_UPDATED, ACCOUNTS_UPDATED, REQUESTS_UPDATED))
WHAT_BEGINS = frozenset(Channel(rooms.admin(), topic) for topic in (CODES_UPDATED, ACCOUNTS_UPDATED))
DAYS = 30
"""Days of a trend; beside them stand those before."""


class Stats(Summary):
    """How many wait, and how many run: counted no further than MOST."""

    async def html(self) -> Markup:
        return render(
            "desk/stats.html", self.locale, most=MOST, codes=await _many(TradingCode, "pending"),
            requests=await waiting_count(), accounts=await _many(CustomerAccount, "valid"),
        )  # fmt: skip

    async def json(self) -> dict[str, Any]:
        return {
            "codes": await _by_status(TradingCode, CODE_STATUSES),
            "accounts": await _by_status(CustomerAccount, ACCOUNT_STATUSES),
            "waiting": (await _by_status(AccountRequest, ("pending",)))["pending"],
        }


class Robots(Summary):
    """On how many licences a robot runs, and how many were refused today: counted no further than MOST."""

    async def html(self) -> Markup:
        midnight = datetime.combine(today_in(self.locale), time(), self.locale.tz)
        running = {"robots_running > 0": [], "status = {}": ["valid"]}
        return render(
            "desk/robots.html", self.locale, most=MOST,
            running=await count(CustomerAccount._meta.tablename, running, MOST + 1),
            refused=await count(Refusal._meta.tablename, {"at >= {}": [midnight]}, MOST + 1),
        )  # fmt: skip


class Trends(Summary):
    """How many codes and accounts each of the last days has brought."""

    async def html(self) -> Markup:
        days = last_days(2 * DAYS, today_in(self.locale))
        charts = []
        for title, table in ((say("New codes"), TradingCode), (say("New accounts"), CustomerAccount)):
            counts = await created(table._meta.tablename, days, self.locale)
            charts.append((Chart(title, days[DAYS:], counts[DAYS:]), sum(counts[:DAYS])))
        return render("desk/trends.html", self.locale, charts=charts)


def stats(reader: Reader) -> Stats:
    return Stats(element="stats", channels=WHAT_COUNTS, locale=reader.locale)


def robots(reader: Reader) -> Robots:
    channels = frozenset(Channel(rooms.admin(), topic) for topic in (ROBOTS_UPDATED, ACCOUNTS_UPDATED))
    return Robots(element="robots", channels=channels | {new_day_in(reader.locale.zone)}, locale=reader.locale)


def trends(reader: Reader) -> Trends:
    return Trends(element="trends", channels=WHAT_BEGINS | {new_day_in(reader.locale.zone)}, locale=reader.locale)


async def _many(table: type[Row], status: str) -> int:
    return await count(table._meta.tablename, {"status = {}": [status]}, MOST + 1)


async def _by_status(table: type[Row], statuses: tuple[str, ...]) -> dict[str, int]:
    rows = await table.raw(f"SELECT status, COUNT(*) AS many FROM {table._meta.tablename} GROUP BY status")
    return dict.fromkeys(statuses, 0) | {row["status"]: row["many"] for row in rows}
