"""What an admin does to many accounts at once: to those that were named, which it can happen to, and to no others."""

import asyncio
from datetime import timedelta

import pytest

from app.accounts.tables import BULK, CustomerAccount
from app.codes.tables import TradingCode
from app.errors import Conflict, Invalid
from app.live.log import LogEntry
from app.notifications.undo import undo
from app.people.tables import Person
from app.selections.tables import MOST_SELECTED
from tests.browser import HTMX, JSON, PLAIN, Browser, api
from tests.inspection import everything, happened

SELECT, SELECTED = "/api/admin/accounts/select", "/api/admin/accounts/selected"
CONFIRM = "/admin/accounts/confirm"
VIEW = "/admin/accounts"


async def accounts_of(owner, ada, many, plan="30"):
    return [
        await CustomerAccount.create(
            owner.username, platform="mt5", account_number=f"{12345678 + number}", plan=plan, by=ada
        )
        for number in range(many)
    ]  # fmt: skip


async def select(browser, scope="all", *ticked, view=VIEW):
    answer = await browser.post(SELECT, json={"view": view, "scope": scope, "account_id": list(ticked)})
    assert answer.status_code == 200, answer.text
    return answer.json()["selected"]


async def act(browser, action, status=200, view=VIEW, **more):
    answer = await browser.post(SELECTED, json={"view": view, "action": action, **more})
    assert answer.status_code == status, answer.text
    return answer.json()


def ids(rows):
    return [row["id"] if isinstance(row, dict) else row.id for row in rows]


async def statuses(accounts):
    return [(await account.fresh()).status for account in accounts]


async def test_those_that_are_ticked_are_suspended_and_restored_and_their_clients_told_why(ada, bob, eve):
    accounts = [*await accounts_of(bob, ada, 2), *await accounts_of(eve, ada, 1)]
    browser = await api(ada)
    assert await select(browser, "ticks", accounts[0].id, accounts[2].id) == 2
    changed = await act(browser, "suspend", reason="unpaid")
    assert ids(changed) == [accounts[0].id, accounts[2].id]
    assert await statuses(accounts) == ["suspended", "valid", "suspended"]
    assert (await happened())[3:] == [("AccountSuspended", bob.id, "ada"), ("AccountSuspended", eve.id, "ada")]
    for person in (bob, eve):
        assert "unpaid" in (await (await api(person)).get("/notifications")).text
    assert ids(await act(browser, "restore")) == ids(changed)
    assert await statuses(accounts) == ["valid"] * 3


async def test_all_that_match_are_reached_on_whichever_page_and_no_others(ada, bob, eve, monkeypatch):
    monkeypatch.setattr("app.accounts.tables.MOST_AT_ONCE", 2)
    bobs, eves = await accounts_of(bob, ada, 5), await accounts_of(eve, ada, 1, "7")
    browser = await api(ada)
    view = "/admin/accounts?plan=30"
    assert await select(browser, "all", view=view) == 5
    await act(browser, "suspend", view=view)
    assert await statuses([*bobs, *eves]) == ["suspended"] * 5 + ["valid"]


async def test_days_are_added_to_those_that_can_be_extended_and_the_others_stay(ada, bob):
    [plain, suspended, ended] = await accounts_of(bob, ada, 3)
    [lifetime] = await accounts_of(bob, ada, 1, "lifetime")
    await suspended.suspend(by=ada)
    await CustomerAccount.update({CustomerAccount.expires_at: plain.created_at - timedelta(days=1)}).where(
        CustomerAccount.id == ended.id
    )
    await CustomerAccount.expire_due()
    browser = await api(ada)
    await select(browser, "all")
    extended = await act(browser, "extend", days=7)
    assert ids(extended) == [plain.id, ended.id], "and that is what they are told"
    assert (await plain.fresh()).expires_at == plain.expires_at + timedelta(days=7)
    assert (await ended.fresh()).status == "valid"
    assert [(await each.fresh()).expires_at for each in (suspended, lifetime)] == [suspended.expires_at, None]


@pytest.mark.parametrize("action", ["suspend", "restore"])
async def test_once_more_changes_nothing_and_says_so(ada, bob, action):
    accounts = await accounts_of(bob, ada, 3)
    if action == "restore":
        for account in accounts:
            await account.suspend(by=ada)
    browser = await api(ada)
    await select(browser, "all")
    await act(browser, action)
    before = await everything()
    error = (await act(browser, action, status=409))["error"]
    assert error["message"] == "None of the selected accounts allows this now. Nothing was changed."
    assert await everything() == before


async def test_of_many_presses_at_once_each_account_is_suspended_once(ada, grace, bob):
    accounts = await accounts_of(bob, ada, 5)
    results = await asyncio.gather(
        *(CustomerAccount.act_on_selected(ids(accounts), "suspend", by) for by in (ada, grace) * 5),
        return_exceptions=True,
    )
    assert {type(result) for result in results} <= {list, Conflict}
    assert sorted(ids(row for result in results if isinstance(result, list) for row in result)) == ids(accounts)
    assert [entry.kind for entry in await happened()].count("AccountSuspended") == 5


async def test_a_portion_is_all_or_nothing(ada, bob, monkeypatch):
    """The last of it was suspended by somebody else after it was read."""
    accounts = await accounts_of(bob, ada, 3)
    read = CustomerAccount.by_ids.__func__
    before = []

    async def and_then_somebody_was_first(cls, keys):
        rows = await read(cls, keys)
        if not before:
            before.append(None)
            await accounts[2].suspend(by=ada)
            before.append(await everything())
        return rows

    monkeypatch.setattr(CustomerAccount, "by_ids", classmethod(and_then_somebody_was_first))
    with pytest.raises(Conflict, match=r"This account is suspended \(by ada,"):
        await CustomerAccount.act_on_selected(ids(accounts), "suspend", ada)
    assert await everything() == before[1]


@pytest.mark.parametrize("kind", [JSON, PLAIN, HTMX], ids=["json", "plain", "htmx"])
async def test_nothing_happens_beyond_what_the_dialog_has_named(ada, bob, kind):
    """Another tab has selected more since: in the same session, under the same filter."""
    accounts = await accounts_of(bob, ada, 3)
    browser = await Browser.of(ada, kind)
    sent = {"view": VIEW, "scope": "all"}
    await browser.post(SELECT, data=sent)
    named = [accounts[0].id, accounts[1].id]
    answer = await browser.post(SELECTED, data={"view": VIEW, "action": "suspend", "account_id": named})
    assert answer.status_code in (200, 303), answer.text
    assert await statuses(accounts) == ["suspended", "suspended", "valid"]


async def test_what_is_named_and_selected_no_more_stays(ada, bob):
    accounts = await accounts_of(bob, ada, 2)
    browser = await api(ada)
    await select(browser, "all")
    await select(browser, "ticks", accounts[0].id)
    await act(browser, "suspend", account_id=ids(accounts))
    assert await statuses(accounts) == ["suspended", "valid"]


async def test_another_session_has_another_selection_and_another_filter_too(ada, grace, bob):
    await accounts_of(bob, ada, 2)
    adas, elsewhere, graces = await api(ada), await api(ada), await api(grace)
    await select(adas, "all")
    before = await everything()
    for browser, view in ((elsewhere, VIEW), (graces, VIEW), (adas, "/admin/accounts?status=valid")):
        await act(browser, "suspend", status=409, view=view)
    assert await everything() == before


async def test_without_a_script_what_was_named_is_meant(ada, bob):
    accounts = await accounts_of(bob, ada, 3)
    await act(await api(ada), "suspend", account_id=ids(accounts[:2]))
    assert await statuses(accounts) == ["suspended", "suspended", "valid"]


async def test_the_dialog_names_what_would_change_and_its_form_holds_no_more(ada, bob):
    accounts = await accounts_of(bob, ada, 3)
    await accounts[0].suspend(by=ada)
    browser = await Browser.of(ada, PLAIN)
    await browser.post(SELECT, data={"view": VIEW, "scope": "all"})
    sent = {"view": VIEW, "action": "suspend", "ticked": "1", "account_id": ids(accounts)}
    dialog = (await browser.get(CONFIRM, params=sent)).text
    held = [key for key in ids(accounts) if f'name="account_id" value="{key}"' in dialog]
    assert held == ids(accounts[1:])
    assert dialog.count("<li><b>MT5 123456") == 2
    assert "2 rows" in dialog
    assert 'name="reason"' in dialog


@pytest.mark.parametrize("action", BULK)
async def test_a_dialog_for_which_nothing_is_left_says_so(ada, bob, action):
    [account] = await accounts_of(bob, ada, 1, "lifetime")
    if action == "suspend":
        await account.suspend(by=ada)
    browser = await Browser.of(ada, PLAIN)
    dialog = await browser.get(CONFIRM, params={"view": VIEW, "action": action, "account_id": account.id})
    assert "Nothing is left to be done here." in dialog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "delete"}, {"action": ""}, {"action": "extend", "days": 0}, {"action": "extend", "days": 3_651},
        {"action": "extend", "days": -1}, {"action": "suspend", "reason": "x" * 5_000}, {"view": "/admin/codes"},
        {"view": "//elsewhere"}, {"view": ""}, {"account_id": ["x"]}, {"account_id": [0] * (MOST_SELECTED + 1)},
    ],
    ids=str,
)  # fmt: skip
async def test_what_makes_no_sense_changes_nothing(ada, bob, wrong):
    await accounts_of(bob, ada, 2)
    browser = await api(ada)
    await select(browser, "all")
    before = await everything()
    answer = await browser.post(SELECTED, json={"view": VIEW, "action": "suspend"} | wrong)
    assert answer.status_code == 422, answer.text
    assert await everything() == before


async def test_without_a_selection_nothing_happens(ada, bob):
    await accounts_of(bob, ada, 2)
    browser = await api(ada)
    before = await everything()
    await act(browser, "suspend", status=409)
    for params in ({"view": VIEW, "action": "suspend"}, {"action": "suspend", "account_id": "0"}, {"view": "/nowhere"}):
        assert (await browser.get(CONFIRM, params=params)).status_code == 422
    assert await everything() == before


@pytest.mark.parametrize("action", ["suspend", "extend"])
async def test_what_was_done_at_once_is_undone_at_once_unless_something_has_happened_since(ada, bob, grace, action):
    accounts = await accounts_of(bob, ada, 3)
    browser = await api(ada)
    await select(browser, "all")
    await act(browser, action, days=7)
    activity = (await browser.get("/admin/activity")).json()["items"]
    sent = {"first": activity[2]["id"], "last": activity[0]["id"]}
    assert (await (await api(grace)).post("/api/admin/undo", json=sent)).status_code == 404, "it is not hers"
    undone = await browser.post("/api/admin/undo", json=sent)
    assert undone.status_code == 200, undone.text
    assert await statuses(accounts) == ["valid"] * 3
    assert [(await account.fresh()).expires_at for account in accounts] == [each.expires_at for each in accounts]
    assert (await browser.post("/api/admin/undo", json=sent)).status_code == 409, "and once"
    await act(browser, action, days=7)
    last = (await browser.get("/admin/activity")).json()["items"][0]["id"]
    await (accounts[1].restore if action == "suspend" else accounts[1].suspend)(by=grace)
    before = await everything()
    assert (await browser.post("/api/admin/undo", json={"first": last - 2, "last": last})).status_code == 409
    assert await everything() == before


async def test_who_undoes_it_and_who_does_something_else_with_the_same_accounts_wait_for_each_other(ada, grace, bob):
    """One goes through all of them first, whichever: none is told that the database had to choose."""
    accounts = await accounts_of(bob, ada, 20)
    for _ in range(3):
        await CustomerAccount.act_on_selected(ids(accounts), "suspend", ada)
        last = await LogEntry.last_id()
        results = await asyncio.gather(
            undo(last - 19, last, ada),
            CustomerAccount.act_on_selected(ids(accounts), "restore", grace),
            return_exceptions=True,
        )
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "list"], results
        assert await statuses(accounts) == ["valid"] * 20


async def test_who_cancels_codes_and_who_extends_their_accounts_wait_for_each_other(ada, grace, bob):
    """The codes were activated in another order than they were generated, so that their accounts stand in another."""
    wish = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
    codes = [await TradingCode.generate(bob, **wish) for _ in range(20)]
    for code in reversed(codes):
        await code.activate(by=ada)
    accounts = [await CustomerAccount.licensed(code.code) for code in codes]
    cancelled, extended = await asyncio.gather(
        TradingCode.act_on_selected(ids(codes), "cancel", ada),
        CustomerAccount.act_on_selected(ids(accounts), "extend", grace, days=3),
        return_exceptions=True,
    )
    assert ids(cancelled) == ids(codes)
    assert isinstance(extended, list | Conflict), extended
    assert await statuses(accounts) == ["suspended"] * 20


async def test_no_client_selects_or_does_any_of_it(ada, bob, eve):
    accounts = await accounts_of(bob, ada, 2)
    for person in (bob, eve):
        browser = await api(person)
        before = await everything()
        for path, sent in (
            (SELECT, {"view": VIEW, "scope": "all"}),
            (SELECTED, {"view": VIEW, "action": "suspend", "account_id": ids(accounts), "ticked": "1"}),
        ):
            assert (await browser.post(path, json=sent)).status_code == 403
        assert (
            await browser.get(CONFIRM, params={"action": "suspend", "account_id": accounts[0].id})
        ).status_code == 403
        assert await everything() == before


async def test_what_is_ticked_that_there_is_not_is_passed_over(ada, bob):
    [account] = await accounts_of(bob, ada, 1)
    browser = await api(ada)
    await act(browser, "suspend", account_id=[account.id, 999_999], ticked="1")
    assert await statuses([account]) == ["suspended"]


async def test_neither_the_domain_takes_what_it_does_not_know(ada, bob):
    accounts = await accounts_of(bob, ada, 1)
    with pytest.raises(Invalid):
        await CustomerAccount.act_on_selected(ids(accounts), "delete", ada)
    with pytest.raises(Conflict):
        await CustomerAccount.act_on_selected([], "suspend", ada)
    assert await Person.count() == 4
