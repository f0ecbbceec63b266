"""What somebody is in the middle of goes on undisturbed while the page around it is pushed."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, ask, confirm, dialog, new_account, new_code, row, state

CARET = "e => [document.activeElement === e, e.selectionStart, e.selectionEnd]"


def test_typing_keeps_text_focus_and_caret_while_the_lists_move(server, sign_in):
    code = new_code(server, "bob", "90000001")
    bob = sign_in(server, "bob")
    field = bob.get_by_label("Account number")
    field.press_sequentially("123456")
    field.press("ArrowLeft")
    field.press("ArrowLeft")

    act(server, code, "activate")
    new_code(server, "bob", "90000002")
    expect(state(row(bob, "codes", "90000001"))).to_have_text("Activated")
    expect(row(bob, "codes", "90000002")).to_have_count(1)
    expect(row(bob, "accounts", "90000001")).to_have_count(1)
    assert field.evaluate(CARET) == [True, 4, 4]

    field.press_sequentially("99")
    expect(field).to_have_value("12349956")
    expect_equals_fresh_load(bob)


def test_a_search_that_is_being_typed_survives_a_push(server, sign_in):
    ada = sign_in(server, "ada", "/admin/codes")
    search = ada.locator("#q")
    # What is typed searches after a moment: the code that comes meanwhile is one that the search finds, too.
    search.press_sequentially("bo")
    new_code(server, "bob", "91000001")
    expect(row(ada, "codes", "91000001")).to_have_count(1)
    assert search.evaluate(CARET) == [True, 2, 2]
    search.press_sequentially("b")
    expect(search).to_have_value("bob")
    expect_equals_fresh_load(ada)


def test_an_open_dialog_survives_pushes_and_still_works(server, sign_in):
    account = new_account(server, "bob", "92000001")
    bob = sign_in(server, "bob")
    row(bob, "accounts", "92000001").get_by_role("button", name="Ask to extend").click()
    note = dialog(bob).get_by_label("Note to the admin")
    note.press_sequentially("Because")
    note.press("ArrowLeft")

    act(server, new_code(server, "bob", "92000002"), "activate")
    expect(row(bob, "accounts", "92000002")).to_have_count(1)
    expect(dialog(bob)).to_be_visible()
    assert note.evaluate(CARET) == [True, 6, 6]
    expect(note).to_have_value("Because")
    confirm(bob, "Ask for the extension")
    expect(row(bob, "extensions", "92000001")).to_contain_text("Because")

    ada = sign_in(server, "ada", "/admin/extensions")
    row(ada, "extensions", "92000001").get_by_role("button", name="Reject").click()
    reason = dialog(ada).get_by_label("Reason")
    reason.press_sequentially("Not y")
    ask(server, new_account(server, "eve", "92000003"), owner="eve")
    expect(row(ada, "extensions", "92000003")).to_have_count(1)
    assert reason.evaluate(CARET) == [True, 5, 5]
    reason.press_sequentially("et.")
    confirm(ada, "Reject the request")
    expect(row(bob, "extensions", "92000001")).to_contain_text("Reason: Not yet.")
    assert account["id"] == 1
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_focus_stays_on_the_row_that_somebody_else_changes(server, sign_in):
    new_code(server, "bob", "93000001")
    code = new_code(server, "bob", "93000002")
    ada = sign_in(server, "ada", "/admin/codes")
    button = row(ada, "codes", "93000001").get_by_role("button", name="Activate")
    button.focus()
    act(server, code, "activate", admin="grace")
    new_code(server, "eve", "93000003")
    expect(state(row(ada, "codes", "93000002"))).to_have_text("Activated")
    expect(row(ada, "codes", "93000003")).to_have_count(1)
    expect(button).to_be_focused()
    expect_equals_fresh_load(ada)
