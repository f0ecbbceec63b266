"""Links, the back button and the browser's back/forward cache: whichever way a page comes back, it is live and true."""

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


def test_a_page_from_the_back_forward_cache_comes_to_life_again(server, sign_in):
    code = new_code(server, "bob", "14000001")
    for name, path in (("bob", "/"), ("ada", "/admin/codes?status=activated")):
        page = sign_in(server, name, path)
        page.evaluate("document.documentElement.dataset.kept = 'yes'")
        page.locator("#unread").click()
        expect(page).to_have_title("Notifications · Codedesk")
        if name == "bob":
            act(server, code, "activate")
        else:
            act(server, code, "complete")
        page.go_back(wait_until="commit")
        expect(page).not_to_have_title("Notifications · Codedesk")
        assert page.evaluate("document.documentElement.dataset.kept") == "yes", "it did not come from the cache"
        wait_until_live(page)
        expect_equals_fresh_load(page)
        new_code(server, "bob", "14000002")
        expect_equals_fresh_load(page)


def expect_still_live(server, ada: Page, account_number: str) -> None:
    new_code(server, "bob", account_number)
    expect(row(ada, "codes", account_number)).to_have_count(1)
    expect_equals_fresh_load(ada)
