"""A page that will not become live again by itself says why, and offers the way back."""

from contextlib import ExitStack

from playwright.sync_api import Page, expect

from app.live.hub import MOST_SOCKETS
from e2e.oracle import expect_equals_fresh_load, wait_until_live
from e2e.steps import NO_SERVER, new_code, row, until
from tests.live.pages import socket_to
from tests.people import PASSWORDS


def ended(page: Page):
    return page.locator("#ended")


def test_a_page_whose_session_ended_elsewhere_says_so_and_leads_back_to_its_sign_in(server, sign_in, console):
    console.expect("status of 401")
    bob = sign_in(server, "bob")
    phone = sign_in(server, "bob")
    other = bob.context.new_page()
    other.goto("/notifications")
    wait_until_live(other)
    bob.get_by_role("button", name="Sign out").click()
    expect(bob).to_have_url(f"{server.url}/login")

    expect(ended(other)).to_contain_text("You are signed out")
    expect(ended(other)).to_be_visible()
    expect(other.get_by_text("trying again")).to_be_hidden()
    expect(other.get_by_text("live", exact=True)).to_be_hidden()
    expect(ended(other)).to_contain_text("You are signed out")
    expect(ended(phone)).to_be_empty()

    ended(other).get_by_role("link", name="Sign in").click()
    other.get_by_label("Username").fill("bob")
    other.get_by_label("Password").fill(PASSWORDS["bob"])
    other.get_by_role("button", name="Sign in").click()
    wait_until_live(other)
    expect(ended(other)).to_be_empty()
    new_code(server, "bob", "90000001")
    for page in (other, phone):
        page.goto("/")
        expect(row(page, "codes", "90000001")).to_have_count(1)


def test_the_page_that_was_opened_in_too_many_tabs_says_so_and_can_be_reloaded(server, sign_in):
    bob = sign_in(server, "bob")
    # As another process answers, which knows nothing of the person's sockets on this one.
    bob.route("**/live/ended", lambda route: route.fulfill(status=204))
    browser = server.client("bob")
    with ExitStack() as tabs:
        for _ in range(MOST_SOCKETS - 1):
            tabs.enter_context(socket_to(server, browser))
        expect(ended(bob)).to_be_empty()
        new_code(server, "bob", "91000001")
        expect(row(bob, "codes", "91000001")).to_have_count(1)

        tabs.enter_context(socket_to(server, browser))
        expect(ended(bob)).to_contain_text("too many tabs")
        expect(bob.get_by_text("trying again")).to_be_hidden()
        new_code(server, "bob", "91000002")
        ended(bob).get_by_role("link", name="Reload").click()
        expect(row(bob, "codes", "91000002")).to_have_count(1)
        wait_until_live(bob)
        expect(ended(bob)).to_be_empty()
        expect_equals_fresh_load(bob)


def test_nothing_of_the_kind_is_said_of_a_server_that_restarts_or_dies(server, sign_in, console):
    console.expect(*NO_SERVER)
    page = sign_in(server, "bob")
    for number, end in enumerate((server.stop, server.kill)):
        end()
        expect(page.get_by_text("trying again")).to_be_visible()
        expect(ended(page)).to_be_empty()
        server.start()
        wait_until_live(page)
        new_code(server, "bob", f"9200000{number}")
        expect(row(page, "codes", f"9200000{number}")).to_have_count(1)
        expect(ended(page)).to_be_empty()
        expect_equals_fresh_load(page)


def test_an_answer_that_comes_when_the_page_is_live_again_is_not_believed(server, sign_in, console):
    """On a slow network the page may have connected before it hears why its last connection was thought to be over."""
    console.expect(*NO_SERVER)
    bob = sign_in(server, "bob")
    asked = []
    bob.route("**/live/ended", lambda route: asked.append(route))
    server.kill()
    until(bob, lambda: asked, "the page asks")
    server.start()
    wait_until_live(bob)
    for question in asked:
        question.fulfill(body="You are signed out.", content_type="text/html")
    expect(ended(bob)).not_to_be_empty()
    expect(ended(bob)).to_be_hidden()
    expect(bob.get_by_text("live", exact=True)).to_be_visible()
