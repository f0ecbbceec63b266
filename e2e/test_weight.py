"""Weight where the eye should go: what matters now is told first, once, and looks like it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from e2e.axe import complaints
from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import NO_SERVER, act, dialog, generate, new_account, new_code, row, state, until

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
USUAL, WIDE = ({"viewport": {"width": width, "height": 900}} for width in (1360, 1920))
PAINT = "e => { const of = getComputedStyle(e); return [of.backgroundColor, of.borderTopColor, of.color]; }"


def paint(control: Locator) -> list[str]:
    return list(control.evaluate(PAINT))


def test_extending_is_promoted_near_the_end_and_suspending_is_quiet(server, sign_in):
    new_account(server, "bob", "41000001", plan="365")
    new_account(server, "bob", "41000002", plan="7")
    ada, bob = (sign_in(server, name, path, **USUAL) for name, path in (("ada", "/admin/accounts"), ("bob", "/")))
    for page, name in ((ada, "Extend"), (bob, "Ask to extend")):
        calm, soon = (
            row(page, "accounts", number).get_by_role("button", name=name) for number in ("41000001", "41000002")
        )
        assert all(one != other for one, other in zip(paint(soon), paint(calm), strict=True))
    expect(ada.locator("#accounts").get_by_role("button", name="Suspend")).to_have_count(0)
    row(ada, "accounts", "41000001").get_by_role("button", name="Actions").click()
    extend = dialog(ada).get_by_role("link", name="Extend…")
    suspend = dialog(ada).get_by_role("button", name="Suspend")
    assert paint(suspend)[:2] == ["rgba(0, 0, 0, 0)"] * 2
    assert "rgba(0, 0, 0, 0)" not in paint(extend)
    assert extend.bounding_box()["y"] < suspend.bounding_box()["y"]
    expect(extend).to_be_focused()


def test_keys_are_short_where_there_is_no_room_and_a_click_takes_them_whole(server, sign_in):
    whole = new_account(server, "bob", "42000001")["licence"]
    for window, is_short in ((USUAL, True), (WIDE, False)):
        ada = sign_in(server, "ada", "/admin/accounts", **window)
        key = row(ada, "accounts", "42000001").locator("code")
        assert key.evaluate("e => e.scrollWidth > e.clientWidth && e.clientWidth > 0") == is_short
        expect(ada.locator(".copy-hint")).to_be_hidden()
        key.hover()
        hint = ada.locator(".copy-hint")
        expect(hint).to_have_text("click, then Ctrl+C")
        expect(hint).to_be_visible()
        assert abs(hint.bounding_box()["y"] - key.bounding_box()["y"]) < 40
        key.click()
        assert ada.evaluate("() => getSelection().toString()") == whole


def test_a_wide_window_is_used(server, sign_in):
    for number in range(4):
        act(server, new_code(server, "bob", f"4300000{number}"), "activate")
    for path in ("/admin", "/admin/codes", "/admin/accounts", "/admin/activity"):
        ada = sign_in(server, "ada", path, **WIDE)
        boxes = ada.locator("main > *").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
        assert max(boxes) > 1850, path
    bob = sign_in(server, "bob", **WIDE)
    tops = bob.locator("#accounts > tr").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
    assert len(set(tops)) == 1, "four licences stand side by side"
    form, licences = bob.locator("#generate").bounding_box(), bob.locator(".licences").bounding_box()
    assert form["x"] > licences["x"] + licences["width"], "the form beside them"


def test_a_part_of_a_name_is_found_and_so_is_what_comes(server, sign_in, stranger):
    fields = {"username": "mary-jane.watson", "email": "mary@example.com", "password": "seventeen-tame-herons"}
    assert stranger(server).request.post("/register", form=fields).ok
    new_account(server, "bob", "44000001")
    ada = sign_in(server, "ada", "/admin/accounts")
    ada.locator("#q").fill("jane.wat")
    expect(ada.get_by_text("Nothing matches")).to_be_visible()
    new_account(server, "mary-jane.watson", "44000002")
    expect(row(ada, "accounts", "44000002")).to_have_count(1)
    expect(ada.locator("#accounts > tr")).to_have_count(1)
    expect_equals_fresh_load(ada)


def test_a_page_that_is_offline_looks_like_something_that_matters_and_says_so(server, sign_in, console):
    console.expect(*NO_SERVER)
    pages = [sign_in(server, "bob", reduced_motion="reduce", **window) for window in (USUAL, PHONE)]
    calm = [paint(page.locator(".connection-state.live")) for page in pages]
    server.kill()
    for page, before in zip(pages, calm, strict=True):
        offline = page.locator(".connection-state.offline")
        expect(offline).to_be_visible(timeout=15_000)
        expect(offline).to_have_attribute("role", "alert")
        expect(offline.get_by_role("link", name="reload")).to_be_visible()
        assert before[0] == "rgba(0, 0, 0, 0)", "live is no more than a word"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert paint(offline)[0] not in ("rgba(0, 0, 0, 0)", page_ground(page)), "it has a ground of its own"
            assert [each for each in complaints(page, looks_only=True) if "connection" in each] == []
        assert page.evaluate(IS_IN_THE_WINDOW)


# At one moment: each attempt to connect that fails says it anew.
IS_IN_THE_WINDOW = """() => {
    const box = document.querySelector(".connection-state.offline").getBoundingClientRect();
    return box.height > 0 && box.bottom <= innerHeight && box.right <= innerWidth;
}"""


def page_ground(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))


def test_a_code_and_its_licence_are_one_story(server, sign_in):
    """From the form to the card, on a phone: each key stands there once, and what was said stays true."""
    bob = sign_in(server, "bob", **PHONE)
    generate(bob, "45000001")
    done = bob.locator("#generate .done")
    key = done.locator("code").inner_text()
    expect(done).to_contain_text(f"Your code is {key}. It waits for an admin; you hear at once.")
    expect(done.get_by_text("Touch and hold the key")).to_be_visible()
    expect(done.get_by_text("One click selects")).to_be_hidden()
    code = row(bob, "codes", "45000001")
    expect(code.locator("code")).to_be_visible()
    expect(code.locator(".licence a:visible")).to_have_count(0)
    expect(bob.locator(".touch-hint:visible")).to_have_count(1)

    act(server, {"id": 1}, "activate")
    expect(state(code)).to_have_text("Activated")
    expect(done).not_to_contain_text("waits")
    expect(done).to_contain_text(f"Your code is {key}.")
    licence = row(bob, "accounts", "45000001")
    expect(licence.locator("code")).to_have_text(key)
    expect(licence.locator(".origin")).to_contain_text("Activated")
    expect(code.locator(".licence a")).to_be_visible()
    expect(bob.locator(".touch-hint:visible")).to_have_count(1)
    expect_equals_fresh_load(bob)

    act(server, new_code(server, "bob", "45000002"), "activate")
    other = row(bob, "accounts", "45000002")
    expect(other).to_have_count(1)
    edges = [paint(each)[1] for each in (licence, other)]
    assert edges[0] == edges[1]
    code.get_by_role("link", name="Licence").click()
    expect(licence.locator("code")).to_be_in_viewport()
    until(bob, lambda: paint(licence)[1] != edges[0], "it is the one that is meant")
    assert paint(other)[1] == edges[1]
    act(server, {"id": 1}, "complete")
    expect(state(code)).to_have_text("Completed")
    expect(code.get_by_role("link", name="Licence")).to_have_count(1)
    expect_equals_fresh_load(bob)
    bob.go_back()
    wait_until_live(bob)
    act(server, {"id": 2}, "cancel")
    expect(state(row(bob, "codes", "45000002"))).to_have_text("Cancelled")
    expect_equals_fresh_load(bob)


def test_how_to_copy_is_said_wherever_a_key_stands_to_be_copied(server, sign_in):
    new_code(server, "bob", "46000001")
    for window, said, other in ((USUAL, "One click selects", "Touch and hold"), (PHONE, "Touch and hold", "One click")):
        ada = sign_in(server, "ada", "/admin/codes", **window)
        assert ada.locator(".touch-hint").is_visible() == (window is PHONE)
        row(ada, "codes", "46000001").get_by_role("button", name="Actions").click()
        expect(dialog(ada).get_by_text(said)).to_be_visible()
        expect(dialog(ada).get_by_text(other)).to_be_hidden()
        expect(dialog(ada).locator(".whole")).to_have_css("user-select", "all")
    thai = sign_in(server, "bob", locale="th-TH", java_script_enabled=False, **USUAL)
    thai.locator("#generate-account_number").fill("46000002")
    thai.locator("#generate button").click()
    expect(thai.locator("main > .done .whole")).to_have_css("user-select", "all")
    expect(thai.locator("main > .done .by-pointer")).to_contain_text("คลิกครั้งเดียว")
