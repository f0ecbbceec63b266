"""A press is never silent: when no answer comes, words stand where it was made, what was typed is kept, and the same
press works once the desk is back."""

import pytest
from playwright.sync_api import Page, expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import NO_SERVER, ask, dialog, new_account, new_code, row, state

WORDS = "The desk gave no answer"
FORGET = "() => document.querySelectorAll('#press, #press-in-dialog').forEach(each => each.replaceChildren())"
LEAVES = "a:not([hx-get]), form[action='/logout'] *"
"""What leads off the live page, where the browser itself says that nothing answers."""
PRESSED = f"#page :is(button, a):not({LEAVES}):not(.plain, .spent, .visually-hidden)"


@pytest.mark.parametrize(
    ("who", "path"), [("ada", "/admin/codes"), ("ada", "/admin/accounts"), ("ada", "/admin"), ("bob", "/")]
)
def test_with_the_server_killed_every_button_and_link_says_so(server, sign_in, console, who, path):
    console.expect(*NO_SERVER)
    new_code(server, "bob", "60000001")
    ask(server, new_account(server, "bob", "60000002", plan="7"))
    new_account(server, "bob", "60000003", plan="7")
    page = sign_in(server, who, path)
    if who == "bob":
        page.get_by_label("Account number").fill("60000009")
    server.kill()
    expect(page.locator("#connection")).to_contain_text("offline")
    controls = [control for control in page.locator(PRESSED).all() if control.is_visible()]
    assert len(controls) > 5
    for control in controls:
        page.evaluate(FORGET)
        control.click()
        if page.locator("#dialog:modal").count():
            expect(dialog(page).locator("#press-in-dialog")).to_contain_text(WORDS)
            page.keyboard.press("Escape")
        else:
            expect(page.locator("#press")).to_contain_text(WORDS)
            assert distance(page, control.bounding_box()) < 20
    if who == "bob":
        expect(page.get_by_label("Account number")).to_have_value("60000009")


def distance(page: Page, pressed) -> float:
    """Pixels between what was pressed and the words, up and down."""
    words = page.locator("#press").bounding_box()
    below = words["y"] - (pressed["y"] + pressed["height"])
    above = pressed["y"] - (words["y"] + words["height"])
    return max(below, above)


def test_the_same_press_works_once_the_desk_is_back(server, sign_in, console):
    console.expect(*NO_SERVER)
    new_code(server, "bob", "61000001")
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    bob.get_by_label("Account number").fill("61000002")
    server.kill()
    bob.get_by_role("button", name="Generate code").click()
    row(ada, "codes", "61000001").get_by_role("button", name="Activate").click()
    for page in (ada, bob):
        expect(page.locator("#press")).to_contain_text(WORDS)
    server.start()
    for page in (ada, bob):
        wait_until_live(page)
    bob.get_by_role("button", name="Generate code").click()
    expect(bob.locator("#generate .done")).to_be_visible()
    row(ada, "codes", "61000001").get_by_role("button", name="Activate").click()
    expect(state(row(ada, "codes", "61000001"))).to_have_text("Activated")
    for page in (ada, bob):
        expect(row(page, "codes", "61000002")).to_have_count(1)
        expect_equals_fresh_load(page)
