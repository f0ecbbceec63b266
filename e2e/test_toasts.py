"""Toasts say what has just happened, and are in nobody's way."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, api, new_account, new_code, row, toast, unread


def test_at_most_three_toasts_stand_at_once_and_none_takes_the_focus(server, sign_in):
    bob = sign_in(server, "bob")
    ada = sign_in(server, "ada", "/admin/codes", reduced_motion="reduce")
    for page in (bob, ada):
        expect(page.locator("#toasts")).to_have_attribute("role", "status")
        expect(page.locator("#toasts > *")).to_have_count(0)
    field = bob.get_by_label("Account number")
    field.focus()
    for number in range(6):
        api(server, "ada", "/api/admin/broadcast", message=f"Message {number}")
    for page in (bob, ada):
        expect(row(page, "toasts", "changes just now")).to_be_visible()
        assert 1 <= page.locator("#toasts .toast:visible").count() <= 3
        expect(page.locator("#unread .count")).to_have_text("6")
    expect(field).to_be_focused()
    for page in (bob, ada):
        expect_equals_fresh_load(page)


def test_a_warning_is_not_lost_in_a_burst(server, sign_in):
    new_account(server, "bob", "21000001")
    bob = sign_in(server, "bob")
    for number in range(3):
        api(server, "ada", "/api/admin/broadcast", message=f"Message {number}")
    expect(row(bob, "toasts", "just now")).to_be_visible()
    api(server, "ada", "/api/admin/accounts", account_id=1, action="suspend")
    toast(bob, "was suspended")
    api(server, "ada", "/api/admin/broadcast", message="Message 4")
    expect(unread(bob)).to_have_text("6")
    expect(row(bob, "toasts", "changes just now")).to_be_visible()
    toast(bob, "was suspended")


def test_the_one_who_acts_sees_no_toast_twice(server, sign_in):
    code = new_code(server, "bob", "22000001")
    ada = sign_in(server, "ada", "/admin/codes")
    row(ada, "codes", "22000001").get_by_role("button", name="Activate").click()
    toast(ada, "ada activated code")
    act(server, code, "complete")
    toast(ada, "ada completed code")
    assert ada.locator("#toasts .toast").count() == 2


def test_toasts_leave_by_themselves_also_with_reduced_motion(server, sign_in):
    pages = [sign_in(server, "bob"), sign_in(server, "eve", reduced_motion="reduce")]
    api(server, "ada", "/api/admin/broadcast", message="Soon gone")
    for page in pages:
        toast(page, "Soon gone")
        animations = page.locator(".toast").evaluate(
            "e => e.getAnimations().map(a => [a.animationName, a.effect.getTiming().delay])"
        )
        assert ["leave", 8000] in animations
        page.locator(".toast").evaluate("e => e.getAnimations().forEach(a => { a.currentTime = 9000; })")
        expect(page.locator(".toast")).to_be_hidden()
