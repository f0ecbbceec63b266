"""In and out of the desk."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import new_code, row
from tests.people import PASSWORDS


def test_signing_in_leads_where_one_was_going(server, stranger, console):
    console.expect("status of 401")
    page = stranger(server).new_page()
    page.goto("/admin/accounts")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#login-password-error")).to_have_text("User name or password is wrong.")
    expect(page.get_by_label("Username")).to_have_value("ada")
    page.get_by_label("Password").fill(PASSWORDS["ada"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/admin/accounts")
    wait_until_live(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{server.url}/login")


def test_somebody_new_registers_and_has_a_live_desk(server, stranger, sign_in, console):
    console.expect("status of 409")
    page = stranger(server).new_page()
    page.goto("/register")
    for name in ("bob", "carol"):
        page.get_by_label("Username").fill(name)
        page.get_by_label("Email").fill("carol@example.com")
        page.get_by_label("Password").fill("a-quiet-lighthouse")
        page.get_by_role("button", name="Create my desk").click()
        if name == "bob":
            expect(page.locator("#register-username-error")).to_have_text("This name cannot be had.")
            expect(page.get_by_label("Email")).to_have_value("carol@example.com")
    wait_until_live(page)
    ada = sign_in(server, "ada", "/admin/activity")
    expect(row(ada, "activity", "carol registered")).to_have_count(1)
    page.get_by_label("Account number").fill("20000001")
    page.get_by_role("button", name="Generate code").click()
    expect(row(ada, "activity", "carol generated code")).to_have_count(1)
    for live in (ada, page):
        expect_equals_fresh_load(live)


def test_signing_out_closes_the_other_tabs_of_that_session_only(server, sign_in, console):
    console.expect("status of 401")
    bob = sign_in(server, "bob")
    other = bob.context.new_page()
    other.goto("/notifications")
    wait_until_live(other)
    phone = sign_in(server, "bob", "/", viewport={"width": 360, "height": 700})

    bob.get_by_role("button", name="Sign out").click()
    expect(bob).to_have_url(f"{server.url}/login")
    expect(other.locator("#connection")).not_to_contain_text("live")

    new_code(server, "bob", "21000001")
    expect(row(phone, "codes", "21000001")).to_have_count(1)
    expect(phone.locator("#connection")).to_contain_text("live")
    other.get_by_role("link", name="Desk", exact=True).click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    expect_equals_fresh_load(phone)
