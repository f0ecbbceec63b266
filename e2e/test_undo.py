"""Ada takes back what she has just done; what Bob reads of why; and toasts that are in nobody's way."""

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import api, choose, confirm, covered_by_toasts, dialog, new_account, new_code, row, state, toast


def own_toast(page: Page, text: str):
    return page.locator("#toasts .toast", has_text=text)


def test_suspending_with_a_reason_is_taken_back_in_the_toast(server, sign_in):
    new_account(server, "bob", "20000001")
    ada = sign_in(server, "ada", "/admin/accounts")
    grace = sign_in(server, "grace", "/admin/accounts")
    bob = sign_in(server, "bob")
    theirs, his = row(ada, "accounts", "20000001"), row(bob, "accounts", "20000001")
    theirs.get_by_role("button", name="Actions").click()
    dialog(ada).get_by_label("Reason").fill("The invoice is open.")
    dialog(ada).get_by_role("button", name="Suspend").click()
    expect(state(his)).to_have_text("Suspended")
    toast(bob, "was suspended. Reason: The invoice is open.")
    toast(grace, "ada suspended the account")
    expect(grace.get_by_role("button", name="Undo")).to_have_count(0)

    own_toast(ada, "ada suspended").get_by_role("button", name="Undo").click()
    expect(state(his)).to_have_text("Valid")
    toast(bob, "was restored")
    expect(own_toast(ada, "ada suspended")).to_have_count(0)
    toast(ada, "ada restored")

    theirs.get_by_role("button", name="Extend").click()
    dialog(ada).get_by_label("Days to add").fill("20")
    confirm(ada, "Extend the account")
    expect(his).to_contain_text("50 days left")
    own_toast(ada, "by 20 days").get_by_role("button", name="Undo").click()
    expect(his).to_contain_text("30 days left")
    expect(row(bob, "notifications", "was taken back")).to_have_count(1)
    for page in (ada, grace, bob):
        expect_equals_fresh_load(page)


def test_what_has_changed_since_is_not_undone(server, sign_in, console):
    console.expect("status of 409")
    account = new_account(server, "bob", "20000002")
    ada = sign_in(server, "ada", "/admin/accounts")
    choose(ada, row(ada, "accounts", "20000002"), "Suspend")
    expect(state(row(ada, "accounts", "20000002"))).to_have_text("Suspended")
    api(server, "grace", "/api/admin/accounts", account_id=account["id"], action="restore")
    own_toast(ada, "ada suspended").get_by_role("button", name="Undo").click()
    toast(ada, "has been changed since (by grace")
    expect(state(row(ada, "accounts", "20000002"))).to_have_text("Valid")
    expect_equals_fresh_load(ada)


def test_a_reason_for_cancelling_reaches_the_client(server, sign_in):
    new_code(server, "bob", "20000003")
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    choose(ada, row(ada, "codes", "20000003"), "Cancel…")
    dialog(ada).get_by_label("Reason").fill("Ordered twice.")
    confirm(ada, "Cancel 1 code")
    toast(bob, "was cancelled. Reason: Ordered twice.")
    expect(row(bob, "notifications", "Ordered twice.")).to_have_count(1)


def test_many_at_once_are_confirmed_as_what_they_are(server, sign_in):
    for number in range(5):
        new_code(server, "bob", f"2010000{number}")
    ada = sign_in(server, "ada", "/admin/codes")
    grace = sign_in(server, "grace", "/admin/codes")
    ada.get_by_role("button", name="Select page").click()
    ada.locator("#batch").get_by_role("button", name="Activate").click()
    toast(ada, "5 codes activated")
    toast(grace, "ada activated 5 codes")
    expect(ada.locator("#toasts")).not_to_contain_text("just now")
    assert ada.locator("#toasts .toast:visible").count() == 1


def test_toasts_cover_no_control_and_can_be_closed_with_the_keyboard_too(server, sign_in):
    for number in range(12):
        new_account(server, "bob", f"202000{number:02}", plan="7")
        new_code(server, "bob", f"203000{number:02}")
    sizes = {"phone": (360, 740), "wide": (1360, 800), "widest": (1920, 1000)}
    for who, path in (("ada", "/admin/accounts"), ("ada", "/admin/codes"), ("bob", "/")):
        page = sign_in(server, who, path, reduced_motion="reduce")
        for message in ("One more thing, which is rather long: the desk is closed on Sunday.", "Two", "Three"):
            api(server, "grace", "/api/admin/broadcast", message=message, level="warning")
        toast(page, "Three")
        for size, (width, height) in sizes.items():
            page.set_viewport_size({"width": width, "height": height})
            for where in (0, 200, 100_000):
                page.evaluate("y => scrollTo(0, y)", where)
                assert covered_by_toasts(page) == [], f"{path}, {size}, {where}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.set_viewport_size({"width": 360, "height": 740})
        page.locator("#hold").click(trial=True)
        page.set_viewport_size({"width": 1360, "height": 800})
        shown = page.locator(".toast:visible")
        before = shown.count()
        shown.last.get_by_role("button", name="Dismiss").focus()
        page.keyboard.press("Enter")
        expect(shown).to_have_count(before - 1)
        expect_equals_fresh_load(page)
        page.context.close()
