"""The keyboard is always somewhere: each flow is walked, and after each step the focus stands where one goes on."""

import pytest
from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import act, api, ask, dialog, new_account, new_code, row, state, toast
from e2e.test_help import go
from tests.people import PASSWORDS


def focused(page: Page, selector: str) -> None:
    expect(page.locator(selector)).to_be_focused()
    assert page.evaluate("() => document.activeElement.matches(':focus-visible')")


def enter_on(page: Page, selector: str) -> None:
    """As one who came by Tab: what is focused by a script right after a key counts as focused by the keyboard."""
    page.keyboard.press("Shift")
    expect(page.locator(selector)).to_be_visible()  # a row that has just come is not there at once
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
    ada.locator("#q").press_sequentially("5400")
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


def test_an_admins_dialogs_lead_back_to_the_row(server, sign_in):
    accounts = [new_account(server, "bob", f"5800000{number}") for number in range(3)]
    for account in accounts[:2]:
        ask(server, account)
    ada = sign_in(server, "ada", "/admin/extensions")
    enter_on(ada, "#extension-1-act")
    focused(ada, "#dialog .submit button")
    ada.keyboard.press("Enter")
    expect(state(row(ada, "extensions", "58000000"))).to_have_text("Approved")
    focused(ada, "#extension-1-act")
    enter_on(ada, "#extension-2-more")
    focused(ada, "#dialog textarea")
    ada.keyboard.type("Not yet")
    enter_on(ada, "#dialog .danger")
    expect(state(row(ada, "extensions", "58000001"))).to_have_text("Rejected")
    focused(ada, "#extension-2-act")
    expect_equals_fresh_load(ada)

    go(ada, "A")
    expect(ada).to_have_url(f"{server.url}/admin/accounts")
    focused(ada, "#landing")
    enter_on(ada, "#account-3-act")
    focused(ada, "#extend-account-days")
    ada.keyboard.press("ControlOrMeta+a")
    ada.keyboard.type("9")
    ada.keyboard.press("Enter")
    expect(row(ada, "accounts", "58000002")).to_contain_text("39 days left")
    focused(ada, "#account-3-more")
    ada.keyboard.press("Enter")
    focused(ada, "#dialog .sheet .primary")
    enter_on(ada, "#dialog button[value=suspend]")
    expect(state(row(ada, "accounts", "58000002"))).to_have_text("Suspended")
    focused(ada, "#account-3-more")

    # A toast's own buttons: it goes with what was pressed in it.
    enter_on(ada, "#toasts form button >> nth=-1")
    expect(state(row(ada, "accounts", "58000002"))).to_have_text("Valid")
    focused(ada, "#landing")
    while ada.locator("#toasts .close").count():
        enter_on(ada, "#toasts .close >> nth=-1")
        focused(ada, "#landing")
    enter_on(ada, "#sort-accounts")
    expect(ada).to_have_url(f"{server.url}/admin/accounts?sort=end")
    focused(ada, "#landing")
    expect_equals_fresh_load(ada)


def test_a_clients_dialog_leads_back_to_the_row(server, sign_in):
    new_account(server, "bob", "58100000")
    bob = sign_in(server, "bob")
    enter_on(bob, "#account-1-act")
    focused(bob, "#extend-plan")
    enter_on(bob, "#dialog .primary")
    expect(row(bob, "accounts", "58100000")).to_contain_text("Request waits")
    focused(bob, "#account-1-act")
    enter_on(bob, "#extension-1-act")
    expect(state(row(bob, "extensions", "58100000"))).to_have_text("Withdrawn")
    focused(bob, "#extension-1-act")
    expect_equals_fresh_load(bob)


def test_on_the_dashboard(server, sign_in):
    codes = [new_code(server, "bob", f"5820000{number}") for number in range(3)]
    accounts = [new_account(server, "bob", f"5821000{number}") for number in range(3)]
    requests = [ask(server, account) for account in accounts]
    ada = sign_in(server, "ada", "/admin")
    enter_on(ada, "#waiting-code-1 button")
    expect(ada.locator("#waiting-code-1")).to_have_count(0)
    focused(ada, "#waiting-codes-title")
    enter_on(ada, "#waiting-1-approve")
    focused(ada, "#dialog .submit button")
    ada.keyboard.press("Enter")
    expect(ada.locator("#waiting-1")).to_have_count(0)
    focused(ada, "#waiting-list-title")

    # What somebody else decides stays where it was, with the focus, and the way leads on to its neighbour.
    for selector, decide in (
        ("#waiting-code-2 button", lambda: act(server, codes[1], "activate", admin="grace")),
        ("#waiting-2-approve", lambda: decided(server, requests[1])),
    ):
        ada.keyboard.press("Shift")
        ada.locator(selector).focus()
        decide()
        expect(ada.locator(f"{selector.split()[0].removesuffix('-approve')} .gone")).to_have_count(1)
        focused(ada, selector)
    for _ in range(4):  # over the other button, the client and the request
        ada.keyboard.press("Tab")
    focused(ada, "#waiting-3-approve")
    ada.evaluate("() => document.activeElement.blur()")
    expect(ada.locator("#waiting-2, #waiting-code-2")).to_have_count(0)
    expect_equals_fresh_load(ada)


def decided(server, request) -> None:
    api(server, "grace", "/api/admin/extension-requests", request_id=request["id"], action="approve")


def test_from_sign_in_by_keys_and_filters_to_sign_out(server, stranger):
    for number in range(3):
        new_code(server, "bob", f"5830000{number}")
    ada = stranger(server).new_page()
    ada.goto("/login")
    focused(ada, "#login-username")
    ada.keyboard.type("ada")
    ada.keyboard.press("Tab")
    ada.keyboard.type(PASSWORDS["ada"])
    ada.keyboard.press("Enter")
    expect(ada).to_have_url(f"{server.url}/admin")
    wait_until_live(ada)
    for key, path in (
        ("M", "/me"),
        ("O", "/admin"),
        ("X", "/admin/extensions"),
        ("N", "/notifications"),
        ("C", "/admin/codes"),
    ):
        go(ada, key)
        expect(ada).to_have_url(server.url + path)
        focused(ada, "#landing")

    go(ada, "S")
    focused(ada, "#q")
    enter_on(ada, "#narrow-summary")
    ada.keyboard.press("Tab")
    ada.keyboard.press("Tab")
    focused(ada, "#narrow-platform")
    ada.keyboard.press("ArrowDown")
    expect(ada).to_have_url(f"{server.url}/admin/codes?platform=mt4")
    focused(ada, "#narrow-platform")
    enter_on(ada, ".chosen .clear")
    expect(ada).to_have_url(f"{server.url}/admin/codes")
    focused(ada, "#landing")

    ada.keyboard.press("Shift")
    ada.locator("#code-3 [type=checkbox]").focus()
    ada.keyboard.press("Space")
    expect(ada.locator(".many-selected")).to_have_text("1 selected")
    focused(ada, "#code-3 [type=checkbox]")
    enter_on(ada, "#select-page")
    expect(ada.locator(".many-selected")).to_have_text("3 selected")
    focused(ada, "#select-page")
    enter_on(ada, "#batch-cancel")
    focused(ada, "#dialog .affected")
    enter_on(ada, "#dialog .submit button")
    expect(dialog(ada)).to_have_count(0)
    focused(ada, "#landing")
    expect_equals_fresh_load(ada)
    enter_on(ada, ".user-menu button")
    expect(ada).to_have_url(f"{server.url}/login")
    focused(ada, "#login-username")


def test_when_the_rows_come_all_at_once_the_focus_goes_to_the_top_of_the_page(servers, sign_in, console):
    """More has changed than a page holds, and the row that has the focus is not among what it shows now."""
    console.expect("status of 409")
    server = servers(DESK_PAGE_SIZE="2")
    codes = [new_code(server, "bob", f"5840000{number}") for number in range(5)]
    ada = sign_in(server, "ada", "/admin/codes?status=pending")
    enter_on(ada, "#hold")
    expect(ada.locator("#waiting-updates")).to_be_visible()
    for code in codes[1:]:
        act(server, code, "activate", admin="grace")
    enter_on(ada, "#code-5-act")
    expect(ada.locator("#code-1")).to_have_count(1)
    focused(ada, "#landing")
