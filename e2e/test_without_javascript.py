"""With JavaScript off the whole desk works: pages instead of dialogs, redirects instead of fragments."""

import re

from playwright.sync_api import Page, expect

from e2e.steps import new_code, row, state


def test_the_whole_way_from_registration_to_an_extension(server, stranger, sign_in, console):
    console.expect("status of 4")
    carol = stranger(server, java_script_enabled=False).new_page()
    carol.goto("/")
    expect(carol).to_have_url(re.compile(r"/login\?next="))
    carol.get_by_label("Username").fill("carol")
    carol.get_by_label("Password").fill("not her password")
    carol.get_by_role("button", name="Sign in").click()
    expect(carol.get_by_text("User name or password is wrong.").first).to_be_visible()
    expect(carol.get_by_label("Username")).to_have_value("carol")
    expect(carol.get_by_label("Password")).to_be_empty()

    carol.get_by_role("link", name="Create an account").click()
    for password in ("password", "a-quiet-lighthouse"):
        carol.get_by_label("Username").fill("carol")
        carol.get_by_label("Email").fill("carol@example.com")
        carol.get_by_label("Password").fill(password)
        carol.get_by_role("button", name="Create my desk").click()
        if password == "password":
            expect(carol.locator("#register-password-error")).to_contain_text("too easy to guess")
            expect(carol.get_by_label("Email")).to_have_value("carol@example.com")
    expect(carol).to_have_url(f"{server.url}/")
    says(carol, "Welcome, carol.")

    generate = carol.locator("#generate")
    generate.get_by_text("MT4").click()
    generate.get_by_label("Account number").fill("19000001")
    generate.get_by_role("button", name="Generate code").click()
    expect(state(row(carol, "codes", "19000001"))).to_have_text("Pending")
    says(carol, "Your code is ")

    ada = sign_in(server, "ada", "/admin/codes?status=pending", java_script_enabled=False)
    row(ada, "codes", "19000001").get_by_role("button", name="Activate").click()
    expect(ada).to_have_url(f"{server.url}/admin/codes?status=pending")
    expect(ada.locator("#codes tr")).to_have_count(0)
    says(ada, "ada activated code ")
    ada.reload()
    expect(ada.locator("main > .done")).to_have_count(0)
    carol.reload()
    row(carol, "accounts", "19000001").get_by_role("link", name="Ask to extend…").click()
    carol.get_by_label("Extend by").select_option("7")
    carol.get_by_label("Note to the admin").fill("A week, please.")
    carol.get_by_role("button", name="Ask for the extension").click()
    expect(carol).to_have_url(f"{server.url}/")
    expect(row(carol, "accounts", "19000001")).to_contain_text("Request waits")
    says(carol, "You have asked for 7 days more on MT4 19000001.")

    ada.get_by_role("link", name="Requests").click()
    row(ada, "extensions", "19000001").get_by_role("link", name="Reject…").click()
    expect(ada.get_by_text("A week, please.")).to_be_visible()
    without_check(ada, "reason")
    ada.get_by_role("button", name="Reject the request").click()
    expect(ada.locator("#decide-reason-error")).to_contain_text("Say why")
    ada.get_by_label("Reason").fill("Pay first.")
    ada.get_by_role("button", name="Reject the request").click()
    expect(ada).to_have_url(f"{server.url}/admin/extensions")
    says(ada, "ada rejected 7 days more for carol on MT4 19000001")
    carol.reload()
    expect(row(carol, "extensions", "19000001")).to_contain_text("Reason: Pay first.")

    carol.get_by_role("button", name="Mark all as seen").click()
    expect(carol.locator("#notifications .unread")).to_have_count(0)
    says(carol, "All notifications up to here are marked as read.")
    carol.get_by_role("link", name="Your settings").or_(carol.locator("a[href='/me']")).first.click()
    for word in ("Your settings are saved.", "nothing has changed."):
        carol.get_by_label("Time zone").select_option("Asia/Bangkok")
        carol.get_by_role("button", name="Save").click()
        says(carol, word)
    carol.get_by_role("button", name="Sign out").click()
    expect(carol).to_have_url(f"{server.url}/login")
    says(carol, "You have signed out.")
    carol.goto("/notifications")
    expect(carol).to_have_url(re.compile(r"/login\?next="))


def test_admins_confirm_on_a_page_and_search_filter_and_broadcast(server, sign_in):
    codes = [new_code(server, "bob", f"1910000{number}") for number in range(3)]
    ada = sign_in(server, "ada", "/admin/codes", java_script_enabled=False)
    row(ada, "codes", "19100000").get_by_role("link", name="Actions").click()
    ada.get_by_role("link", name="Cancel…").click()
    expect(ada.get_by_text(codes[0]["code"])).to_be_visible()
    ada.get_by_role("link", name="← Back").click()
    for number in (0, 1):
        row(ada, "codes", f"1910000{number}").get_by_role("checkbox").check()
    ada.locator("#batch").get_by_role("button", name="Activate").click()
    says(ada, codes[0]["code"])
    says(ada, codes[1]["code"])
    for number in (0, 1):
        expect(state(row(ada, "codes", f"1910000{number}"))).to_have_text("Activated")
        row(ada, "codes", f"1910000{number}").get_by_role("checkbox").check()
    ada.locator("#batch").get_by_role("button", name="Expire…").click()
    ada.get_by_role("button", name="Expire 2 codes").click()
    expect(ada).to_have_url(f"{server.url}/admin/codes")
    says(ada, "expired (ada)")
    expect(state(row(ada, "codes", "19100001"))).to_have_text("Expired")

    ada.locator("#q").fill("19100002")
    ada.locator("#q").press("Enter")
    expect(ada.locator("#codes tr")).to_have_count(1)
    ada.get_by_role("navigation", name="Filter").get_by_role("link", name="Expired").click()
    expect(ada).to_have_url(f"{server.url}/admin/codes?status=expired&q=19100002")
    expect(ada.get_by_text("Nothing matches")).to_be_visible()

    ada.get_by_role("link", name="Accounts").click()
    row(ada, "accounts", "19100000").get_by_role("link", name="Actions").click()
    ada.get_by_role("link", name="Extend…").click()
    ada.get_by_label("Days to add").fill("5")
    ada.get_by_role("button", name="Extend the account").click()
    says(ada, "ada extended the account of bob on MT5 19100000 by 5 days")
    expect(state(row(ada, "accounts", "19100000"))).to_have_text("Valid")
    row(ada, "accounts", "19100000").get_by_role("link", name="Actions").click()
    ada.get_by_role("button", name="Suspend").click()
    says(ada, "ada suspended the account of bob")
    expect(state(row(ada, "accounts", "19100000"))).to_have_text("Suspended")
    ada.get_by_role("link", name="New account…").click()
    ada.get_by_label("Client's username").fill("eve")
    ada.get_by_label("Account number").fill("19100009")
    ada.get_by_role("button", name="Create the account").click()
    says(ada, "ada created an account for eve")
    expect(row(ada, "accounts", "19100009")).to_contain_text("eve")

    ada.get_by_role("link", name="Broadcast").click()
    ada.get_by_label("Message").fill("Hello everyone")
    ada.get_by_label("Send to everyone").check()
    ada.get_by_role("button", name="Send the broadcast").click()
    says(ada, "Hello everyone")
    expect(row(ada, "broadcasts ol", "Hello everyone")).to_have_count(1)
    bob = sign_in(server, "bob", "/notifications", java_script_enabled=False)
    expect(row(bob, "notifications", "Hello everyone")).to_have_count(1)


def test_a_refused_form_comes_back_as_a_page_with_what_was_typed(server, sign_in, console):
    console.expect("status of 4")
    code = new_code(server, "bob", "19200001")
    bob = sign_in(server, "bob", java_script_enabled=False)
    without_check(bob, "account_number")
    bob.get_by_label("Account number").fill("12")
    bob.get_by_label("Plan").select_option("365")
    bob.get_by_role("button", name="Generate code").click()
    expect(bob.locator("#generate-account_number-error")).to_contain_text("4 to 12 digits")
    expect(bob.get_by_label("Account number")).to_have_value("12")
    expect(bob.get_by_label("Plan")).to_have_value("365")

    ada = sign_in(server, "ada", "/admin/codes", java_script_enabled=False)
    grace = sign_in(server, "grace", "/admin/codes", java_script_enabled=False)
    row(grace, "codes", "19200001").get_by_role("button", name="Activate").click()
    row(ada, "codes", "19200001").get_by_role("button", name="Activate").click()
    expect(ada.get_by_text(f"Code {code['code']} is activated (by grace")).to_be_visible()


def says(page: Page, words: str) -> None:
    """In a word what has just been done, and nothing of a connection that will never be made."""
    said = page.locator("main > .done")
    expect(said.get_by_text(words).first).to_be_visible()
    expect(said).to_have_attribute("role", "status")
    expect(page.get_by_text("connecting")).to_be_hidden()


def without_check(page: Page, name: str) -> None:
    """Takes the browser's own check from a field, which needs no script in the page."""
    page.locator(f"[name={name}]").evaluate("e => e.form.noValidate = true")
