"""The server dies without a good-bye while Ada and Bob work; things go on without them; their pages catch up alone."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import NO_SERVER, act, api, new_account, new_code, row, rows, state
from tests.server import Server


def test_pages_catch_up_after_a_crash_with_what_happened_meanwhile(server, sign_in, console, tmp_path):
    console.expect(*NO_SERVER)
    code = new_code(server, "bob", "10000001")
    ada = sign_in(server, "ada", "/admin/codes")
    waiting = sign_in(server, "grace", "/admin/codes?status=pending")
    bob = sign_in(server, "bob")
    bob.get_by_label("Account number").press_sequentially("5555")

    server.kill()
    for page in (ada, waiting, bob):
        expect(page.locator("#connection")).to_contain_text("offline")

    with Server(server.database_url, log=tmp_path / "other.log") as elsewhere:
        act(elsewhere, code, "activate")
        new_code(elsewhere, "bob", "10000002")
        new_account(elsewhere, "bob", "10000003")
        api(elsewhere, "ada", "/api/admin/broadcast", message="We had a crash")
    server.start()

    for page in (ada, waiting, bob):
        wait_until_live(page)
    expect(state(row(ada, "codes", "10000001"))).to_have_text("Activated")
    assert rows(ada, "codes") == rows(bob, "codes") == ["code-2", "code-1"]
    assert rows(waiting, "codes") == ["code-2"]
    assert rows(bob, "accounts") == ["account-2", "account-1"]
    expect(row(bob, "notifications", "We had a crash")).to_have_count(1)
    expect(bob.get_by_label("Account number")).to_have_value("5555")

    row(ada, "codes", "10000002").get_by_role("button", name="Activate").click()
    expect(state(row(bob, "codes", "10000002"))).to_have_text("Activated")
    for page in (ada, waiting, bob):
        expect_equals_fresh_load(page)


def test_what_happens_before_the_pages_are_back_is_told_once(server, sign_in, console):
    console.expect(*NO_SERVER)
    ada = sign_in(server, "ada", "/notifications")
    bob = sign_in(server, "bob")
    new_code(server, "bob", "11000001")
    expect(ada.locator("#notifications li")).to_have_count(1)
    server.kill()
    server.start()
    for number in range(2, 7):
        new_code(server, "bob", f"1100000{number}")
    for page in (ada, bob):
        wait_until_live(page)
        expect_equals_fresh_load(page)
    expect(ada.locator("#notifications li")).to_have_count(4)  # the last of them stands for three
    expect(bob.locator("#codes tr")).to_have_count(6)
    expect(ada.locator("#unread .count")).to_have_text("4")


def test_a_restart_in_good_order_is_hardly_noticed(server, sign_in, console):
    console.expect(*NO_SERVER)
    bob = sign_in(server, "bob")
    server.stop()
    expect(bob.locator("#connection")).to_contain_text("offline")
    server.start()
    wait_until_live(bob)
    new_code(server, "bob", "12000001")
    expect(row(bob, "codes", "12000001")).to_have_count(1)
    expect_equals_fresh_load(bob)
