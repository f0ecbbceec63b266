"""A code that nobody activates within its time expires by itself."""

from datetime import timedelta

from app import clock
from app.codes.tables import AT_A_TIME, TradingCode
from tests.inspection import everything, happened

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
WEEK = timedelta(days=7)


async def test_an_unused_code_expires_after_a_week_and_not_before(bob):
    code = await TradingCode.generate(bob, **WISH)
    clock.travel(WEEK - timedelta(minutes=1))
    assert await TradingCode.expire_unused(WEEK) == 0
    assert (await TradingCode.by_id(code.id)).status == "pending"
    clock.travel(timedelta(minutes=1))
    assert await TradingCode.expire_unused(WEEK) == 1
    assert (await TradingCode.by_id(code.id)).status == "expired"
    assert (await happened())[1:] == [("CodeExpired", bob.id, "system")]


async def test_it_expires_once_also_when_the_desk_was_down_for_a_year(bob):
    await TradingCode.generate(bob, **WISH)
    clock.travel(timedelta(days=365))
    await TradingCode.expire_unused(WEEK)
    before = await everything()
    assert await TradingCode.expire_unused(WEEK) == 0
    assert await everything() == before


async def test_activated_and_cancelled_codes_are_left_alone(bob, ada):
    for action in ("activate", "cancel"):
        code = await TradingCode.generate(bob, **WISH)
        await TradingCode.act([code.id], action, by=ada)
    clock.travel(2 * WEEK)
    assert await TradingCode.expire_unused(WEEK) == 0


async def test_one_run_works_through_a_bounded_number_the_oldest_first(bob):
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(AT_A_TIME + 3)]
    clock.travel(WEEK)
    assert await TradingCode.expire_unused(WEEK) == AT_A_TIME
    left = await TradingCode.matching(TradingCode.status == "pending")
    assert sorted(code.id for code in left) == [code.id for code in codes[-3:]]
    assert await TradingCode.expire_unused(WEEK) == 3
    assert await TradingCode.expire_unused(WEEK) == 0
