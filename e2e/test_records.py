"""Every thing can be opened: what has happened to it stands there, and what people write about it."""

from playwright.sync_api import Locator, Page, expect

from e2e.axe import complaints
from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import api, ask, confirm, dialog, new_account, new_code, row, toast


def said(page: Page, text: str) -> Locator:
    return page.locator("#timeline > li", has_text=text)


def write(page: Page, label: str, text: str, button: str = "Send") -> None:
    page.get_by_label(label).fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    expect(said(page, text)).to_have_count(1)
    expect(page.get_by_label(label)).to_be_empty()


def live(page: Page, in_thai: bool = False) -> None:
    if in_thai:
        expect(page.locator("#connection")).to_contain_text("เชื่อมต่อสด", timeout=15_000)
    else:
        wait_until_live(page)


def test_a_rejection_is_talked_over_and_decided_anew_with_bob_in_thai(server, sign_in):
    account = new_account(server, "bob", "47000001")
    request = ask(server, account, note="The harvest is late.")
    api(server, "bob", "/me", language="th", zone="Asia/Bangkok")
    bob = sign_in(server, "bob", f"/requests/{request['id']}", waits=False)
    live(bob, in_thai=True)
    ada = sign_in(server, "ada", "/admin/extensions")
    grace = sign_in(server, "grace", f"/admin/extensions/{request['id']}")
    row(ada, "extensions", "47000001").get_by_role("link", name="30 days").click()
    expect(ada.locator("#request")).to_contain_text("The harvest is late.")
    wait_until_live(ada)
    ada.get_by_role("button", name="Reject…").click()
    dialog(ada).get_by_label("Reason").fill("Which harvest?")
    confirm(ada, "Reject the request")
    expect(bob.locator("#request")).to_contain_text("Which harvest?")

    # An answer needs no new request.
    write(bob, "ข้อความถึงโต๊ะ", "Rice, in the north.", "ส่ง")
    toast(grace, "bob wrote")
    for page in (ada, grace):
        expect(said(page, "Rice, in the north.")).to_have_count(1)
    write(grace, "Message to bob", "Bob always pays.", "Keep as a note for admins")
    expect(said(ada, "Bob always pays.")).to_contain_text("for admins only")
    write(ada, "Message to bob", "Then ask once more.")
    expect(said(bob, "Then ask once more.")).to_have_count(1)
    expect(said(bob, "Bob always pays.")).to_have_count(0)
    for page in (ada, grace):
        assert complaints(page) == []
        expect_equals_fresh_load(page)
    assert complaints(bob) == []
    expect_equals_fresh_load(bob)

    # All of it stands in the licence's record, and in the person's.
    ada.locator("#request").get_by_role("link", name="47000001").click()
    expect(ada.locator("#account")).to_contain_text("47000001")
    expect(said(ada, "Bob always pays.")).to_have_count(1)
    ada.locator("#account").get_by_role("link", name="bob").click()
    expect(ada.locator("#person-facts")).to_contain_text("bob@")
    expect(said(ada, "Rice, in the north.")).to_contain_text("about")
    wait_until_live(ada)
    write(ada, "Message to bob", "Good luck with the rice.")
    bob.goto("/me")
    live(bob, in_thai=True)
    expect(said(bob, "Good luck with the rice.")).to_have_count(1)
    write(bob, "ข้อความถึงโต๊ะ", "Thank you, and hello.", "ส่ง")
    expect(said(ada, "Thank you, and hello.")).to_have_count(1)
    for page in (ada, bob):
        expect_equals_fresh_load(page)


def test_a_pending_code_is_corrected_and_taken_back_while_an_admin_looks_at_it(server, sign_in):
    code = new_code(server, "bob", "47000002")
    bob = sign_in(server, "bob")
    row(bob, "codes", "47000002").get_by_role("link", name="47000002").click()
    expect(bob.locator("#code .badge")).to_have_text("Pending")
    wait_until_live(bob)
    ada = sign_in(server, "ada", f"/admin/codes/{code['id']}")
    bob.get_by_role("button", name="Correct or take back…").click()
    dialog(bob).get_by_label("Right account number").fill("47000003")
    confirm(bob, "Correct it")
    for page in (ada, bob):
        expect(page.locator("#code-title")).to_contain_text("47000003")
        expect_equals_fresh_load(page)
    bob.get_by_role("button", name="Correct or take back…").click()
    confirm(bob, "Take the code back")
    for page in (ada, bob):
        expect(page.locator("#code .badge")).to_have_text("Cancelled")
        expect(page.get_by_role("button", name="Correct or take back…")).to_have_count(0)
        expect(page.get_by_role("button", name="Actions…")).to_have_count(0)
        expect_equals_fresh_load(page)


def test_records_are_opened_and_written_on_without_a_script(server, sign_in):
    account = new_account(server, "bob", "47000004")
    request = ask(server, account)
    code = new_code(server, "bob", "47000005")
    ada = sign_in(server, "ada", "/admin/accounts", java_script_enabled=False)
    bob = sign_in(server, "bob", "/", java_script_enabled=False)
    row(ada, "accounts", "47000004").get_by_role("link", name="47000004").click()
    ada.get_by_label("Message to bob").fill("Hello, Bob.")
    ada.get_by_role("button", name="Send").click()
    expect(ada).to_have_url(f"{server.url}/admin/accounts/{account['id']}")
    expect(said(ada, "Hello, Bob.")).to_have_count(1)
    row(bob, "extensions", "47000004").get_by_role("link", name="30 days").click()
    expect(bob).to_have_url(f"{server.url}/requests/{request['id']}")
    bob.get_by_label("Message to the desk").fill("Hello, Ada.")
    bob.get_by_role("button", name="Send").click()
    expect(said(bob, "Hello, Ada.")).to_have_count(1)
    ada.goto(f"/admin/extensions/{request['id']}")
    expect(said(ada, "Hello, Ada.")).to_have_count(1)
    bob.get_by_role("button", name="Withdraw").click()
    expect(bob.locator("#request .badge")).to_have_text("Withdrawn")

    bob.goto(f"/codes/{code['id']}")
    bob.get_by_role("link", name="Correct or take back…").click()
    bob.get_by_label("Right account number").fill("47000006")
    bob.get_by_role("button", name="Correct it").click()
    expect(bob.locator("#code-title")).to_contain_text("47000006")
    bob.get_by_role("link", name="Correct or take back…").click()
    bob.get_by_role("button", name="Take the code back").click()
    expect(bob.locator("#code .badge")).to_have_text("Cancelled")
