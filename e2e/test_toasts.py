"""Toasts say what has just happened, and are in nobody's way."""

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, api, choose, covered_by_toasts, new_account, new_code, row, toast, unread, until


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


WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 360, "height": 740}
IN_SIGHT = """toasts => toasts.map(toast => {
  const place = toast.closest('.toasts').getBoundingClientRect(), at = toast.getBoundingClientRect();
  return Math.min(at.right, place.right) - Math.max(at.left, place.left) > 20
    && Math.min(at.bottom, place.bottom) - Math.max(at.top, place.top) > 20 ? toast.innerText.trim() : null;
}).filter(Boolean)"""


def test_warnings_stay_until_they_are_closed_whatever_comes_after_them(server, sign_in):
    """Each in its own words, also when the clock and others bring more than a toast can say; the later ones go."""
    accounts = [new_account(server, "bob", f"2500000{number}") for number in range(4)]
    wide, phone = sign_in(server, "bob", viewport=WIDE), sign_in(server, "bob", viewport=PHONE, reduced_motion="reduce")
    for account in accounts:
        api(server, "ada", "/api/admin/accounts", account_id=account["id"], action="suspend")
    for number in range(5):
        api(server, "ada", "/api/admin/broadcast", message=f"Message {number}")
    for page in (wide, phone):
        expect(row(page, "toasts", "changes just now")).to_have_count(1)
        warnings = page.locator("#toasts .toast.warning")
        expect(warnings).to_have_count(4)
        newest_first = [f"2500000{number}" for number in (3, 2, 1, 0)]
        for toast_of, number in zip(warnings.all(), newest_first, strict=True):
            expect(toast_of).to_contain_text(number)
        until(page, lambda page=page: not still_there(page, ":not(.warning)"), "what is no warning goes")
        expect(row(page, "toasts", "changes just now")).to_be_hidden()
        assert page.locator("#toasts .warning:visible").count() == 4
        seen = page.locator("#toasts .warning").evaluate_all(IN_SIGHT)
        assert newest_first[0] in seen[0], "the newest is in sight"
        assert len(seen) == (4 if page is wide else 2)
        for left in (3, 2, 1, 0):
            page.locator("#toasts .warning:visible").last.get_by_role("button", name="Dismiss").click()
            expect(page.locator("#toasts .warning:visible")).to_have_count(left)


def test_a_flood_of_warnings_fills_no_page_and_leads_to_the_inbox(servers, sign_in):
    server = servers(DESK_QUOTAS="off")
    bob, phone = sign_in(server, "bob"), sign_in(server, "bob", viewport=PHONE)
    codes = [new_code(server, "bob", f"260000{number:02}")["id"] for number in range(30)]
    api(server, "ada", "/api/admin/codes", code_id=codes, action="expire")
    api(server, "ada", "/api/admin/broadcast", message="An ordinary one")
    for page in (bob, phone):
        expect(row(page, "toasts", "An ordinary one")).to_have_count(1)
        assert page.locator("#toasts .warning:not(:empty)").count() == 20
    toast(bob, "An ordinary one")
    api(server, "ada", "/api/admin/broadcast", message="The last word", level="error")
    for page in (bob, phone):
        expect(page.locator("#toasts > :first-child")).to_contain_text("The last word")
        expect(page.locator("#toasts :is(.warning, .error):not(:empty)")).to_have_count(20)
        assert covered_by_toasts(page) == []
        page.locator(".toasts > button").click()
        expect(page).to_have_url(f"{server.url}/notifications")
        expect(page.locator("#notifications li")).to_have_count(32)
        expect(page.locator("#toasts .warning:visible").first).to_be_visible()
        expect_equals_fresh_load(page)
    # Who marks all as seen has seen them.
    bob.get_by_role("button", name="Mark all as seen").click()
    for page in (bob, phone):
        expect(page.locator("#unread .zero")).to_have_count(1)
        until(page, lambda page=page: not still_there(page), "they go")


FINISH = "() => document.getAnimations().forEach(each => each.effect.getTiming().iterations === 1 && each.finish())"


def still_there(page: Page, which: str = "") -> int:
    """Toasts that are seen when all that runs has come to its end, also what has begun since the last time."""
    page.evaluate(FINISH)
    return page.locator(f"#toasts .toast{which}:visible").count()


def test_what_one_does_oneself_is_no_warning_and_can_be_taken_back_beside_some(server, sign_in):
    account = new_account(server, "bob", "27000001")
    for look in ({}, {"viewport": PHONE}):
        ada = sign_in(server, "ada", "/admin/accounts", **look)
        for number in range(8):
            api(server, "grace", "/api/admin/broadcast", message=f"Beware of number {number}", level="warning")
        toast(ada, "Beware of number 7")
        choose(ada, row(ada, "accounts", "27000001"), "Suspend")
        own = ada.locator("#toasts .own", has_text="ada suspended")
        expect(own).to_be_visible()
        if not look:
            assert own.evaluate_all(IN_SIGHT)
        own.get_by_role("button", name="Undo").click()
        expect(row(ada, "accounts", "27000001")).to_contain_text("Valid")
        assert account["status"] == "valid"
        ada.context.close()
