"""Bob asks for more time; Ada approves or rejects, or Bob thinks better of it."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load, look_away
from e2e.steps import ask, confirm, dialog, new_account, row, state, toast


def test_an_extension_is_asked_for_and_approved(server, sign_in):
    new_account(server, "bob", "50000001", plan="30")
    bob = sign_in(server, "bob")
    ada = sign_in(server, "ada", "/admin/extensions")
    grace = sign_in(server, "grace", "/admin")

    row(bob, "accounts", "50000001").get_by_role("button", name="Ask to extend").click()
    dialog(bob).get_by_label("Extend by").select_option("90")
    dialog(bob).get_by_label("Note to the admin").fill("The robot runs <well>")
    confirm(bob, "Ask for the extension", naming="50000001")

    expect(row(bob, "accounts", "50000001")).to_contain_text("Request waits")
    expect(row(bob, "extensions", "50000001")).to_contain_text("+90 days")
    expect(row(ada, "extensions", "50000001")).to_contain_text("The robot runs <well>")
    expect(ada.locator("#waiting")).to_contain_text("1")
    toast(ada, "bob asks for 90 days more")
    expect(row(grace, "waiting-list ol", "bob")).to_have_count(1)

    row(ada, "extensions", "50000001").get_by_role("button", name="Approve").click()
    confirm(ada, "Approve 90 days", naming="The robot runs <well>")
    expect(state(row(ada, "extensions", "50000001"))).to_have_text("Approved")
    expect(ada.locator("#waiting")).to_be_empty()
    expect(grace.locator("#waiting-list li")).to_have_count(0)
    expect(row(bob, "accounts", "50000001")).to_contain_text("120 days left")
    expect(row(bob, "accounts", "50000001").get_by_role("button", name="Ask to extend")).to_be_visible()
    expect(state(row(bob, "extensions", "50000001"))).to_have_text("Approved")
    toast(bob, "was approved")
    for page in (ada, bob, grace):
        expect_equals_fresh_load(page)


def test_an_extension_is_rejected_and_bob_reads_why(server, sign_in):
    ask(server, new_account(server, "bob", "51000001"))
    bob = sign_in(server, "bob")
    ada = sign_in(server, "ada", "/admin/extensions?status=pending")

    row(ada, "extensions", "51000001").get_by_role("button", name="Reject").click()
    expect(dialog(ada).get_by_label("Reason")).to_be_focused()
    dialog(ada).get_by_label("Reason").fill("The last invoice is still open.")
    confirm(ada, "Reject the request", naming="51000001")
    look_away(ada)

    expect(ada.locator("#extensions tr")).to_have_count(0)
    expect(ada.get_by_text("Nothing matches")).to_be_visible()
    request = row(bob, "extensions", "51000001")
    expect(state(request)).to_have_text("Rejected")
    expect(request).to_contain_text("Reason: The last invoice is still open.")
    toast(bob, "was rejected: The last invoice is still open.")
    expect(row(bob, "notifications", "The last invoice is still open.")).to_have_count(1)
    expect(row(bob, "accounts", "51000001")).to_contain_text("30 days left")
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_an_extension_is_withdrawn_before_anybody_decides(server, sign_in):
    ask(server, new_account(server, "bob", "52000001"))
    bob = sign_in(server, "bob")
    ada = sign_in(server, "ada", "/admin/extensions")
    grace = sign_in(server, "grace", "/admin/accounts")
    expect(row(ada, "extensions", "52000001").get_by_role("button", name="Approve")).to_be_visible()

    row(bob, "extensions", "52000001").get_by_role("button", name="Withdraw").click()

    expect(state(row(ada, "extensions", "52000001"))).to_have_text("Withdrawn")
    expect(row(ada, "extensions", "52000001").get_by_role("button", name="Approve")).to_have_count(0)
    toast(ada, "bob withdrew")
    expect(row(bob, "accounts", "52000001").get_by_role("button", name="Ask to extend")).to_be_visible()
    for page in (ada, bob, grace):
        expect_equals_fresh_load(page)
