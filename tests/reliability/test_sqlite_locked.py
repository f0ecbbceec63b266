"""Another process holds SQLite's write lock: a backup, a migration, somebody's shell."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from app.db.sqlite_statements import BUSY_LIMIT
from tests.live.people import People
from tests.reliability.waiting import within


def test_who_waits_behind_others_waits_no_longer_than_they_do(own_pair, own_people):
    """Each request's wait is bounded by itself: in a convoy the third would be told after three times as long."""
    server, people = own_pair[0], own_people
    own_pair[1].stop()
    holder = sqlite3.connect(server.database_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with ThreadPoolExecutor(6) as at_once:
            asked = [at_once.submit(_generate, people) for _ in range(6)]
            within(4, lambda: not server.is_well(), "health says that nothing can be written")
            health = httpx.get(f"{server.url}/healthz", timeout=10)
            assert health.json()["database"] == "cannot be written"
            assert "locked" not in health.text
            answers = [each.result() for each in asked]
        assert [status for status, _ in answers] == [503] * 6
        # The convoy told the last one after six times the limit.
        assert max(seconds for _, seconds in answers) < 2.5 * BUSY_LIMIT
    finally:
        holder.rollback()
        holder.close()
    within(10, server.is_well, "the desk is well")
    people.generates()


def _generate(people: People) -> tuple[int, float]:
    began = time.monotonic()
    response = people.ask("bob", "POST", "/api/generate-code", platform="mt5", account_number="12345678", plan="30")
    return response.status_code, time.monotonic() - began
