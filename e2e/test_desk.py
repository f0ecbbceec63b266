"""A client's desk: when does it end, here is my key; and for who has nothing yet, how to get there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import act, ask, drawn, generate, new_account, new_code, row, settled, until

PHONE = {"width": 360, "height": 740}


def is_lit(page: Page, step: int) -> bool:
    return page.locator(f".empty .steps > :nth-child({step})").evaluate("e => getComputedStyle(e).boxShadow") != "none"


def test_a_new_client_is_led_from_the_form_to_the_terminal(server, sign_in):
    bob = sign_in(server, "bob")
    expect(bob.locator(".empty .steps > li")).to_have_count(3)
    assert [is_lit(bob, step) for step in (1, 2, 3)] == [True, False, False]
    generate(bob, "12345678")
    expect(row(bob, "codes", "12345678")).to_contain_text("Pending")
    assert [is_lit(bob, step) for step in (1, 2, 3)] == [False, True, False], "now it is the desk's turn"
    act(server, {"id": 1}, "activate")
    licence = row(bob, "accounts", "12345678")
    expect(licence).to_be_visible()
    expect(bob.locator(".empty .steps")).to_be_hidden()
    expect(bob.get_by_role("link", name="How a key gets into MetaTrader")).to_be_visible()
    expect_equals_fresh_load(bob)


def test_a_licence_says_its_key_first_and_when_it_ends(server, sign_in):
    act(server, new_code(server, "bob", "12345671", plan="30"), "activate")
    soon = new_account(server, "bob", "12345672", plan="7")
    for width in (1360, 360):
        bob = sign_in(server, "bob", viewport={"width": width, "height": 900})
        licence = row(bob, "accounts", "12345672")
        key, end, left = licence.locator("code"), licence.locator(".expiry time"), licence.locator(".left")
        expect(key).to_have_text(soon["licence"])
        assert top(key) < top(end) < bob.viewport_size["height"]
        assert key.evaluate("e => e.scrollWidth <= e.clientWidth || getComputedStyle(e).display === 'inline'"), "whole"
        expect(left).to_have_text("7 days left")
        shape = left.evaluate("e => getComputedStyle(e, '::before').clipPath")
        assert shape.startswith("polygon"), "near its end a licence has a shape, too"
        calm = row(bob, "accounts", "12345671").locator(".left")
        assert left.evaluate("e => getComputedStyle(e).color") != calm.evaluate("e => getComputedStyle(e).color")
        bars = [row(bob, "accounts", number).locator(".bar") for number in ("12345671", "12345672")]
        assert all(bar.bounding_box()["width"] > 100 for bar in bars)
    ask(server, soon)
    expect(licence).to_contain_text("Request waits")
    expect_equals_fresh_load(bob)


def test_on_a_phone_the_form_is_folded_away(server, sign_in):
    bob = sign_in(server, "bob", viewport=PHONE)
    number = bob.get_by_label("Account number")
    expect(number).to_be_visible()  # who has nothing yet begins with it
    act(server, new_code(server, "bob", "12345678"), "activate")
    key = row(bob, "accounts", "12345678").locator("code")
    expect(key).to_be_visible()
    expect(number).to_be_hidden()
    assert top(key) < 300, "the key stands where the eye falls"
    bob.locator("#new-code > summary").click()
    generate(bob, "12345679")
    expect(row(bob, "codes", "12345679")).to_have_count(1)
    expect(bob.locator("#generate .done")).to_be_visible()


def test_a_new_licence_moves_no_other_while_the_pointer_is_there(server, sign_in):
    for number in range(3):
        new_account(server, "bob", f"1234567{number}")
    bob = sign_in(server, "bob", viewport={"width": 1600, "height": 900})
    settled(bob)
    first = row(bob, "accounts", "12345672")
    first.hover()
    before = first.bounding_box()
    new_account(server, "bob", "12345679")
    expect(row(bob, "accounts", "12345679")).to_have_count(1)
    assert first.bounding_box() == before
    bob.mouse.move(0, 0)
    newest = row(bob, "accounts", "12345679")
    expect(newest).to_have_css("position", "relative")
    assert newest.bounding_box() == before


WATCH = """
  window.collapsed = new Set(); window.come = new Set();
  // What the next frame paints: a row that is first styled here stands at the beginning of its animation.
  requestAnimationFrame(function look() {
    for (const each of document.querySelectorAll('.list tbody tr')) {
      const { visibility, animationName } = getComputedStyle(each);
      if (animationName.startsWith('arrive')) come.add(each.id);
      if (visibility !== 'visible') collapsed.add(each.id);
    }
    requestAnimationFrame(look);
  });
"""


@pytest.mark.parametrize("width", [1360, 360])
def test_the_rows_of_a_page_that_comes_in_stand_there_at_once(server, sign_in, width):
    """Rows that arrive later begin collapsed; those with which a page comes in must not, even for its first frame; nor
    those of a window that is made narrower or wider."""
    for number in range(5):
        act(server, new_code(server, "bob", f"1234567{number}"), "activate")
    for name, path in (("bob", "/"), ("ada", "/admin"), ("ada", "/admin/codes"), ("ada", "/admin/activity")):
        page = sign_in(server, name, path, viewport={"width": width, "height": 900})
        page.add_init_script(WATCH)
        page.reload()
        wait_until_live(page)
        if path == "/admin/codes" and width > 1000:
            until(page, lambda page=page: page.evaluate("come.size") == 5, "all rows have come")
        assert page.evaluate("[...collapsed]") == [], path
        settled(page)
        for other in (360, 1360, 360):
            page.set_viewport_size({"width": other, "height": 900})
            drawn(page)
        assert page.evaluate("[...collapsed]") == [], path


def top(locator) -> float:
    return float(locator.bounding_box()["y"])
