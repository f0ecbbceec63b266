"""A press is never silent: when no answer comes, words stand where it was made, what was typed is kept, and the same
press works once the desk is back."""

import re
from collections.abc import Iterable

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import NO_SERVER, act, ask, choose, dialog, new_account, new_code, row, state, until

WORDS = "The desk gave no answer"
FORGET = """() => {
  for (const said of document.querySelectorAll('#press > *, #press-in-dialog > *')) {
    said.outerHTML = '<span class="no-words"></span>';
  }
}"""
PRESSED = ":is(a, button):not(.plain, .spent, .skip, .visually-hidden, [download])"
"""A file that does not come is the browser's to tell."""
ANYWHERE, IN_ITS_CONTENT = (f"{where} {PRESSED}, #toasts form button" for where in ("#page", "#page main"))
PAGES = {
    "ada": (
        "/admin", "/admin/codes", "/admin/extensions", "/admin/activity", "/admin/broadcast", "/admin/accounts",
    ),
    "bob": ("/", "/notifications", "/me", "/help"),
}  # fmt: skip
TYPED = {"/": "Account number", "/admin/broadcast": "Message"}


def opened(page: Page, path: str) -> Page:
    """Another tab of the same browser."""
    other = page.context.new_page()
    other.goto(path)
    wait_until_live(other)
    return other


@pytest.mark.parametrize("who", PAGES)
def test_with_the_server_killed_every_button_and_link_says_so(servers, sign_in, console, who):
    console.expect(*NO_SERVER)
    server = servers(DESK_PAGE_SIZE="2")
    for number in range(3):
        new_code(server, "bob", f"6000000{number}")
    ask(server, new_account(server, "bob", "60000012", plan="7"))
    new_account(server, "bob", "60000013", plan="7")
    first = sign_in(server, who, PAGES[who][0])
    pages = {path: first if path == PAGES[who][0] else opened(first, path) for path in PAGES[who]}
    for path, page in pages.items():
        if path in TYPED:
            page.get_by_label(TYPED[path]).fill("60000009")
        for message in page.locator("[name=message]").all():
            message.fill("60000009")
        if path == "/me":
            for field in page.locator("main :is([type=password], [type=email])").all():
                field.fill("nobody@example.com")
        if path == "/admin/broadcast":
            page.get_by_role("checkbox").check()
        if path == "/admin/codes":
            page.get_by_role("button", name="Select page").click()
            expect(page.locator("#batch .many-selected")).to_have_text("2 selected")
        if path == "/admin/accounts":
            choose(page, row(page, "accounts", "60000013"), "Suspend")
            expect(page.get_by_role("button", name="Undo")).to_be_visible()
    server.kill()
    for path, page in reversed(pages.items()):  # what can be undone is there for a while only
        expect(page.locator("#connection [role=alert]")).to_contain_text("offline")
        # What stands around it is the same on all pages.
        pressed = page.locator(ANYWHERE if page is first else IN_ITS_CONTENT).all()
        controls = one_of_each(control for control in pressed if control.is_visible())
        assert len(controls) > (5 if page is first else 0) or path == "/help", path
        for control in controls:
            press(page, control)
        if path in TYPED:
            expect(page.get_by_label(TYPED[path])).to_have_value("60000009")
        if path == "/admin/codes":
            assert page.locator("#codes :checked").count() == 2
        if page is not first:
            page.close()  # it would look for the desk until the last has had its turn


def one_of_each(controls: Iterable[Locator]) -> list[Locator]:
    """Of rows, which are alike but for their numbers, the first."""
    found = {}
    for control in controls:
        markup = control.evaluate("e => e.cloneNode(false).outerHTML + (e.closest('tbody, ol') ? '' : e.textContent)")
        found.setdefault(re.sub(r"[0-9]+|[0-9A-Z]{5}(-[0-9A-Z]{5})+", "", markup), control)
    return list(found.values())


def press(page: Page, control: Locator) -> None:
    page.evaluate(FORGET)
    control.click()
    if page.locator("#dialog:modal").count():
        expect(dialog(page).locator("#press-in-dialog")).to_contain_text(WORDS)
        page.keyboard.press("Escape")
    else:
        expect(page.locator("#press")).to_contain_text(WORDS)
        assert distance(page, control.bounding_box()) < 20, control.evaluate("e => e.outerHTML")


DIALOGS = (
    ("bob", "/", "#account-2-act"),
    ("ada", "/admin/codes", "#code-1-more"), ("ada", "/admin/codes", "#code-2-act"),
    ("ada", "/admin/codes", "#batch-cancel"),
    ("ada", "/admin/accounts", "#account-2-more"), ("ada", "/admin/accounts", "#account-2-act"),
    ("ada", "/admin/accounts", "#new-account"),
    ("ada", "/admin/extensions", "#extension-1-act"), ("ada", "/admin/extensions", "#extension-1-more"),
)  # fmt: skip
FIELDS = "#dialog-body :is(input:not([type]), input[type=text], textarea)"


def test_in_a_dialog_it_says_so_too_and_keeps_what_was_typed(server, sign_in, console):
    console.expect(*NO_SERVER)
    act(server, new_code(server, "bob", "62000001"), "activate")
    act(server, new_code(server, "bob", "62000002"), "activate")
    ask(server, {"id": 1})
    tabs = {who: sign_in(server, who, path) for who, path in (("bob", "/"), ("ada", "/admin"))}
    pages = [opened(tabs[who], path) for who, path, _ in DIALOGS]
    for page, (_, _, opener) in zip(pages, DIALOGS, strict=True):
        if opener.startswith("#batch"):
            page.locator("#codes [type=checkbox]").first.check()
        page.locator(opener).click()
        expect(page.locator("#dialog.htmx-request")).to_have_count(0)
        expect(dialog(page).locator("#dialog-body form, #dialog-body > div").first).to_be_visible()
        for field in dialog(page).locator(FIELDS).all():
            field.fill("1234567")
    server.kill()
    for page in pages:
        expect(page.locator("#connection")).to_contain_text("offline")
        controls = dialog(page).locator("#dialog-body :is(a, button)").all()
        assert controls
        for control in controls:
            page.evaluate(FORGET)
            control.click()
            expect(dialog(page).locator("#press-in-dialog")).to_contain_text(WORDS)
        for field in dialog(page).locator(FIELDS).all():
            expect(field).to_have_value("1234567")
    server.start()
    for page in pages:
        wait_until_live(page)
        page.keyboard.press("Escape")
        expect(dialog(page)).to_have_count(0)


def test_what_is_refused_says_so_where_it_was_pressed_and_a_slow_answer_is_spoken_of(server, sign_in, console):
    console.expect("status of 409")
    code = new_code(server, "bob", "63000001")
    ada = sign_in(server, "ada", "/admin/codes")
    ada.locator("#hold").click()
    expect(ada.locator("#pause")).to_contain_text("Paused")
    act(server, code, "cancel", admin="grace")
    press = row(ada, "codes", "63000001").get_by_role("button", name="Activate")
    place = press.bounding_box()
    held = []
    ada.route("**/static/offline.*", lambda route: held.append(route))
    press.click()
    expect(ada.locator("#press")).to_contain_text("is cancelled (by grace")
    assert distance(ada, place) < 20
    until(ada, lambda: held, "what takes back the words of the press before is asked for")
    for route in held:
        route.continue_()
    expect(ada.locator("span.htmx-request")).to_have_count(0)
    expect(ada.locator("#press")).to_contain_text("is cancelled (by grace")

    slow = sign_in(server, "bob")
    slow.route("**/api/generate-code", lambda route: None)
    slow.get_by_label("Account number").fill("63000002")
    slow.get_by_role("button", name="Generate code").click()
    said = "() => getComputedStyle(document.querySelector('#press'), '::after').content"
    until(slow, lambda: "Still waiting" in slow.evaluate(said), "words about a slow answer")


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
