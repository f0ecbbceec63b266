"""What a plain form has done is said once, on the next page, to whoever has done it."""

from __future__ import annotations

from typing import Any

import pytest

from app.codes.tables import TradingCode
from app.live.log import LogEntry, recorded
from app.notifications.tables import broadcast
from app.people.tables import Person
from tests.browser import HTMX, PLAIN, Browser

WISH = {"platform": "mt5", "account_number": "50000001", "plan": "30"}


def said(html: str) -> str:
    return html.partition('<div class="done"')[2].partition("</div>")[0]


async def test_it_is_said_once_on_the_next_page_in_the_readers_language(bob: Any) -> None:
    browser = await Browser.of(bob, PLAIN)
    assert said((await browser.get("/")).text) == ""
    assert (await browser.post("/api/generate-code", data=WISH)).status_code == 303
    key = (await TradingCode.objects().first()).grouped_key  # type: ignore[union-attr]
    assert f'Your code is <code class="whole">{key}</code>.' in said((await browser.get("/")).text)
    assert said((await browser.get("/")).text) == ""

    await browser.post("/me", data={"language": "th", "zone": ""})
    assert "บันทึกการตั้งค่าของคุณแล้ว" in said((await browser.get("/me")).text)


async def test_a_page_that_htmx_asks_for_leaves_it_for_the_page_itself(bob: Any) -> None:
    browser = await Browser.of(bob, PLAIN)
    await browser.post("/api/generate-code", data=WISH)
    assert said((await browser.get("/", headers=HTMX)).text) == ""
    assert said((await browser.get("/")).text) != ""


async def test_where_fragments_say_it_no_cookie_does(bob: Any) -> None:
    browser = await Browser.of(bob, {**HTMX, "HX-Current-URL": "http://desk.test/"})
    response = await browser.post("/api/generate-code", data=WISH)
    assert (response.status_code, response.headers.get("set-cookie")) == (201, None)


async def test_many_at_once_are_counted(ada: Any, bob: Any) -> None:
    codes = [
        await TradingCode.generate(bob, platform="mt5", account_number=f"5100000{number}", plan="30")
        for number in range(5)
    ]
    browser = await Browser.of(ada, PLAIN)
    await browser.post("/api/admin/codes", data={"code_id": [code.id for code in codes], "action": "activate"})
    text = said((await browser.get("/admin/codes")).text)
    assert text.count("ada activated code") == 3
    assert "And 2 more." in text


MADE_UP = ["1-2-3", "0-1", "5-4", "1-999999999999", "x", "", "1-9999999999999999999", "%00"]
LARGER_THAN_ANY_ID = ["2147483648-2147483649", "999999999999-999999999999"]


@pytest.mark.parametrize("value", [*MADE_UP, *LARGER_THAN_ANY_ID])
async def test_what_somebody_has_made_up_says_nothing(bob: Any, value: str) -> None:
    await TradingCode.generate(bob, platform="mt5", account_number="50000001", plan="30")
    browser = await Browser.of(bob, PLAIN)
    browser.client.cookies.set("desk-done", value)
    response = await browser.get("/")
    assert response.status_code == 200
    assert said(response.text) == ""


async def test_nobody_reads_what_another_has_done(ada: Any, bob: Any, eve: Any) -> None:
    await TradingCode.generate(bob, platform="mt5", account_number="50000001", plan="30")
    [sent] = recorded(await broadcast("Closed at noon.", "info", by=ada))
    for person in (eve, ada, None):
        browser = await Browser.of(person, PLAIN)
        browser.client.cookies.set(
            "desk-done", f"1-{await LogEntry.last_id()}" if person is eve else f"{sent.id}-{sent.id}"
        )
        text = (await browser.get("/admin/broadcast" if person is ada else "/login" if person is None else "/")).text
        assert ("Closed at noon." in said(text)) == (person is ada)
        assert "Your code is" not in said(text)
    assert await Person.exists()
