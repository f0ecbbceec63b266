"""Nothing moves under the pointer or the keyboard: what comes and goes waits until neither is in the list."""

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load, look_away
from e2e.steps import act, new_code, row, rows, state, until

WATCH = """() => {
  window.moved = [];
  new PerformanceObserver(list => moved.push(...list.getEntries().filter(entry =>
    entry.sources.some(source => source.node?.parentElement?.closest('.list')))))
    .observe({ type: 'layout-shift' });
}"""
SHIFT = "() => moved.reduce((sum, entry) => sum + entry.value, 0)"
SAID = "() => getComputedStyle(document.querySelector('.list-frame'), '::after').content"
ARRIVED = """() => [...document.querySelectorAll('#codes tr')]
  .filter(row => getComputedStyle(row).visibility === 'collapse').length"""


def box(page: Page, selector: str):
    return page.locator(selector).bounding_box()


def under_the_pointer(page: Page, at) -> str:
    return str(page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.id", at))


def test_what_is_aimed_at_stays_under_the_pointer_while_codes_come_and_go(server, sign_in):
    codes = [new_code(server, "bob", f"3000000{number}") for number in range(6)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    ada.evaluate(WATCH)
    aimed = "#code-3-act"
    before = box(ada, aimed)
    at = [before["x"] + before["width"] / 2, before["y"] + before["height"] / 2]
    ada.mouse.move(*at)
    assert under_the_pointer(ada, at) == "code-3-act"

    for number in range(5):
        new_code(server, "eve", f"3100000{number}")
    for code in (codes[0], codes[4], codes[5]):
        act(server, code, "activate", admin="grace")
    until(ada, lambda: ada.evaluate(ARRIVED) == 5, "five codes that wait")
    expect(ada.locator("#codes .gone")).to_have_count(3)
    assert box(ada, aimed) == before
    assert under_the_pointer(ada, at) == "code-3-act"
    assert ada.evaluate(SHIFT) == 0
    assert [ada.locator(f"#code-{number}").is_visible() for number in (6, 5, 1)] == [True] * 3, "their places stay"
    assert "new" in ada.evaluate(SAID)

    ada.mouse.down()
    ada.mouse.up()
    expect(ada.locator("#codes .gone")).to_have_count(4)
    assert box(ada, "#code-3") is not None
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == [f"code-{number}" for number in (11, 10, 9, 8, 7, 4, 2)]
    page_of_all = sign_in(server, "grace", "/admin/codes")
    expect(state(row(page_of_all, "codes", "30000002"))).to_have_text("Activated")


def test_how_many_wait_is_said_and_no_more_once_they_are_there(server, sign_in):
    new_code(server, "bob", "32000001")
    ada = sign_in(server, "ada", "/admin/codes")
    row(ada, "codes", "32000001").hover()
    for number in (2, 3):
        new_code(server, "bob", f"3200000{number}")
    until(ada, lambda: ada.evaluate(ARRIVED) == 2, "two codes that wait")
    frame = ada.locator(".list-frame")
    with_count = frame.screenshot(caret="initial")
    look_away(ada)
    until(ada, lambda: ada.evaluate(ARRIVED) == 0, "that they are there")
    assert frame.screenshot(caret="initial") != with_count
    expect_equals_fresh_load(ada)


def test_a_row_that_goes_and_comes_back_meanwhile_stays(servers, sign_in):
    """Pushed off its page by a newer one, and pulled in again when that goes, while the pointer is in the list."""
    server = servers(DESK_PAGE_SIZE="3")
    for number in range(3):
        new_code(server, "bob", f"3300000{number}")
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    row(ada, "codes", "33000002").hover()
    newest = new_code(server, "eve", "33000009")
    expect(ada.locator("#code-1 .gone")).to_have_count(1)
    act(server, newest, "activate")
    expect(ada.locator("#code-1 .gone")).to_have_count(0)
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == ["code-3", "code-2", "code-1"]


def test_the_keyboard_holds_a_list_still_too(server, sign_in):
    codes = [new_code(server, "bob", f"3400000{number}") for number in range(3)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    ada.keyboard.press("Tab")
    ada.locator("#code-2-act").focus()
    before = box(ada, "#code-2-act")
    act(server, codes[1], "activate", admin="grace")
    act(server, codes[2], "activate", admin="grace")
    new_code(server, "eve", "34000009")
    until(ada, lambda: ada.evaluate(ARRIVED) == 1, "a code that waits")
    expect(ada.locator("#codes .gone")).to_have_count(2)
    expect(ada.locator("#code-2-act")).to_be_focused()
    assert box(ada, "#code-2-act") == before
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == ["code-4", "code-1"]
