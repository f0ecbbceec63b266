"""Bob generates a code; Ada sees it come, activates it; Bob sees his account appear."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load, look_away
from e2e.steps import generate, row, state, toast, unread


def test_a_code_travels_from_client_to_admin_and_back(server, sign_in):
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    eve = sign_in(server, "eve")

    generate(bob, "12345678", plan="90")

    arrived = row(ada, "codes", "12345678")
    expect(arrived).to_have_count(1)
    expect(arrived).to_contain_text("bob")
    expect(arrived).to_contain_text("90 days")
    expect(state(arrived)).to_have_text("Pending")
    toast(ada, "bob generated code")
    expect(unread(ada)).to_have_text("1")
    expect(bob.locator("#codes tr")).to_have_count(1)

    arrived.get_by_role("button", name="Activate").click()
    expect(state(row(bob, "codes", "12345678"))).to_have_text("Activated")
    expect(row(bob, "accounts", "12345678")).to_contain_text("90 days left")
    toast(bob, "is active")
    expect(unread(bob)).to_have_text("1")
    expect(row(bob, "notifications", "is active")).to_have_count(1)
    expect(eve.locator("#codes tr, #accounts tr, #notifications li, .toast")).to_have_count(0)

    for page in (ada, bob, eve):
        expect_equals_fresh_load(page)


def test_the_dashboard_counts_along(server, sign_in):
    grace = sign_in(server, "grace", "/admin")
    bob = sign_in(server, "bob")
    pending = grace.locator("#stats a[href$='codes?status=pending'] b")
    expect(pending).to_have_text("0")

    generate(bob, "20000001", plan="7")
    generate(bob, "20000002", plan="7")
    expect(bob.locator("#codes tr")).to_have_count(2)
    expect(pending).to_have_text("2")
    expect(grace.locator("#latest li")).to_have_count(2)

    grace.locator("#stats a[href$='codes?status=pending']").click()
    row(grace, "codes", "20000001").get_by_role("button", name="Activate").click()
    look_away(grace)
    expect(grace.locator("#codes tr")).to_have_count(1)
    grace.get_by_role("link", name="Dashboard").click()
    expect(pending).to_have_text("1")
    for page in (grace, bob):
        expect_equals_fresh_load(page)


def test_a_double_click_generates_one_code(server, sign_in):
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    bob.get_by_label("Account number").fill("30000001")
    bob.get_by_role("button", name="Generate code").dblclick()
    expect(bob.locator("#codes tr")).to_have_count(1)
    generate(bob, "30000002")
    for page in (ada, bob):
        expect(page.locator("#codes tr")).to_have_count(2)
        expect_equals_fresh_load(page)
