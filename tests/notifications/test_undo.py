"""What one has just done can be taken back: by oneself, soon, whole, and if nothing has happened since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.accounts.events import AccountExtended, AccountSuspended
from app.accounts.tables import CustomerAccount
from app.codes.events import CodeCancelled
from app.codes.tables import TradingCode
from app.errors import Conflict, Invalid, NotFound
from app.live.event import decoder
from app.live.log import LogEntry
from app.notifications.undo import can_be_undone, undo
from tests.browser import HTMX, PLAIN, Browser, api
from tests.inspection import everything, happened, last_event

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


async def account_of(ada) -> CustomerAccount:
    return await CustomerAccount.create("bob", **WISH, by=ada)


async def undo_last(by):
    last = await LogEntry.last_id()
    return (await undo(last, last, by=by))[0]


async def test_suspending_and_restoring_are_each_others_opposite(ada, bob):
    account = await (await account_of(ada)).suspend(ada, "Pay first.")
    assert (await undo_last(ada)).status == "valid"
    assert (await undo_last(ada)).status == "suspended"
    assert [each.kind for each in await happened()][-2:] == ["AccountRestored", "AccountSuspended"]
    assert (await account.fresh()).expires_at == account.expires_at


async def test_an_extension_is_taken_back_to_the_end_before_and_its_state(ada, bob):
    account = await account_of(ada)
    await account.extend(5, by=ada)
    back = await undo_last(ada)
    assert (back.expires_at, back.status) == (account.expires_at, "valid")
    clock.travel(timedelta(days=31))
    await CustomerAccount.expire_due()
    await account.extend(5, by=ada)
    back = await undo_last(ada)
    assert (back.expires_at, back.status) == (account.expires_at, "expired")
    assert (await last_event()).days == 5


async def test_what_is_another_s_too_late_changed_since_or_without_an_opposite_stays(ada, grace, bob):
    account = await account_of(ada)
    suspended = await account.suspend(by=ada)
    entry = await LogEntry.last_id()
    before = await everything()
    for first, last, by in ((entry, entry, grace), (entry, entry - 1, ada), (1, 5_000, ada), (9_999, 9_999, ada)):
        with pytest.raises(NotFound):
            await undo(first, last, by=by)
    with pytest.raises(Conflict, match="cannot be undone"):
        await undo(entry - 1, entry, by=ada)
    assert await everything() == before
    restored = await suspended.restore(by=grace)
    with pytest.raises(Conflict, match=r"changed since \(by grace"):
        await undo(entry, entry, by=ada)
    await restored.suspend(by=ada)
    with pytest.raises(Conflict, match="changed since"):
        await undo(entry, entry, by=ada)
    clock.travel(timedelta(minutes=11))
    with pytest.raises(Conflict, match="too late"):
        await undo_last(ada)


async def test_entries_of_before_are_read_and_what_they_do_not_know_is_not_undone(ada, bob):
    for kind, data in (
        (AccountExtended, b'{"type": "AccountExtended", "account": 1, "days": 3}'),
        (AccountSuspended, b'{"type": "AccountSuspended", "account": 1}'),
        (CodeCancelled, b'{"type": "CodeCancelled", "code": 1}'),
    ):
        event = decoder(kind.__name__).decode(data)
        assert getattr(event, "reason", "") == ""
        assert event.facts().get("because", "") == ""
    account = await account_of(ada)
    await account.extend(3, by=ada)
    [*_, entry] = await LogEntry.after(0)
    assert can_be_undone([entry])
    entry.__dict__["event"] = AccountExtended(client=bob.id, account=account.id, days=3)
    assert not can_be_undone([entry])


async def test_a_reason_is_read_by_the_client_and_in_the_activity(ada, bob):
    code = await TradingCode.generate(bob, **WISH)
    browser = await api(ada)
    fields = {"code_id": code.id, "action": "cancel", "reason": " The invoice is open. "}
    assert (await browser.post("/api/admin/codes", data=fields)).status_code == 200
    account = await account_of(ada)
    fields = {"account_id": account.id, "action": "suspend", "reason": "Too many devices."}
    assert (await browser.post("/api/admin/accounts", data=fields)).status_code == 200
    told = [note["text"] for note in (await (await api(bob)).get("/notifications")).json()["items"]]
    assert told[0] == "Your account on MT5 12345678 was suspended. Reason: Too many devices."
    assert told[2].endswith("was cancelled. Reason: The invoice is open.")
    trail = [note["text"] for note in (await browser.get("/admin/activity")).json()["items"]]
    assert trail[0].endswith("on MT5 12345678. Reason: Too many devices.")
    before = await everything()
    for path, fields in (
        ("/api/admin/codes", {"code_id": code.id, "action": "cancel"}),
        ("/api/admin/accounts", {"account_id": account.id, "action": "suspend"}),
    ):
        assert (await browser.post(path, data=fields | {"reason": "x" * 301})).status_code == 422
    with pytest.raises(Invalid):
        await account.suspend(ada, "x" * 301)
    assert await everything() == before


async def test_the_way_back_stands_in_the_actors_own_toast_and_on_the_next_page(ada, bob):
    account = await account_of(ada)
    headers = HTMX | {"HX-Current-URL": "http://desk.test/admin/accounts"}
    fields = {"account_id": account.id, "action": "suspend"}
    response = await (await Browser.of(ada, headers)).post("/api/admin/accounts", data=fields)
    last = await LogEntry.last_id()
    assert f'name="first" value="{last}"' in response.text
    response = await (await Browser.of(ada, headers)).post("/api/admin/undo", data={"first": last, "last": last})
    assert f'hx-target="#toast-{last}"' in response.text
    assert "ada restored the account" in response.text
    plain = await Browser.of(ada, PLAIN)
    await plain.post("/api/admin/accounts", data=fields)
    assert "/api/admin/undo" in (await plain.get("/admin/accounts")).text
    assert "/api/admin/undo" not in (await plain.get("/admin/accounts")).text


async def test_many_at_once_are_said_in_one_sentence(ada, bob):
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(5)]
    headers = HTMX | {"HX-Current-URL": "http://desk.test/admin/codes"}
    fields = {"code_id": [code.id for code in codes], "action": "activate"}
    response = await (await Browser.of(ada, headers)).post("/api/admin/codes", data=fields)
    assert "5 codes activated" in response.text
    assert "changes just now" not in response.text
    plain = await Browser.of(ada, PLAIN)
    await plain.post("/api/admin/codes", data=fields | {"action": "complete"})
    assert "5 codes completed" in (await plain.get("/admin/codes")).text
