"""A selection belongs to a session and to a list under a filter, and never holds more than it may."""

from __future__ import annotations

import pytest

from app.codes.tables import MOST_AT_ONCE, TradingCode
from app.db.fetch import fetch
from app.errors import Conflict, Invalid
from app.people.tables import Session
from app.selections.tables import MOST_SELECTED, MOST_VIEWS, Selection
from tests.browser import Browser

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
SELECT, SELECTED = "/api/admin/codes/select", "/api/admin/codes/selected"
JSON = {"Accept": "application/json"}


async def session_of(person) -> int:
    [row] = await fetch("SELECT id FROM session WHERE person = {} ORDER BY id DESC LIMIT 1", person.id)
    return row["id"]


async def test_each_list_and_each_session_has_its_own_and_the_oldest_go(ada):
    await Browser.of(ada, JSON)
    session = await session_of(ada)
    assert await Selection.keep(session, "/a", [1, 3, 2, 3]) == (3, 2, 1)
    assert await Selection.of(session, "/a") == (3, 2, 1)
    assert await Selection.of(session, "/b") == await Selection.of(session + 1, "/a") == ()
    for number in range(MOST_VIEWS):
        await Selection.keep(session, f"/{number}", [7])
    assert await Selection.of(session, "/a") == ()
    assert await Selection.of(session, "/0") == (7,)
    assert await Selection.keep(session, "/0", []) == await Selection.of(session, "/0") == ()
    with pytest.raises(Invalid, match="At most 1,000"):
        await Selection.keep(session, "/a", range(1, MOST_SELECTED + 2))


async def test_it_ends_with_its_session(ada):
    browser = await Browser.of(ada, JSON)
    session = await session_of(ada)
    await Selection.keep(session, "/a", [1])
    await browser.post("/logout")
    assert await Session.by_id(session) is None
    assert await fetch("SELECT id FROM selection") == []


async def test_all_that_match_are_selected_up_to_the_bound_and_what_is_final_is_not(ada, bob):
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(4)]
    await codes[0].cancel(by=ada)
    await codes[1].activate(by=ada)
    browser = await Browser.of(ada, JSON)

    async def select(view: str, scope: str, *ticked: int) -> int:
        fields = {"view": view, "scope": scope, "code_id": [str(key) for key in ticked]}
        return (await browser.post(SELECT, data=fields)).json()["selected"]

    assert await select("/admin/codes", "all") == 3
    assert await select("/admin/codes?status=pending", "all") == 2
    assert await select("/admin/codes?status=cancelled", "all") == 0
    assert await select("/admin/codes?q=nobody", "all") == 0
    assert await select("/admin/codes", "ticks", codes[3].id) == 1
    assert await select("/admin/codes", "page") == 3
    assert await select("/admin/codes", "none") == 0
    for view, scope in (("/admin/accounts", "all"), ("/admin/codes", "some"), ("//elsewhere", "all")):
        response = await browser.post(SELECT, data={"view": view, "scope": scope})
        assert response.status_code == 422


async def test_an_action_reaches_those_that_allow_it_in_portions(ada, bob, monkeypatch):
    monkeypatch.setattr("app.codes.tables.MOST_AT_ONCE", 2)
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(5)]
    await codes[0].cancel(by=ada)
    changed = await TradingCode.act_on_selected([code.id for code in codes], "activate", ada)
    assert [code.id for code in changed] == [code.id for code in codes[1:]]
    assert len({id(code.written_in) for code in changed}) == 2
    with pytest.raises(Conflict, match="None of the selected codes can become activated now"):
        await TradingCode.act_on_selected([code.id for code in codes], "activate", ada)
    with pytest.raises(Invalid):
        await TradingCode.act_on_selected([codes[1].id], "delete", ada)
    assert MOST_AT_ONCE == 200


async def test_what_has_left_the_list_since_it_was_selected_is_left_alone(ada, bob):
    """Selected as pending, activated by somebody else: cancelling what this list shows does not reach it."""
    codes = [await TradingCode.generate(bob, **WISH) for _ in range(2)]
    browser = await Browser.of(ada, JSON)
    view = "/admin/codes?status=pending"
    await browser.post(SELECT, data={"view": view, "scope": "all"})
    await codes[0].activate(by=ada)
    response = await browser.post(SELECTED, data={"view": view, "action": "cancel"})
    assert [code["id"] for code in response.json()] == [codes[1].id]
    response = await browser.post(SELECTED, data={"view": view, "action": "cancel"})
    assert response.status_code == 409
