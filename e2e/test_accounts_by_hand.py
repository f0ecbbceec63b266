"""What admins do with accounts on their own: create, extend, suspend, restore."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import choose, confirm, dialog, row, state, toast


def test_an_account_is_created_extended_suspended_and_restored_by_hand(server, sign_in):
    ada = sign_in(server, "ada", "/admin/accounts")
    bob = sign_in(server, "bob")
    eve = sign_in(server, "eve")

    ada.get_by_role("button", name="New account…").click()
    expect(dialog(ada).get_by_label("Client's username")).to_be_focused()
    dialog(ada).get_by_label("Client's username").fill("bob")
    dialog(ada).get_by_text("MT4").click()
    dialog(ada).get_by_label("Account number").fill("60000001")
    dialog(ada).get_by_label("Plan").select_option("180")
    confirm(ada, "Create the account")
    theirs, his = row(ada, "accounts", "60000001"), row(bob, "accounts", "60000001")
    expect(theirs).to_contain_text("by hand")
    expect(his).to_contain_text("180 days left")
    toast(bob, "You have a new account")

    theirs.get_by_role("button", name="Extend").click()
    dialog(ada).get_by_label("Days to add").fill("20")
    confirm(ada, "Extend the account", naming="60000001")
    expect(his).to_contain_text("200 days left")
    toast(bob, "20 days longer")

    choose(ada, theirs, "Suspend")
    expect(state(his)).to_have_text("Suspended")
    expect(his.get_by_role("button", name="Ask to extend")).to_have_count(0)
    expect(row(bob, "notifications", "was suspended")).to_have_count(1)

    theirs.get_by_role("button", name="Restore").click()
    expect(state(his)).to_have_text("Valid")
    expect(state(theirs)).to_have_text("Valid")
    expect(row(bob, "notifications", "was restored")).to_have_count(1)
    expect(eve.locator("#accounts tr, #notifications li, .toast")).to_have_count(0)
    for page in (ada, bob, eve):
        expect_equals_fresh_load(page)
