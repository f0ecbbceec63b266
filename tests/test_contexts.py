"""No state outlives its request: nothing that was committed is kept in a context variable."""

from __future__ import annotations

import contextvars
import sqlite3
from collections.abc import Sized
from datetime import timedelta
from typing import Any

import pytest

from app import scheduler
from app.accounts.tables import CustomerAccount
from app.clock import now
from app.codes.tables import TradingCode
from app.db import transaction
from app.people.tables import Person
from app.settings import settings
from tests.browser import JSON, Browser
from tests.inspection import happened

LICENCE = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


def held() -> dict[str, int]:
    """Which object every variable of this context holds, and how long it is."""
    context = contextvars.copy_context()
    return {variable.name: len(value) if isinstance(value, Sized) else id(value) for variable, value in context.items()}


async def test_the_scheduler_leaves_nothing_in_its_context_however_often_it_has_worked(
    ada: Person, bob: Person
) -> None:
    async def round_of_work() -> dict[str, int]:
        account = await CustomerAccount.create("bob", **LICENCE, by=ada)
        past = now() - timedelta(seconds=1)
        await CustomerAccount.update({CustomerAccount.expires_at: past}).where(CustomerAccount.id == account.id)
        await scheduler.run_due(settings())
        await scheduler.sweep()
        return held()

    before = held()
    async with transaction():
        assert len(held()) > len(before), "a transaction is kept there while it is open"
    rounds = [await round_of_work() for _ in range(10)]
    assert [entry.kind for entry in await happened()].count("AccountExpired") == 10, "there was something to commit"
    assert rounds == [before] * 10


async def test_what_fails_says_nothing_was_changed_whatever_the_same_context_committed_before(
    ada: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As requests of one connection share their context under some servers."""
    browser = await Browser.of(bob, JSON)
    saved = await browser.client.post("/api/generate-code", data=LICENCE)
    assert saved.status_code == 201

    async def away(*_: Any, **__: Any) -> Any:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(TradingCode, "generate", away)
    refused = await browser.client.post("/api/generate-code", data=LICENCE)
    assert refused.status_code == 503
    assert "Nothing was changed" in refused.json()["error"]["message"]
