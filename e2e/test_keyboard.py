"""Everything without a mouse."""

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import dialog, row, state


def test_generate_activate_and_complete_with_the_keyboard_alone(server, sign_in):
    bob = sign_in(server, "bob")
    ada = sign_in(server, "ada", "/admin/codes")

    tab_to(bob, ".skip", most=3)
    bob.keyboard.press("Enter")
    tab_to(bob, "#generate [value=mt5]")
    bob.keyboard.press("ArrowLeft")
    bob.keyboard.press("Tab")
    bob.keyboard.type("23000001")
    bob.keyboard.press("Enter")
    expect(row(bob, "codes", "23000001")).to_contain_text("MT4")

    expect(row(ada, "codes", "23000001")).to_have_count(1)
    tab_to(ada, "#code-1 .actions button")
    ada.keyboard.press("Enter")
    expect(state(row(ada, "codes", "23000001"))).to_have_text("Activated")
    expect(row(bob, "accounts", "23000001")).to_have_count(1)

    tab_to(ada, "#code-1 .actions a[href*=complete]")
    ada.keyboard.press("Enter")
    expect(dialog(ada)).to_be_visible()
    tab_to(ada, "#dialog .submit button")
    ada.keyboard.press("Enter")
    expect(state(row(bob, "codes", "23000001"))).to_have_text("Completed")
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
