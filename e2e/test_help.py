"""The help page, and the keys that it names: each leads where it says, with Chromium's own modifier."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import new_account


def keys(page: Page) -> dict[str, str]:
    """What each leads to, as the page has it."""
    cells = page.locator(".keys tbody tr").evaluate_all("rows => rows.map(row => [...row.cells].map(c => c.innerText))")
    return dict(cells)


def go(page: Page, letter: str) -> None:
    """With Alt. Playwright's own key presses have no text while Alt is held, and Chromium looks for the key by it."""
    session = page.context.new_cdp_session(page)
    key = {"modifiers": 1, "key": letter.lower(), "code": f"Key{letter}", "windowsVirtualKeyCode": ord(letter)}
    text = {"text": letter.lower(), "unmodifiedText": letter.lower()}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **key, **text})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    session.detach()


def test_each_key_leads_where_the_help_page_says(server, sign_in):
    new_account(server, "bob", "60000001")
    for name, home, first in (("bob", "/", "#generate-account_number"), ("ada", "/admin", None)):
        page = sign_in(server, name, home)
        go(page, "H")
        expect(page).to_have_url(re.compile("/help$"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Help")
        expect_equals_fresh_load(page)
        named = keys(page)
        assert {"H", "S", "G", "M", "N", "O"} <= set(named)
        assert len(named) == {"bob": 7, "ada": 13}[name]
        for key, label in named.items():
            if key not in "SGHK":
                go(page, key)
                expect(page.locator("[aria-current=page]").first).to_contain_text(name if key == "M" else label)
        go(page, "O")
        expect(page).to_have_url(server.url + home)
        if first is not None:
            go(page, "G")
            expect(page.locator(first)).to_be_focused()
            go(page, "S")
            expect(page.locator("#q")).to_be_focused()
    go(page, "K")
    expect(page.locator("#anything")).to_be_focused()
    go(page, "B")
    expect(page).to_have_url(re.compile("/broadcast$"))
    go(page, "G")
    expect(page.get_by_label("Message")).to_be_focused()
    go(page, "A")
    expect(page).to_have_url(re.compile("/accounts$"))
    go(page, "S")
    expect(page.locator("#q")).to_be_focused()
    go(page, "G")
    expect(page.locator("#dialog:modal").get_by_label("Client's username")).to_be_focused()
    page.keyboard.press("Escape")
    for key, what_waits in (
        ("O", "#waiting-codes-title"),
        ("C", ".list-frame:has(#codes)"),
        ("X", ".list-frame:has(#extensions)"),
    ):
        go(page, key)
        expect(page.locator("#landing")).to_be_focused()
        expect(page.locator(what_waits)).to_have_count(1)
        go(page, "G")
        expect(page.locator(what_waits)).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate(f"() => document.activeElement !== document.querySelector('{what_waits}')")
    expect_equals_fresh_load(page)


def test_it_tells_how_a_key_gets_into_a_terminal_also_in_thai_and_without_scripts(server, sign_in):
    for options, words in (
        ({}, ("Drag the robot from Expert Advisors", "25 letters and digits")),
        ({"locale": "th-TH"}, ("ลากโรบอตจาก Expert Advisors", "ตัวอักษรและตัวเลข 25 ตัว")),
    ):
        page = sign_in(server, "bob", "/", java_script_enabled=False, **options)
        page.locator("footer a[href='/help']").click()
        expect(page).to_have_url(f"{server.url}/help")
        for word in words:
            expect(page.get_by_text(word)).to_be_visible()
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
