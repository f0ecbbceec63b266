"""The three ways in which a search finds the newest rows; each must find the same."""

import pytest

from app.codes.tables import TradingCode
from app.db.keyset import newest

FINDS_MANY, LOOKS_NO_FURTHER = ("app.db.keyset.MANY", 3), ("app.db.keyset.LOOKED_THROUGH", 4)


async def codes(person, many, status="pending"):
    wish = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    made = [await TradingCode.generate(person, **wish) for _ in range(many)]
    await TradingCode.update({TradingCode.status: status}).where(TradingCode.id.is_in([code.id for code in made]))
    return [code.id for code in reversed(made)]


@pytest.mark.parametrize("limits", [(), (FINDS_MANY,), (FINDS_MANY, LOOKS_NO_FURTHER)])
@pytest.mark.parametrize("limit", [2, 5, 100])
async def test_every_way_finds_the_newest_that_match(bob, eve, limits, limit, monkeypatch):
    for name, value in limits:
        monkeypatch.setattr(name, value)
    old, middle, new = await codes(bob, 8), await codes(eve, 6, "expired"), await codes(bob, 3)
    search = {"owner_name": "bo", "account_number": "bo"}

    async def found(wanted, beginnings=None, before=None):
        return await newest("trading_code", wanted, limit=limit, before=before, beginnings=beginnings)

    assert await found({}) == (new + middle + old)[:limit]
    assert await found({}, search) == (new + old)[:limit]
    assert await found({}, search, before=middle[0]) == old[:limit]
    assert await found({"status = {}": ["expired"]}, {"account_number": "1"}) == middle[:limit]
    assert await found({"status = {}": ["expired"]}, {"account_number": "1"}, before=middle[1]) == middle[2:][:limit]
    assert await found({"owner = {}": [eve.id]}, search) == []
    assert await found({}, {"owner_name": "nobody"}) == []
