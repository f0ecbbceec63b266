"""Nothing moves under the pointer or the keyboard: what comes and goes waits until neither is in the list."""

import pytest
from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load, look_away, wait_until_live
from e2e.steps import act, api, ask, new_account, new_code, row, rows, settled, state, until
from e2e.test_help import go

WATCH = """() => {
  window.moved = [];
  new PerformanceObserver(list => moved.push(...list.getEntries().filter(entry =>
    entry.sources.some(source => source.node?.parentElement?.closest('.list, .list-frame')))))
    .observe({ type: 'layout-shift' });
}"""
SHIFT = "() => moved.reduce((sum, entry) => sum + entry.value, 0)"
MOVED = """() => moved.flatMap(entry => entry.sources.map(({node, previousRect, currentRect}) =>
  [(node?.outerHTML ?? node?.parentElement?.outerHTML ?? '').slice(0, 90),
    JSON.stringify(previousRect), JSON.stringify(currentRect)].join(' ')))"""
"""What it was, to be told by the failure."""
WAITING = """list => [...document.querySelectorAll(`#${list} > *`)]
  .filter(row => ['collapse', 'hidden'].includes(getComputedStyle(row).visibility)).length"""
# A counter has no value that could be read: what stands there is as wide as it says.
SAID = """list => {
  const place = document.getElementById(list).closest('.list-frame').querySelector(':scope > .arrived');
  return [place.getBoundingClientRect().width, place.dataset.word];
}"""
ON_TOP = """list => {
  const place = document.getElementById(list).closest('.list-frame').querySelector(':scope > .arrived');
  const touchable = new CSSStyleSheet();
  touchable.replaceSync('.arrived { pointer-events: auto !important; }');
  document.adoptedStyleSheets = [touchable];
  const box = place.getBoundingClientRect();
  const y = box.y + parseFloat(getComputedStyle(place, '::after').top) + 10;
  const met = document.elementFromPoint(box.x + box.width / 2, y);
  document.adoptedStyleSheets = [];
  return met === place;
}"""


def box(page: Page, selector: str):
    return page.locator(selector).bounding_box()


def under_the_pointer(page: Page, at) -> str:
    return str(page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.id", at))


def test_what_is_aimed_at_stays_under_the_pointer_while_codes_come_and_go(server, sign_in):
    codes = [new_code(server, "bob", f"3000000{number}") for number in range(6)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    settled(ada)
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
    until(ada, lambda: ada.evaluate(WAITING, "codes") == 5, "five codes that wait")
    expect(ada.locator("#codes .gone")).to_have_count(3)
    assert box(ada, aimed) == before
    assert under_the_pointer(ada, at) == "code-3-act"
    assert ada.evaluate(SHIFT) == 0
    assert [ada.locator(f"#code-{number}").is_visible() for number in (6, 5, 1)] == [True] * 3, "their places stay"
    width, word = ada.evaluate(SAID, "codes")
    assert width > 0
    assert word == "new"

    ada.mouse.down()
    ada.mouse.up()
    expect(ada.locator("#codes .gone")).to_have_count(4)
    assert box(ada, "#code-3") is not None
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == [f"code-{number}" for number in (11, 10, 9, 8, 7, 4, 2)]
    page_of_all = sign_in(server, "grace", "/admin/codes")
    settled(page_of_all)
    expect(state(row(page_of_all, "codes", "30000002"))).to_have_text("Activated")


def test_how_many_wait_is_said_above_the_header_and_no_more_once_they_are_there(server, sign_in):
    for number in range(30):
        new_code(server, "bob", f"320000{number:02}")
    for options in ({}, {"viewport": {"width": 360, "height": 740}}):
        ada = sign_in(server, "ada", "/admin/codes", **options)
        ada.locator("#codes > :nth-child(20)").scroll_into_view_if_needed()
        ada.locator("#codes > :nth-child(20)").hover()
        for number in (2, 3):
            new_code(server, "eve", f"3210000{number}")
        until(ada, lambda page=ada: page.evaluate(WAITING, "codes") == 2, "two codes that wait")
        assert ada.evaluate(ON_TOP, "codes"), "also where the list has been scrolled"
        ada.evaluate("() => scrollTo(0, 0)")
        assert ada.evaluate(ON_TOP, "codes"), "the header of the list lies above it"
        look_away(ada)
        until(ada, lambda page=ada: page.evaluate(WAITING, "codes") == 0, "that they are there")
        until(ada, lambda page=ada: page.evaluate(SAID, "codes")[0] == 0, "that nothing is said")
        expect_equals_fresh_load(ada)
        ada.close()


def test_a_row_that_goes_and_comes_back_meanwhile_stays(servers, sign_in):
    """Pushed off its page by a newer one, and pulled in again when that goes, while the pointer is in the list."""
    server = servers(DESK_PAGE_SIZE="3")
    for number in range(3):
        new_code(server, "bob", f"3300000{number}")
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    settled(ada)
    row(ada, "codes", "33000002").hover()
    newest = new_code(server, "eve", "33000009")
    expect(ada.locator("#code-1 .gone")).to_have_count(1)
    act(server, newest, "activate")
    expect(ada.locator("#code-1 .gone")).to_have_count(0)
    expect(ada.locator("#code-1")).to_be_visible()
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == ["code-3", "code-2", "code-1"]


def test_the_keyboard_holds_a_list_still_too(server, sign_in):
    codes = [new_code(server, "bob", f"3400000{number}") for number in range(3)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    settled(ada)
    ada.keyboard.press("Tab")
    ada.locator("#code-2-act").focus()
    before = box(ada, "#code-2-act")
    act(server, codes[1], "activate", admin="grace")
    act(server, codes[2], "activate", admin="grace")
    new_code(server, "eve", "34000009")
    until(ada, lambda: ada.evaluate(WAITING, "codes") == 1, "a code that waits")
    expect(ada.locator("#codes .gone")).to_have_count(2)
    expect(ada.locator("#code-2-act")).to_be_focused()
    assert box(ada, "#code-2-act") == before
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == ["code-4", "code-1"]


PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NARROW, MIDDLE, USUAL, WIDE = ({"viewport": {"width": width, "height": 900}} for width in (360, 1000, 1360, 1920))
USED = {
    "ada": ("/admin/codes", "/admin/accounts", "/admin/extensions"),
    "bob": ("/",),
}
"""Pages whose last list the pointer is in."""
LONG = "The last invoice is still open, so that we cannot, and this is long enough to need a second line, or a third."
SUSPENDED = "#accounts .badge.suspended"


@pytest.mark.parametrize("window", [NARROW, MIDDLE, WIDE], ids=["phone", "narrow", "wide"])
def test_what_the_rows_say_of_themselves_moves_nothing(server, sign_in, window):
    """States, actions, reasons and ends that change; once nobody looks there, the page is as a fresh one."""
    codes = [new_code(server, "bob", f"3800000{number}") for number in range(4)]
    accounts = [new_account(server, "bob", f"3810000{number}") for number in range(3)]
    requests = [ask(server, account) for account in accounts[:2]]
    pages = []
    for name, path in ((name, path) for name, paths in USED.items() for path in paths):
        page = sign_in(server, name, path, **window)
        page.locator(".list tbody").last.locator("tr").nth(1).hover()
        settled(page)
        page.evaluate(WATCH)
        pages.append(page)
    for number, action in ((3, "activate"), (2, "activate"), (2, "complete")):
        act(server, codes[number], action, admin="grace")
    for request, decision in (
        (requests[0], {"action": "approve"}),
        (requests[1], {"action": "reject", "reason": LONG}),
    ):
        api(server, "grace", "/api/admin/extension-requests", request_id=request["id"], **decision)
    ask(server, accounts[2])
    api(server, "grace", "/api/admin/accounts", account_id=accounts[2]["id"], action="suspend")
    for page in pages:
        expect(page.locator("#toasts")).to_contain_text("suspended", timeout=15_000)
        until(page, lambda page=page: page.locator(SUSPENDED).count() or "accounts" not in page.url, "the last change")
        assert page.evaluate(SHIFT) == 0, (page.url, page.evaluate(MOVED))
        expect_equals_fresh_load(page)
    expect(pages[2].locator("#extensions").get_by_text(LONG)).to_be_visible()


@pytest.mark.parametrize("window", [MIDDLE, USUAL, WIDE], ids=["narrow", "usual", "wide"])
def test_a_list_holds_still_at_every_width(server, sign_in, window):
    """Also where its rows are cards, and whatever happens in the lists above it."""
    codes = [new_code(server, "bob", f"3500000{number}") for number in range(4)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending", **window)
    settled(ada)
    bob = sign_in(server, "bob", **window)
    settled(bob)
    for page, aimed in ((ada, "#code-2-act"), (bob, "#code-2 .key code")):
        settled(page)
        page.evaluate(WATCH)
        page.locator(aimed).hover()
    before = box(ada, "#code-2-act"), box(bob, "#code-2")
    assert before[0]["width"] > 40
    act(server, codes[3], "activate", admin="grace")
    new_code(server, "bob", "35000009")
    # The first licence of bob's comes into the list above, in place of the steps that lead to it.
    for page, list in ((ada, "codes"), (bob, "codes"), (bob, "accounts")):
        until(page, lambda page=page, list=list: page.evaluate(WAITING, list) == 1, f"one that waits in {list}")
    expect(state(row(bob, "codes", "35000003"))).to_have_text("Activated")
    assert (box(ada, "#code-2-act"), box(bob, "#code-2")) == before
    assert [page.evaluate(SHIFT) for page in (ada, bob)] == [0, 0]

    look_away(bob)
    until(bob, lambda: bob.evaluate(WAITING, "accounts") == 0, "the licence is there")
    expect(bob.get_by_text("No licence yet")).to_be_hidden()
    bob.locator("#account-1-act").hover()
    at = box(bob, "#account-1-act")
    bob.evaluate("() => { moved.length = 0; }")
    act(server, codes[2], "activate", admin="grace")
    until(bob, lambda: bob.evaluate(WAITING, "accounts") == 1, "another licence that waits")
    assert box(bob, "#account-1-act") == at
    assert bob.evaluate(SHIFT) == 0
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_on_a_phone_a_list_holds_still_while_what_was_tapped_has_the_focus(server, sign_in):
    """There is no pointer that rests: from a press on, and as long as the dialog is open that it has opened."""
    codes = [new_code(server, "bob", f"3600000{number}") for number in range(4)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending", **PHONE)
    settled(ada)
    ada.evaluate(WATCH)
    ada.locator("#code-2-more").tap()
    expect(ada.locator("#dialog:modal")).to_contain_text("36000001")
    before = box(ada, "#code-2")
    for code in (codes[1], codes[3]):
        act(server, code, "activate", admin="grace")
    new_code(server, "eve", "36000009")
    until(ada, lambda: ada.evaluate(WAITING, "codes") == 1, "a code that waits")
    expect(ada.locator("#codes .gone")).to_have_count(2)
    ada.locator("#dialog").get_by_role("button", name="Close").tap()
    expect(ada.locator("#code-2-more")).to_be_focused()
    assert box(ada, "#code-2") == before
    assert ada.evaluate(WAITING, "codes") == 1
    assert ada.evaluate(SHIFT) == 0
    ada.locator("h1").tap()
    until(ada, lambda: ada.evaluate(WAITING, "codes") == 0, "that it is there")
    expect(ada.locator("#codes .gone")).to_have_count(0)
    expect_equals_fresh_load(ada)
    assert rows(ada, "codes") == ["code-5", "code-3", "code-1"]

    # What is done with a tap stays in its place, dimmed, until the next one.
    ada.locator("#code-3-act").tap()
    expect(ada.locator("#code-3 .gone")).to_have_count(1)
    expect(ada.locator("#code-3-act")).to_be_focused()
    expect_equals_fresh_load(ada)


@pytest.mark.parametrize("window", [MIDDLE, USUAL], ids=["narrow", "usual"])
def test_the_cards_of_the_dashboard_hold_still(server, sign_in, window):
    codes = [new_code(server, "bob", f"3700000{number}") for number in range(3)]
    accounts = [new_account(server, "bob", f"3710000{number}", plan="7") for number in range(4)]
    requests = [ask(server, account) for account in accounts[:2]]
    ada = sign_in(server, "ada", "/admin", **window)
    settled(ada)
    ada.evaluate(WATCH)

    def decide() -> None:
        api(server, "grace", "/api/admin/extension-requests", request_id=requests[0]["id"], action="approve")
        ask(server, accounts[2])

    def activate() -> None:
        act(server, codes[0], "activate", admin="grace")
        new_code(server, "eve", "37000009")

    for card, aimed, push in (
        ("waiting-codes", "#waiting-code-2 button", activate),
        ("waiting-list", "#waiting-2-approve", decide),
        ("latest", "#latest-rows > :nth-child(3) p", lambda: act(server, codes[2], "activate")),
    ):
        ada.locator(aimed).hover()
        place = ada.locator(aimed).evaluate("e => `#${e.closest('li').id}`")
        before = box(ada, place)
        ada.evaluate("() => { moved.length = 0; }")
        push()
        expect(ada.locator(f"#{card} .gone")).not_to_have_count(0)
        until(ada, lambda card=card: ada.evaluate(WAITING, f"{card}-rows") > 0, f"one that waits in {card}")
        assert box(ada, place) == before
        assert ada.evaluate(SHIFT) == 0
        expect_equals_fresh_load(ada)


def test_what_leaves_the_inbox_one_after_another_stays_where_it_is(server, sign_in):
    """It shows the last few only: each line that comes makes another one leave."""
    for number in range(5):
        new_account(server, "bob", f"3920000{number}")
    bob = sign_in(server, "bob", viewport={"width": 1360, "height": 900})
    settled(bob)
    lines = rows(bob, "notifications")
    assert len(lines) == 5
    bob.locator(f"#{lines[4]} p").hover()
    before = [box(bob, f"#{line}") for line in lines]
    bob.evaluate(WATCH)
    for number in range(3):
        api(server, "ada", "/api/admin/broadcast", message=f"This is number {number}.", level="info")
        until(bob, lambda number=number: bob.evaluate(WAITING, "notifications") == number + 1, "one more that waits")
        expect(bob.locator("#notifications > :has(.gone)")).to_have_count(number + 1)
        assert [box(bob, f"#{line}") for line in lines] == before
    assert bob.evaluate(SHIFT) == 0, bob.evaluate(MOVED)
    expect_equals_fresh_load(bob)
    expect(bob.locator("#notifications > *")).to_have_count(5)


def test_a_page_that_comes_in_under_a_resting_pointer_is_there_at_once(server, sign_in):
    """What it comes with is not news that would wait."""
    for number in range(3):
        new_account(server, "bob", f"3900000{number}")
        new_code(server, "bob", f"3910000{number}")
    ada = sign_in(server, "ada", "/admin/accounts")
    settled(ada)
    row(ada, "accounts", "39000001").hover()
    for key, list in (("C", "codes"), ("A", "accounts"), ("C", "codes")):
        go(ada, key)
        expect(ada.locator(f"#{list} > *")).to_have_count(3)
        assert ada.evaluate("list => document.getElementById(list).matches(':hover')", list)
        settled(ada)
        assert ada.evaluate(WAITING, list) == 0
    ada.reload()
    wait_until_live(ada)
    settled(ada)
    assert ada.evaluate(WAITING, "codes") == 0
