"""Ada tells everyone; everyone sees it at once, and finds it in their inbox."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import api, row, toast, unread

MESSAGE = "Servers move on Sunday, 06:00 <UTC> & stay there."


def test_a_broadcast_reaches_clients_and_admins(server, sign_in):
    ada = sign_in(server, "ada", "/admin/broadcast")
    grace = sign_in(server, "grace", "/notifications")
    bob = sign_in(server, "bob")
    eve = sign_in(server, "eve", "/notifications")

    ada.get_by_label("Message").fill(MESSAGE)
    ada.get_by_label("Level").select_option("warning")
    ada.get_by_label("Send to everyone").check()
    ada.get_by_role("button", name="Send the broadcast").click()

    for page in (ada, grace, bob, eve):
        toast(page, MESSAGE)
        expect(page.locator("#toasts .toast.warning")).to_have_count(1)
        expect(unread(page)).to_have_text("1")
    for page in (grace, bob, eve):
        expect(row(page, "notifications", MESSAGE)).to_have_count(1)
    expect(row(ada, "broadcasts ol", MESSAGE)).to_have_count(1)
    expect(ada.get_by_label("Message")).to_be_empty()
    for page in (ada, grace, bob, eve):
        expect_equals_fresh_load(page)


def test_what_is_seen_in_one_tab_is_seen_in_the_other_and_nobody_elses(server, sign_in):
    bob = sign_in(server, "bob")
    other = bob.context.new_page()
    other.goto("/notifications")
    wait_until_live(other)
    eve = sign_in(server, "eve")
    grace = sign_in(server, "grace", "/notifications")
    ada = sign_in(server, "ada", "/notifications")
    for text in ("First", "Second"):
        api(server, "ada", "/api/admin/broadcast", message=text)
    for page in (bob, other, eve, grace, ada):
        expect(unread(page)).to_have_text("2")
    expect(other.locator("#notifications .unread")).to_have_count(2)

    bob.get_by_role("button", name="Mark all as seen").click()
    for page in (bob, other):
        expect(unread(page)).to_be_hidden()
        expect(page.locator("#notifications .unread")).to_have_count(0)
        expect(page.get_by_role("button", name="Mark all as seen")).to_be_hidden()
    expect(unread(eve)).to_have_text("2")

    grace.get_by_role("button", name="Mark all as seen").click()
    expect(grace.locator("#notifications .unread")).to_have_count(0)
    expect(ada.locator("#notifications .unread")).to_have_count(2)
    for page in (bob, other, eve, grace, ada):
        expect_equals_fresh_load(page)
