from app.codes.tables import TradingCode
from app.live.event import LogEntry


async def test_a_generated_code_is_pending_and_in_the_log(bob):
    code = await TradingCode.generate(bob, platform="mt5", account_number="12345678", plan="30")
    assert code.status == "pending"
    entries = await LogEntry.after(0)
    assert [(e.kind, e.client) for e in entries][-1:] == [("CodeGenerated", bob.id)]
