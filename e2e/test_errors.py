"""What cannot be done is said where it was tried, in words, and what was typed is kept."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import act, ask, dialog, generate, new_account, new_code, row, state


def test_errors_stand_at_their_field_with_what_was_typed(server, sign_in, console):
    console.expect("status of 422")
    new_account(server, "bob", "15000001")
    bob = sign_in(server, "bob")
    # The browser's own check would not let this through; the desk's is the one that counts.
    bob.locator("#generate").evaluate("form => form.noValidate = true")
    generate(bob, "12x", plan="90", platform="mt4")
    field = bob.get_by_label("Account number")
    expect(bob.locator("#generate-account_number-error")).to_contain_text("4 to 12 digits")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "generate-account_number-error")
    expect(field).to_have_value("12x")
    expect(bob.get_by_label("Plan")).to_have_value("90")
    expect(bob.locator("#generate [value=mt4]")).to_be_checked()
    expect(bob.locator("#codes tr")).to_have_count(0)

    field.fill("15000002")
    bob.get_by_role("button", name="Generate code").click()
    expect(row(bob, "codes", "15000002")).to_contain_text("MT4")
    expect(bob.locator("#generate .error")).to_have_count(0)
    expect_equals_fresh_load(bob)


def test_errors_in_a_dialog_leave_it_open(server, sign_in, console):
    console.expect("status of 422")
    ada = sign_in(server, "ada", "/admin/accounts")
    ada.get_by_role("button", name="New account…").click()
    dialog(ada).get_by_label("Client's username").fill("nobody")
    dialog(ada).get_by_label("Account number").fill("16000001")
    dialog(ada).get_by_role("button", name="Create the account").click()
    expect(dialog(ada).locator(".error")).to_have_text("There is no client called “nobody”.")
    expect(dialog(ada).get_by_label("Account number")).to_have_value("16000001")
    dialog(ada).get_by_label("Client's username").fill("eve")
    dialog(ada).get_by_role("button", name="Create the account").click()
    expect(dialog(ada)).to_have_count(0)
    expect(row(ada, "accounts", "16000001")).to_contain_text("eve")
    expect_equals_fresh_load(ada)


def test_whoever_comes_second_is_told_who_was_first_and_sees_the_row_as_it_is(server, sign_in, console):
    console.expect("status of 409")
    code = new_code(server, "bob", "17000001")
    ada = sign_in(server, "ada", "/admin/codes")
    # Ada's page does not hear of it: her socket gets nothing more.
    sockets = silence(ada)
    act(server, code, "cancel", admin="grace")
    row(ada, "codes", "17000001").get_by_role("button", name="Activate").click()
    toast = ada.locator("#toasts .toast.error")
    expect(toast).to_contain_text(f"Code {code['code']} is cancelled (by grace")
    expect(toast).to_contain_text("Nothing was changed")
    expect(state(row(ada, "codes", "17000001"))).to_have_text("Cancelled")
    expect(row(ada, "codes", "17000001").get_by_role("button", name="Activate")).to_have_count(0)
    assert sockets


def test_two_admins_decide_the_same_request(server, sign_in, console):
    console.expect("status of 409")
    ask(server, new_account(server, "bob", "18000001"))
    ada = sign_in(server, "ada", "/admin/extensions")
    grace = sign_in(server, "grace", "/admin/extensions")
    row(ada, "extensions", "18000001").get_by_role("button", name="Approve").click()
    expect(dialog(ada)).to_be_visible()
    row(grace, "extensions", "18000001").get_by_role("button", name="Reject").click()
    dialog(grace).get_by_label("Reason").fill("No.")
    dialog(grace).get_by_role("button", name="Reject the request").click()
    expect(state(row(ada, "extensions", "18000001"))).to_have_text("Rejected")
    dialog(ada).get_by_role("button", name="Approve 30 days").click()
    expect(dialog(ada).get_by_role("alert")).to_contain_text("rejected (by grace")
    expect(dialog(ada)).to_contain_text("Nothing is left to be done here.")
    expect(dialog(ada).locator("#dialog-body button")).to_have_count(0)
    for page in (ada, grace):
        expect_equals_fresh_load(page)


def silence(page) -> list[object]:
    """From now on nothing that the server sends by the socket arrives."""
    routed: list[object] = []

    def route(socket) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: socket.send(message) if "live" in message else None)
        routed.append(socket)

    page.route_web_socket("**/live", route)
    page.reload()
    expect(page.locator("#connection")).to_contain_text("live")
    return routed
