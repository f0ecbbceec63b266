"""Everything without a mouse."""

from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import dialog, new_code, row, state


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
    tab_to(ada, "#codes :is(button, input)")
    arrow_to(ada, "#code-1-act")
    ada.keyboard.press("Enter")
    expect(state(row(ada, "codes", "23000001"))).to_have_text("Activated")
    expect(row(bob, "accounts", "23000001")).to_have_count(1)

    expect(ada.locator("#code-1-act")).to_have_text("Complete…")
    ada.keyboard.press("Enter")
    expect(dialog(ada)).to_be_visible()
    tab_to(ada, "#dialog .submit button")
    ada.keyboard.press("Enter")
    expect(state(row(bob, "codes", "23000001"))).to_have_text("Completed")
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_a_page_of_fifty_codes_has_few_tab_stops(servers, sign_in):
    """And the arrows lead from row to row; before, each of its buttons was one."""
    server = servers(DESK_QUOTAS="off")
    for number in range(50):
        new_code(server, "bob", f"230001{number:02}")
    ada = sign_in(server, "ada", "/admin/codes")
    expect(ada.locator("#codes tr")).to_have_count(50)
    stops = []
    for _ in range(60):
        ada.keyboard.press("Tab")
        if ada.evaluate("() => document.activeElement === document.body"):
            break
        stops.append(ada.evaluate("() => [document.activeElement.closest('tbody')?.id, document.activeElement.id]"))
    assert len(stops) <= 34, stops
    assert len([stop for stop in stops if stop[0] == "codes"]) == 1

    tab_to(ada, "#codes *")
    rows = set()
    for _ in range(11):
        rows.add(ada.evaluate("() => document.activeElement.closest('tr').id"))
        ada.keyboard.press("ArrowDown")
    assert rows == {"code-50", "code-49", "code-48"}, "a tick, the client, the number, an action and the rest of each"
    ada.keyboard.press("End")
    assert ada.evaluate("() => document.activeElement.id") == "code-1-more"
    ada.keyboard.press("Home")
    assert ada.evaluate("() => document.activeElement.closest('tr').id") == "code-50"


def test_one_click_selects_a_key_whole_and_says_how_to_copy(server, sign_in):
    code = new_code(server, "bob", "23000200")
    selected = "() => getSelection().toString().trim()"
    for name, path in (("ada", "/admin/codes"), ("bob", "/")):
        page = sign_in(server, name, path)
        key = page.locator("#code-1 .key code")
        key.click(position={"x": 20, "y": 6})
        assert page.evaluate(selected) == code["code"]
        hint = page.locator(".copy-hint")
        expect(hint).to_be_visible()
        expect(hint).to_contain_text("Ctrl+C")
        if name == "ada":
            page.locator("#code-1-more").click()
            key = dialog(page).locator(".whole")
            key.click(position={"x": 20, "y": 6})
            assert page.evaluate(selected) == code["code"]
            expect(dialog(page)).to_contain_text("Ctrl+C or ⌘C copies it")


def arrow_to(page: Page, selector: str, most: int = 10) -> None:
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {selector}")


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
