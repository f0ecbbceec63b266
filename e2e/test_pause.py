"""A page can be held still (WCAG 2.2.2): it says how much waits, and catches up when its reader goes on."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load
from e2e.steps import NO_SERVER, generate


def test_a_paused_page_holds_still_counts_and_catches_up(server, sign_in):
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    generate(bob, "11111111")
    expect(ada.locator("#codes tr")).to_have_count(1)

    ada.click("#pause button:has-text('Pause')")
    expect(ada.locator("#waiting-updates")).to_have_text("Paused, nothing new")
    generate(bob, "22222222")
    generate(bob, "33333333")
    expect(ada.locator("#waiting-updates")).to_have_text("Paused, 2 updates waiting")
    expect(ada.locator("#codes tr")).to_have_count(1)

    ada.click("#pause button:has-text('Resume')")
    expect(ada.locator("#codes tr")).to_have_count(3)
    expect(ada.locator("#pause button")).to_have_text("Pause")
    expect_equals_fresh_load(ada)


def test_a_pause_outlives_a_lost_connection(server, sign_in, console):
    console.expect(*NO_SERVER)
    ada = sign_in(server, "ada", "/admin/codes")
    bob = sign_in(server, "bob")
    ada.click("#pause button:has-text('Pause')")
    expect(ada.locator("#waiting-updates")).to_be_visible()

    server.kill()
    expect(ada.locator("#connection")).to_contain_text("offline")
    server.start()
    expect(ada.locator("#connection")).to_contain_text("live", timeout=20_000)
    bob.reload()
    generate(bob, "11111111")
    expect(ada.locator("#waiting-updates")).to_have_text("Paused, 1 update waiting")
    expect(ada.locator("#codes tr")).to_have_count(0)

    ada.click("#pause button:has-text('Resume')")
    expect(ada.locator("#codes tr")).to_have_count(1)
    expect_equals_fresh_load(ada)
