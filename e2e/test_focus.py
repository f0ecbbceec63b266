"""The keyboard is always somewhere: each flow is walked, and after each step the focus stands where one goes on."""

import pytest
from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, api, ask, dialog, new_account, new_code, row, state, toast


def focused(page: Page, selector: str) -> None:
    expect(page.locator(selector)).to_be_focused()
    assert page.evaluate("() => document.activeElement.matches(':focus-visible')")


def enter_on(page: Page, selector: str) -> None:
    """As one who came by Tab: what is focused by a script right after a key counts as focused by the keyboard."""
    page.keyboard.press("Shift")
    page.locator(selector).focus()
    focused(page, selector)
    page.keyboard.press("Enter")


def test_an_action_in_a_row_and_its_dialog(server, sign_in):
    for number in range(3):
        new_code(server, "bob", f"5000000{number}")
    ada = sign_in(server, "ada", "/admin/codes")
    enter_on(ada, "#code-2-act")
    expect(state(row(ada, "codes", "50000001"))).to_have_text("Activated")
    focused(ada, "#code-2-act")

    ada.keyboard.press("Enter")
    focused(ada, "#dialog .affected")
    ada.keyboard.press("Escape")
    focused(ada, "#code-2-act")

    ada.keyboard.press("Enter")
    focused(ada, "#dialog .affected")
    ada.keyboard.press("Tab")
    focused(ada, "#dialog .submit button")
    ada.keyboard.press("Enter")
    expect(state(row(ada, "codes", "50000001"))).to_have_text("Completed")
    focused(ada, "#code-2-more")
    ada.keyboard.press("Enter")
    expect(dialog(ada)).to_contain_text("This is final")
    ada.keyboard.press("Escape")
    focused(ada, "#code-2-more")

    enter_on(ada, "#code-1-more")
    focused(ada, "#dialog .sheet .primary")
    ada.keyboard.press("Enter")
    expect(state(row(ada, "codes", "50000000"))).to_have_text("Activated")
    expect(dialog(ada)).to_have_count(0)
    focused(ada, "#code-1-more")
    expect_equals_fresh_load(ada)


def test_an_action_that_takes_the_row_away_and_the_way_to_its_neighbour(server, sign_in):
    for number in range(3):
        new_code(server, "bob", f"5100000{number}")
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    enter_on(ada, "#code-2-act")
    expect(ada.locator("#code-2 .gone")).to_have_count(1)
    focused(ada, "#code-2-act")
    ada.keyboard.press("ArrowDown")
    focused(ada, "#code-2-more")
    ada.keyboard.press("ArrowDown")
    assert ada.evaluate("() => document.activeElement.closest('tr').id") == "code-1"
    expect_equals_fresh_load(ada)


def test_what_somebody_else_does_to_the_focused_row(server, sign_in):
    code = new_code(server, "bob", "52000001")
    account = new_account(server, "bob", "52000002")
    request = ask(server, account)
    ada = sign_in(server, "ada", "/admin/codes")
    waiting = sign_in(server, "ada", "/admin/extensions")
    bob = sign_in(server, "bob")
    for page, selector in ((ada, "#code-1-act"), (waiting, "#extension-1-act"), (bob, "#extension-1-act")):
        page.keyboard.press("Shift")
        page.locator(selector).focus()
    for action, says in (("activate", "Activated"), ("complete", "Completed")):
        act(server, code, action, admin="grace")
        expect(state(row(ada, "codes", "52000001"))).to_have_text(says)
        focused(ada, "#code-1-act")
    api(server, "grace", "/api/admin/extension-requests", request_id=request["id"], action="approve")
    for page in (waiting, bob):
        expect(state(row(page, "extensions", "52000002"))).to_have_text("Approved")
        focused(page, "#extension-1-act")

    bob.locator("#account-2-act").focus()
    api(server, "grace", "/api/admin/accounts", account_id=account["id"], action="suspend")
    expect(state(row(bob, "accounts", "52000002"))).to_have_text("Suspended")
    assert bob.evaluate("() => document.activeElement !== document.body")
    for page in (ada, waiting, bob):
        expect_equals_fresh_load(page)


@pytest.mark.parametrize("link", ["#codes-next", ".tabs a:nth-child(2)", "nav a[href='/admin/accounts']"])
def test_a_link_leads_to_the_top_of_what_it_shows(servers, sign_in, link):
    server = servers(DESK_PAGE_SIZE="2")
    for number in range(4):
        new_code(server, "bob", f"5300000{number}")
    ada = sign_in(server, "ada", "/admin/codes")
    address = ada.url
    enter_on(ada, link)
    expect(ada).not_to_have_url(address)
    focused(ada, "#landing")
    ada.keyboard.press("Tab")
    assert ada.evaluate("() => document.activeElement.closest('main') !== null")


def test_a_search_goes_on_where_it_is_typed(server, sign_in):
    new_code(server, "bob", "54000001")
    ada = sign_in(server, "ada", "/admin/codes")
    ada.get_by_role("searchbox").press_sequentially("5400")
    ada.keyboard.press("Enter")
    expect(ada).to_have_url(f"{server.url}/admin/codes?q=5400")
    focused(ada, "#q")


def test_a_refused_form_goes_on_at_its_first_fault(server, sign_in, console):
    console.expect("status of 422")
    new_account(server, "bob", "55000001")
    bob = sign_in(server, "bob")
    bob.locator("#generate").evaluate("form => form.noValidate = true")
    bob.get_by_label("Account number").fill("12x")
    enter_on(bob, "#generate .primary")
    focused(bob, "#generate-account_number")

    ada = sign_in(server, "ada", "/admin/accounts")
    enter_on(ada, "#new-account")
    focused(ada, "#create-account-username")
    ada.keyboard.type("bob")
    ada.locator("#create-account").evaluate("form => form.noValidate = true")
    enter_on(ada, "#create-account .primary")
    focused(ada, "#create-account-account_number")
    ada.keyboard.type("55000002")
    ada.keyboard.press("Enter")
    expect(row(ada, "accounts", "55000002")).to_have_count(1)
    focused(ada, "#landing")
    expect_equals_fresh_load(ada)


def test_a_form_that_was_taken_says_so_where_it_stood(server, sign_in):
    bob = sign_in(server, "bob")
    bob.keyboard.press("Shift")
    bob.get_by_label("Account number").focus()
    bob.keyboard.type("56000001")
    bob.keyboard.press("Enter")
    focused(bob, "#generate .done")
    code = bob.locator("#codes .key code").inner_text()
    expect(bob.locator("#generate .done")).to_contain_text(code)
    expect(bob.get_by_label("Account number")).to_be_empty()

    ada = sign_in(server, "ada", "/admin/broadcast")
    ada.get_by_label("Message").fill("We close early")
    ada.get_by_label("Send to everyone").check()
    enter_on(ada, "#broadcast .primary")
    focused(ada, "#broadcast .done")
    toast(bob, "We close early")
    focused(bob, "#generate .done")
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_what_has_nothing_more_to_do_keeps_the_focus(server, sign_in):
    request = ask(server, new_account(server, "bob", "57000001"))
    for number in range(2):
        new_code(server, "bob", f"5700001{number}")
    bob = sign_in(server, "bob")
    enter_on(bob, f"#extension-{request['id']}-act")
    expect(state(row(bob, "extensions", "57000001"))).to_have_text("Withdrawn")
    focused(bob, f"#extension-{request['id']}-act")
    enter_on(bob, "#seen button")
    expect(bob.locator("#notifications .unread")).to_have_count(0)
    focused(bob, "#seen button")

    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    enter_on(ada, "#hold")
    expect(ada.locator("#waiting-updates")).to_be_visible()
    focused(ada, "#hold")
    ada.keyboard.press("Enter")
    expect(ada.locator("#waiting-updates")).to_have_count(0)
    focused(ada, "#hold")
    for tick in ada.locator("#codes [type=checkbox]").all():
        tick.check()
    enter_on(ada, "#batch-activate")
    expect(ada.locator("#codes tr:not(:has(.gone))")).to_have_count(0)
    assert ada.evaluate("() => document.activeElement.closest('#batch') !== null")
    for page in (ada, bob):
        expect_equals_fresh_load(page)
