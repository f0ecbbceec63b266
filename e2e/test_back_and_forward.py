"""Links and the back button: whichever way a page comes back, it is live and true, and nobody's after a sign-out."""

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import act, new_code, row, state


def test_back_and_forward_through_filters_and_pages_of_the_desk(server, sign_in):
    code = new_code(server, "bob", "13000001")
    ada = sign_in(server, "ada", "/admin/codes")
    sockets: list[object] = []
    ada.on("websocket", lambda socket: sockets.append(socket))
    ada.get_by_role("navigation", name="Filter").get_by_role("link", name="Pending").click()
    expect(ada).to_have_url(f"{server.url}/admin/codes?status=pending")
    ada.get_by_role("navigation", name="Main").get_by_role("link", name="Accounts").click()
    expect(ada).to_have_title("Accounts · Codedesk")
    assert sockets == [], "the socket stays while the page changes"

    act(server, code, "activate")
    expect(row(ada, "accounts", "13000001")).to_have_count(1)

    ada.go_back()
    expect(ada).to_have_url(f"{server.url}/admin/codes?status=pending")
    expect(ada.locator("#codes tr")).to_have_count(0)
    expect_still_live(server, ada, "13000002")
    ada.go_back()
    expect(ada).to_have_url(f"{server.url}/admin/codes")
    expect(state(row(ada, "codes", "13000001"))).to_have_text("Activated")
    expect_still_live(server, ada, "13000003")
    ada.go_forward()
    expect(ada).to_have_url(f"{server.url}/admin/codes?status=pending")
    expect_still_live(server, ada, "13000004")
    expect(row(ada, "codes", "13000001")).to_have_count(0)


def test_a_page_to_which_one_comes_back_from_another_is_live(server, sign_in):
    """Chromium fetches it anew, as it keeps no page that is `no-store` and holds a socket; others may keep it."""
    code = new_code(server, "bob", "14000001")
    for name, path in (("bob", "/"), ("ada", "/admin/codes?status=activated")):
        page = sign_in(server, name, path)
        page.locator("#unread").click()
        expect(page).to_have_title("Notifications · Codedesk")
        if name == "bob":
            act(server, code, "activate")
        else:
            act(server, code, "complete")
        page.go_back(wait_until="commit")
        expect(page).not_to_have_title("Notifications · Codedesk")
        wait_until_live(page)
        expect_equals_fresh_load(page)
        new_code(server, "bob", "14000002")
        expect_equals_fresh_load(page)


def test_after_a_sign_out_the_back_button_shows_nobodys_data(server, sign_in):
    new_code(server, "bob", "15000001")
    bob = sign_in(server, "bob")
    expect(row(bob, "codes", "15000001")).to_have_count(1)
    bob.get_by_role("button", name="Sign out").click()
    expect(bob).to_have_title("Sign in · Codedesk")
    bob.go_back(wait_until="commit")
    expect(bob).to_have_url(f"{server.url}/login?next=/")
    expect(bob.get_by_text("15000001")).to_have_count(0)


def expect_still_live(server, ada: Page, account_number: str) -> None:
    new_code(server, "bob", account_number)
    expect(row(ada, "codes", account_number)).to_have_count(1)
    expect_equals_fresh_load(ada)
