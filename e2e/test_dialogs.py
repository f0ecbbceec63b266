"""What opens over a page has it to itself: nothing behind can be reached, and the focus comes back."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from e2e.steps import act, ask, dialog, drawn, new_account, new_code, row, until

OPENERS = [
    ("ada", "/admin/codes", "#code-1-act"),
    ("ada", "/admin/codes", "#code-1-more"),
    ("ada", "/admin/accounts", "#new-account"),
    ("ada", "/admin/accounts", "#account-1-act"),
    ("ada", "/admin/extensions", "#extension-1-act"),
    ("ada", "/admin/extensions", "#extension-1-more"),
    ("ada", "/admin", "#waiting-1-approve"),
    ("bob", "/", "#account-2-act"),
]
BEHIND = """selectors => [...document.querySelectorAll(selectors)].filter(element => {
  const box = element.getBoundingClientRect();
  const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return met && !met.closest('#dialog');
}).length"""
CONTROLS = "#page :is(button, a, input, select, textarea)"
WATCH = """words => new MutationObserver(() => {
  window.came ||= document.querySelector('#dialog-body').textContent.includes(words);
}).observe(document, {childList: true, subtree: true})"""
FOCUS_IS_BEHIND = "() => document.activeElement !== document.body && !document.activeElement.closest('#dialog')"


@pytest.fixture
def desk(server):
    """A code, an account whose extension is asked for, and another account."""
    act(server, new_code(server, "bob", "40000001"), "activate")
    ask(server, {"id": 1})
    new_account(server, "bob", "40000002")
    return server


def named_to_assistive_technology(page: Page) -> set[str]:
    """Of the controls that the accessibility tree holds."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "link", "textbox", "searchbox", "checkbox", "combobox", "radio"}
    return {
        node.get("name", {}).get("value", "")
        for node in nodes
        if not node.get("ignored") and node.get("role", {}).get("value") in roles
    }


def test_what_lies_behind_an_open_dialog_cannot_be_reached(desk, sign_in):
    pages = {name: sign_in(desk, name, "/admin" if name == "ada" else "/") for name in ("ada", "bob")}
    for name, path, opener in OPENERS:
        page = pages[name]
        page.goto(path)
        assert page.evaluate(BEHIND, CONTROLS) > 3
        assert "Sign out" in named_to_assistive_technology(page)
        page.locator(opener).click()
        expect(dialog(page).locator("#dialog-body > :not(.before)")).to_have_count(2)

        assert page.evaluate(BEHIND, CONTROLS) == 0, "the pointer reaches it"
        for _ in range(12):
            page.keyboard.press("Tab")
            assert not page.evaluate(FOCUS_IS_BEHIND), "Tab reaches it"
        assert "Sign out" not in named_to_assistive_technology(page)
        assert "Close" in named_to_assistive_technology(page)
        page.keyboard.press("Escape")
        expect(dialog(page)).to_have_count(0)
        expect(page.locator(opener)).to_be_focused()


def test_the_focus_goes_in_and_comes_back_whichever_way_it_is_closed(desk, sign_in):
    ada = sign_in(desk, "ada", "/admin/accounts")
    for leave in (
        lambda: ada.keyboard.press("Escape"),
        lambda: dialog(ada).get_by_role("button", name="Close").click(),
        lambda: ada.mouse.click(5, 5),
    ):
        ada.locator("#new-account").focus()
        ada.keyboard.press("Enter")
        expect(dialog(ada).get_by_label("Client's username")).to_be_focused()
        leave()
        expect(dialog(ada)).to_have_count(0)
        expect(ada.locator("#new-account")).to_be_focused()


def test_what_empties_a_closed_dialog_empties_none_that_is_open_again(desk, sign_in):
    ada = sign_in(desk, "ada", "/admin/accounts")
    held = []
    ada.route("**/static/offline.*", lambda route: held.append(route))
    ada.locator("#new-account").click()
    expect(dialog(ada).get_by_label("Client's username")).to_be_focused()
    ada.keyboard.press("Escape")
    expect(dialog(ada)).to_have_count(0)
    until(ada, lambda: held, "what empties it is asked for")
    ada.locator("#new-account").click()
    expect(dialog(ada).get_by_label("Client's username")).to_be_focused()
    ada.unroute("**/static/offline.*")
    for route in held:
        with suppress(Error):  # it is asked for no more
            route.continue_()
    for _ in range(3):
        ada.evaluate("async () => { await fetch('/static/favicon.svg', {cache: 'no-store'}); }")
    drawn(ada)
    expect(dialog(ada).get_by_label("Client's username")).to_be_focused()


def test_it_opens_at_once_however_slow_the_server_is(desk, sign_in):
    ada = sign_in(desk, "ada", "/admin/codes")
    held = []
    ada.route("**/actions", lambda route: held.append(route))
    ada.locator("#code-1-more").click()
    expect(dialog(ada)).to_contain_text("Just a moment…")
    ada.wait_for_timeout(0)
    for route in held:
        route.continue_()
    expect(dialog(ada)).to_contain_text("40000001")


def test_what_stood_in_it_before_cannot_be_pressed_while_it_waits_for_something_else(desk, sign_in):
    """On a slow network a second press must not confirm what was asked of another row."""
    ada = sign_in(desk, "ada", "/admin/accounts")
    ada.locator("#account-2-act").click()
    extend = dialog(ada).get_by_role("button", name="Extend")
    expect(extend).to_be_enabled()
    ada.keyboard.press("Escape")
    held = []
    ada.route("**/extend", lambda route: held.append(route))
    ada.locator("#account-1-act").click()
    until(ada, lambda: held, "the dialog is asked for")
    assert dialog(ada).locator("button:visible, a:visible").all_inner_texts() == ["×"]
    assert dialog(ada).locator("#dialog-body button:enabled").count() == 0
    expect(dialog(ada).get_by_text("Just a moment…")).to_be_visible()
    held[0].continue_()
    expect(dialog(ada)).to_contain_text("40000001")
    expect(extend).to_be_enabled()


def test_what_does_not_come_is_not_replaced_by_what_was_there_before(desk, sign_in, console):
    """Neither what was closed before, nor what came after it had been closed."""
    console.expect("net::ERR_", "Failed to fetch")
    ada = sign_in(desk, "ada", "/admin/accounts")
    ada.locator("#account-2-act").click()
    expect(dialog(ada).get_by_role("button", name="Extend")).to_be_enabled()
    ada.keyboard.press("Escape")
    expect(ada.locator("#dialog-body")).to_be_empty()
    held = []
    ada.route("**/accounts/2/extend", lambda route: held.append(route))
    ada.route("**/accounts/1/extend", lambda route: route.abort())
    ada.locator("#account-2-act").click()
    until(ada, lambda: held, "the dialog is asked for")
    ada.keyboard.press("Escape")
    ada.evaluate(WATCH, "40000002")
    held[0].continue_()
    until(ada, lambda: ada.evaluate("() => window.came"), "what was asked for comes in, as late as it is")
    expect(ada.locator("#dialog-body")).to_be_empty()
    ada.locator("#account-1-act").click()
    expect(dialog(ada).locator("#press-in-dialog")).to_contain_text("The desk gave no answer")
    expect(ada.locator("#dialog-body")).to_be_empty()
    assert dialog(ada).locator("button:visible, a:visible, h2:visible").all_inner_texts() == ["×"]
    ada.unroute("**/accounts/1/extend")
    ada.keyboard.press("Escape")
    ada.locator("#account-1-act").click()
    expect(dialog(ada)).to_contain_text("40000001")
    expect(dialog(ada).locator("#press-in-dialog")).to_be_empty()


def test_without_javascript_a_plain_link_leads_to_the_same(desk, sign_in):
    ada = sign_in(desk, "ada", "/admin/codes", java_script_enabled=False)
    expect(ada.locator("[commandfor]:visible")).to_have_count(0)
    row(ada, "codes", "40000001").get_by_role("link", name="Actions").click()
    expect(ada.get_by_text("40000001")).to_be_visible()
    ada.get_by_role("link", name="Complete…").click()
    ada.get_by_role("button", name="Complete 1 code").click()
    expect(ada).to_have_url(f"{desk.url}/admin/codes")
    expect(row(ada, "codes", "40000001")).to_contain_text("Completed")
