"""Ada completes, cancels and expires codes; Bob sees what that does to his accounts."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, choose, confirm, dialog, new_code, row, state, toast


def test_complete_cancel_and_expire_ask_first_and_reach_the_client(server, sign_in):
    codes = {number: new_code(server, "bob", number) for number in ("40000001", "40000002", "40000003")}
    for code in codes.values():
        act(server, code, "activate")
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")

    for number, action, end, account in (
        ("40000001", "Complete", "Completed", "Valid"),
        ("40000002", "Cancel", "Cancelled", "Suspended"),
        ("40000003", "Expire", "Expired", "Expired"),
    ):
        choose(ada, row(ada, "codes", number), f"{action}…")
        expect(dialog(ada)).to_contain_text("This cannot be undone")
        confirm(ada, f"{action} 1 code", naming=codes[number]["code"])
        expect(state(row(ada, "codes", number))).to_have_text(end)
        expect(row(ada, "codes", number).get_by_role("button", name=f"{action} {number}")).to_have_count(0)
        expect(state(row(bob, "codes", number))).to_have_text(end)
        expect(state(row(bob, "accounts", number))).to_have_text(account)
        expect(row(bob, "notifications", codes[number]["code"]).first).to_contain_text(
            {"Completed": "was completed", "Cancelled": "was cancelled", "Expired": "has expired"}[end]
        )
    toast(bob, codes["40000001"]["code"])
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_a_dialog_that_is_closed_changes_nothing(server, sign_in):
    code = new_code(server, "bob", "41000001")
    ada = sign_in(server, "ada", "/admin/codes")
    for leave in (
        lambda: dialog(ada).get_by_role("button", name="Close").click(),
        lambda: ada.mouse.click(5, 5),
        lambda: ada.keyboard.press("Escape"),
    ):
        choose(ada, row(ada, "codes", "41000001"), "Cancel…")
        expect(dialog(ada)).to_contain_text(code["code"])
        leave()
        expect(dialog(ada)).to_have_count(0)
        expect(state(row(ada, "codes", "41000001"))).to_have_text("Pending")
    expect_equals_fresh_load(ada)


def test_a_pending_code_is_cancelled_and_no_account_comes_of_it(server, sign_in):
    new_code(server, "bob", "42000001")
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    choose(ada, row(ada, "codes", "42000001"), "Cancel…")
    confirm(ada, "Cancel 1 code")
    expect(state(row(bob, "codes", "42000001"))).to_have_text("Cancelled")
    expect(bob.locator("#accounts tr")).to_have_count(0)
    for page in (ada, bob):
        expect_equals_fresh_load(page)
