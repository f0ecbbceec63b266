"""Ada ticks several codes and acts on them at once."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import choose, confirm, dialog, new_code, row, state


def test_ticks_survive_a_push_and_all_ticked_codes_change_at_once(server, sign_in):
    codes = [new_code(server, "bob", f"8000000{number}") for number in range(4)]
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    expect(ada.locator("#batch")).to_be_hidden()
    for number in (0, 1, 2):
        row(ada, "codes", f"8000000{number}").get_by_role("checkbox").check()

    new_code(server, "eve", "80000009")
    expect(row(ada, "codes", "80000009")).to_have_count(1)
    row(ada, "codes", "80000003").get_by_role("button", name="Activate").click()
    expect(state(row(bob, "codes", "80000003"))).to_have_text("Activated")
    expect(ada.locator("#codes :checked")).to_have_count(3)

    batch = ada.locator("#batch")
    batch.get_by_role("button", name="Activate").click()
    for number in (0, 1, 2):
        expect(state(row(ada, "codes", f"8000000{number}"))).to_have_text("Activated")
        expect(state(row(bob, "codes", f"8000000{number}"))).to_have_text("Activated")
        expect(row(bob, "accounts", f"8000000{number}")).to_have_count(1)
    expect(state(row(ada, "codes", "80000009"))).to_have_text("Pending")

    batch.get_by_role("button", name="Clear").click()
    expect(batch).to_be_hidden()
    for number in (1, 2):
        row(ada, "codes", f"8000000{number}").get_by_role("checkbox").check()
    batch.get_by_role("button", name="Complete…").click()
    for number in (1, 2):
        expect(dialog(ada)).to_contain_text(codes[number]["code"])
    expect(dialog(ada)).not_to_contain_text(codes[0]["code"])
    confirm(ada, "Complete 2 codes")
    for number in (1, 2):
        expect(state(row(bob, "codes", f"8000000{number}"))).to_have_text("Completed")
    expect(batch).to_be_hidden()
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_a_batch_in_which_somebody_was_first_changes_nothing(server, sign_in, console):
    console.expect("status of 409")
    codes = [new_code(server, "bob", f"8100000{number}") for number in range(3)]
    ada = sign_in(server, "ada", "/admin/codes")
    for number in range(3):
        row(ada, "codes", f"8100000{number}").get_by_role("checkbox").check()
    ada.locator("#batch").get_by_role("button", name="Cancel…").click()
    expect(dialog(ada)).to_contain_text(codes[0]["code"])

    grace = sign_in(server, "grace", "/admin/codes")
    choose(grace, row(grace, "codes", "81000001"), "Expire…")
    confirm(grace, "Expire 1 code")
    expect(state(row(ada, "codes", "81000001"))).to_have_text("Expired")
    dialog(ada).get_by_role("button", name="Cancel 3 codes").click()

    expect(dialog(ada).get_by_role("alert")).to_contain_text(f"Code {codes[1]['code']} is expired (by grace")
    expect(state(row(ada, "codes", "81000000"))).to_have_text("Pending")
    expect(dialog(ada)).to_contain_text("1 code is left out")
    expect(dialog(ada).locator(".affected")).not_to_contain_text(codes[1]["code"])
    dialog(ada).get_by_role("button", name="Cancel 2 codes").click()
    for number in (0, 2):
        expect(state(row(ada, "codes", f"8100000{number}"))).to_have_text("Cancelled")
    for page in (ada, grace):
        expect_equals_fresh_load(page)


def test_more_codes_than_one_transaction_takes_change_with_one_press(servers, sign_in):
    """By the list's own bar, in portions; by the API an action takes 200 at most."""
    server = servers(DESK_PAGE_SIZE="500", DESK_QUOTAS="off")
    for number in range(201):
        new_code(server, "bob", f"82{number:06}")
    ada = sign_in(server, "ada", "/admin/codes")
    expect(ada.locator("#codes > tr")).to_have_count(201)
    ticks = ada.locator("#codes [type=checkbox]")
    ticks.evaluate_all("boxes => boxes.forEach(box => box.click())")
    expect(ada.locator("#codes :checked")).to_have_count(201)
    ada.locator("#batch").get_by_role("button", name="Activate").click()
    expect(ada.locator("#codes .badge.activated")).to_have_count(201)
    expect_equals_fresh_load(ada)
