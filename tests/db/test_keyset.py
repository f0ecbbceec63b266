"""The three ways in which a search finds the newest rows; each must find the same."""

import pytest

from app.codes.tables import TradingCode
from app.db.keyset import newest_ids

FINDS_MANY, SCANS_NO_FURTHER = ("app.db.keyset.MANY_MATCHES", 3), ("app.db.keyset.SCAN_LIMIT", 4)


async def codes(person, many, status="pending"):
    wish = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    made = [await TradingCode.generate(person, **wish) for _ in range(many)]
    await TradingCode.update({TradingCode.status: status}).where(TradingCode.id.is_in([code.id for code in made]))
    return [code.id for code in reversed(made)]


@pytest.mark.parametrize("limits", [(), (FINDS_MANY,), (FINDS_MANY, SCANS_NO_FURTHER)])
@pytest.mark.parametrize("limit", [2, 5, 100])
async def test_every_way_finds_the_newest_that_match(bob, eve, limits, limit, monkeypatch):
    for name, value in limits:
        monkeypatch.setattr(name, value)
    old, middle, new = await codes(bob, 8), await codes(eve, 6, "expired"), await codes(bob, 3)
    search = {"owner_name": "bo", "account_number": "bo"}

    async def page(conditions, prefixes=None, before=None):
        return await newest_ids("trading_code", conditions, limit=limit, before=before, prefixes=prefixes)

    assert await page({}) == (new + middle + old)[:limit]
    assert await page({}, search) == (new + old)[:limit]
    assert await page({}, search, before=middle[0]) == old[:limit]
    assert await page({"status = {}": ["expired"]}, {"account_number": "1"}) == middle[:limit]
    assert await page({"status = {}": ["expired"]}, {"account_number": "1"}, before=middle[1]) == middle[2:][:limit]
    assert await page({"owner = {}": [eve.id]}, search) == []
    assert await page({}, {"owner_name": "nobody"}) == []
