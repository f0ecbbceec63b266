"""Bob generates a code; Ada sees it come, activates it; Bob sees his account appear."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load


def test_a_code_travels_from_client_to_admin_and_back(server, sign_in):
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    eve = sign_in(server, "eve")

    bob.fill("#generate [name=account_number]", "12345678")
    bob.click("#generate button")

    row = ada.locator("#codes tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("12345678")
    expect(row).to_contain_text("bob")
    expect(ada.locator("#toasts")).to_contain_text("bob generated code")
    expect(bob.locator("#codes tr")).to_have_count(1)

    ada.click("#codes button:has-text('Activate')")
    expect(bob.locator("#codes tr")).to_contain_text("Activated")
    expect(bob.locator("#accounts tr")).to_have_count(1)
    expect(bob.locator("#toasts")).to_contain_text("is active")
    expect(eve.locator("#codes tr")).to_have_count(0)

    for page in (ada, bob, eve):
        expect_equals_fresh_load(page)
